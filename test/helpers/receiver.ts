import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from './tap.ts';

/** One request as it came in. */
export interface Received {
  /** Of `performance.now()`: when its body was complete. */
  at: number;
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: Buffer;
  /** Of x-hookgate-execution-id, x-hookgate-delivery-id and x-hookgate-attempt. */
  executionId: string;
  deliveryId: string;
  attempt: number;
  /** The status that was sent; null: not answered (yet), or the client was gone. */
  answered: number | null;
}

/** What to answer. `destroy` breaks the connection, `hang` never answers. */
export type Answer =
  | { status?: number; headers?: Record<string, string>; body?: string | Buffer }
  | 'destroy'
  | 'hang';

/** Decides on an answer, and may take its time. */
export type Script = (request: Received) => Answer | Promise<Answer>;

/** A real HTTP server in n8n's place. */
export interface Receiver {
  url: string;
  /** In the order in which they came. */
  readonly requests: Received[];
  /** How to answer from now on. */
  answer(script: Script): void;
  /**
   * Resolves with what `look` returns as soon as that is true. It is asked now, and again after every request and
   * every answer.
   */
  waitFor<T>(
    what: string,
    look: (requests: Received[]) => T,
    options?: { withinMs?: number },
  ): Promise<Exclude<T, false | null | undefined>>;
  /** Stops listening and breaks its connections: the endpoint is down. */
  close(): Promise<void>;
  /** Listens again, on the same port. */
  open(): Promise<void>;
}

/** Starts a receiver that answers 200, or what the script says. It is closed when the test ends. */
export async function startReceiver(t: Test, script: Script = () => ({})): Promise<Receiver> {
  const requests: Received[] = [];
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watcher of watchers) watcher();
  };
  let answer = script;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // Who sent it was killed in the middle: it never became a request.
      return;
    }
    const header = (name: string) => String(request.headers[name] ?? '');
    const received: Received = {
      at: performance.now(),
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      body: Buffer.concat(chunks),
      executionId: header('x-hookgate-execution-id'),
      deliveryId: header('x-hookgate-delivery-id'),
      attempt: Number(header('x-hookgate-attempt')),
      answered: null,
    };
    requests.push(received);
    changed();
    received.answered = respond(response, await answer(received));
    changed();
  });
  // All of them: Node would keep 2,000.
  server.maxHeadersCount = 0;
  let port = 0;
  const open = async () => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  const close = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  await open();
  t.teardown(close);
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answer(next) {
      answer = next;
    },
    waitFor: (what, look, { withinMs = 30_000 } = {}) =>
      new Promise((resolve, reject) => {
        const watcher = () => {
          const value = look(requests);
          if (!value) return;
          clearTimeout(timer);
          watchers.delete(watcher);
          resolve(value as Exclude<typeof value, false | null | undefined>);
        };
        const timer = setTimeout(() => {
          watchers.delete(watcher);
          reject(new Error(`The receiver did not see within ${withinMs} ms: ${what}`));
        }, withinMs);
        watchers.add(watcher);
        watcher();
      }),
    close,
    open,
  };
}

/** The status that was sent, or null. */
function respond(response: ServerResponse, answer: Answer): number | null {
  if (answer === 'hang') return null;
  if (answer === 'destroy' || response.destroyed) {
    response.destroy();
    return null;
  }
  const { status = 200, headers = {}, body = '{"ok":true}' } = answer;
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  return status;
}
