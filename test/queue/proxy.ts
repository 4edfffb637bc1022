import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Test } from '../helpers/tap.ts';

export interface TcpProxy {
  /** The URL that was given, by way of the proxy. */
  url: string;
  /** From now on the present connections lead nowhere, as after a failover: nobody closes them. New ones work. */
  swallow(): void;
}

/** Stands between a client and its server until the test ends. */
export async function startProxy(t: Test, target: string): Promise<TcpProxy> {
  const url = new URL(target);
  const port = Number(url.port);
  let pairs: { client: Socket; upstream: Socket }[] = [];
  const clients: Socket[] = [];
  const server = createServer((client) => {
    const upstream = connect(port, url.hostname);
    const pair = { client, upstream };
    pairs.push(pair);
    clients.push(client);
    client.pipe(upstream);
    upstream.pipe(client);
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => {
      if (pairs.includes(pair)) client.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  t.teardown(async () => {
    for (const client of clients) client.destroy();
    server.close();
    await once(server, 'close');
  });
  url.port = String(address.port);
  return {
    url: url.href,
    swallow() {
      const lost = pairs;
      pairs = [];
      for (const { client, upstream } of lost) {
        client.unpipe(upstream);
        upstream.unpipe(client);
        client.resume();
        upstream.destroy();
      }
    },
  };
}
