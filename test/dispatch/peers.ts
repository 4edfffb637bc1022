import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { type Client, type ClientOptions, createClient } from '../../src/dispatch/client.ts';
import type { OutboundRequest, SendResult } from '../../src/dispatch/send-result.ts';
import type { Test } from '../helpers/tap.ts';

export interface Received {
  method: string;
  url: string;
  rawHeaders: string[];
  body: Buffer;
}

/** Liveness bound: no test waits this long unless something is broken. */
export const LONG_MS = 30_000;

/** An HTTP server on a free port that ends with the test; `handle` runs when the whole request arrived. */
export async function httpServer(
  t: Test,
  handle: (received: Received, response: http.ServerResponse) => void,
): Promise<{ url: string; connections: () => number }> {
  let connections = 0;
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = '', url = '', rawHeaders } = request;
    handle({ method, url, rawHeaders, body: Buffer.concat(chunks) }, response);
  });
  server.on('connection', () => {
    connections++;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
  };
}

/** A TCP server on a free port that ends with the test. Returns the port. */
export async function tcpServer(t: Test, handle: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    // The peer breaks connections in these tests: that is what they are about.
    socket.on('error', () => socket.destroy());
    handle(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A client that may reach this machine and is closed with the test. */
export function localClient(t: Test, options: Partial<ClientOptions> = {}): Client {
  const client = createClient({ allowCidrs: ['127.0.0.0/8'], allowHosts: [], ...options });
  t.teardown(() => client.close());
  return client;
}

export const post = (url: string, parts: Partial<OutboundRequest> = {}): OutboundRequest => ({
  url,
  method: 'POST',
  headers: [],
  body: Buffer.from('{}'),
  timeoutMs: LONG_MS,
  ...parts,
});

/** The result as the variant a test expects; anything else fails it with the result shown. */
export function as<S extends SendResult['status']>(
  result: SendResult,
  status: S,
): Extract<SendResult, { status: S }> {
  if (result.status !== status) throw new Error(`expected ${status}, got ${JSON.stringify(result)}`);
  return result as Extract<SendResult, { status: S }>;
}
