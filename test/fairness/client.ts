import { Agent } from 'undici';

export interface Target {
  url: string;
  adminKey: string;
}

export interface Answered<T = Record<string, unknown>> {
  /** 0: no answer. */
  status: number;
  body: T;
  ms: number;
}

export interface CallOptions {
  key?: string;
  json?: unknown;
  body?: string | Buffer;
  headers?: Record<string, string>;
}

export interface Client {
  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    options?: CallOptions,
  ): Promise<Answered<T>>;
  close(): Promise<void>;
}

/** @param localAddress whom the service sees: what it counts by address, it counts for each client by itself. */
export function createClient(url: string, localAddress: string, connections = 64): Client {
  const agent = new Agent({
    connections,
    connect: { localAddress },
    bodyTimeout: 60_000,
    headersTimeout: 60_000,
  });
  return {
    async call<T>(method: string, path: string, { key, json, body, headers = {} }: CallOptions = {}) {
      const startedAt = performance.now();
      const answered = (status: number, text: string): Answered<T> => ({
        status,
        body: parse(text) as T,
        ms: performance.now() - startedAt,
      });
      try {
        const response = await agent.request({
          origin: url,
          path,
          method: method as 'GET',
          headers: {
            ...(key !== undefined && { authorization: `Bearer ${key}` }),
            ...(json !== undefined && { 'content-type': 'application/json' }),
            ...headers,
          },
          body: json === undefined ? (body ?? null) : JSON.stringify(json),
        });
        return answered(response.statusCode, await response.body.text());
      } catch (error) {
        return answered(0, JSON.stringify({ code: String((error as NodeJS.ErrnoException).code ?? error) }));
      }
    },
    close: () => agent.destroy(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** An organization of its own, and a key with which it may do everything. */
export async function createOrganization({ adminKey }: Target, client: Client, name: string) {
  const made = await client.call('POST', '/api/organizations', { key: adminKey, json: { name } });
  const organizationId = String(made.body.id);
  const issued = await client.call('POST', '/api/api-keys', {
    key: adminKey,
    headers: { 'x-organization-id': organizationId },
    json: { name, scopes: ['admin'] },
  });
  if (issued.status !== 201) throw new Error(`No key: ${issued.status} ${JSON.stringify(issued.body)}`);
  return { organizationId, key: String(issued.body.key) };
}

/**
 * Calls `act` so often a second until it is stopped, whether or not the calls before have ended; at most 500 are
 * under way.
 */
export function every(perSecond: number, act: (n: number) => Promise<unknown>): () => void {
  const startedAt = performance.now();
  let done = 0;
  let underWay = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) * perSecond) / 1_000);
    for (; done < due; done++) {
      if (underWay >= 500) continue;
      underWay++;
      void act(done).finally(() => underWay--);
    }
  }, 5);
  return () => clearInterval(timer);
}

/** So many at a time, one after the other, until it is stopped. */
export function parallel(count: number, act: () => Promise<unknown>): () => void {
  let isStopped = false;
  for (let i = 0; i < count; i++) {
    void (async () => {
      while (!isStopped) await act();
    })();
  }
  return () => {
    isStopped = true;
  };
}
