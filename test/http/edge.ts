import { connect } from 'node:net';
import { DEFAULT_LIMITS } from '../../src/domain/budgets.ts';
import type { Scope } from '../../src/domain/scopes.ts';
import { type App, type AppOptions, buildApp } from '../../src/http/app.ts';
import { createLogger } from '../../src/operate/logger.ts';
import { createMetrics } from '../../src/operate/metrics.ts';
import { Budgets } from '../../src/runtime/budgets.ts';
import { watchAnswers } from '../helpers/conformance.ts';
import type { Test } from '../helpers/tap.ts';

export const ORGANIZATION = '018f0000-0000-7000-8000-000000000001';

/** A key for each set of scopes: `key-of workflows:read logs:read`. */
export const keyWith = (...scopes: Scope[]) => `key-of.${scopes.join('.')}`;

export interface Edge {
  app: App;
  /** Every line logged so far, parsed. */
  lines: Record<string, unknown>[];
  /** The same as it was written. */
  text: () => string;
}

export interface EdgeOptions extends Partial<AppOptions> {
  level?: string;
}

/** The HTTP edge with the routes of the test behind it, closed when the test ends. */
export async function edge(t: Test, { level = 'debug', ...options }: EdgeOptions): Promise<Edge> {
  const lines: Record<string, unknown>[] = [];
  let text = '';
  const destination = {
    write(line: string) {
      text += line;
      lines.push(JSON.parse(line) as Record<string, unknown>);
    },
  };
  const app = await buildApp({
    logger: createLogger({ level, pretty: false, destination }),
    trustProxy: false,
    maxBodyBytes: 1_000,
    budgets: new Budgets({ limits: DEFAULT_LIMITS }),
    authenticate: async (key, organizationId) => {
      if (!key.startsWith('key-of.')) return { status: 'unauthorized' };
      if (organizationId !== undefined && organizationId !== ORGANIZATION) {
        return { status: 'organization_not_found' };
      }
      const scopes = new Set(key.split('.').slice(1) as Scope[]);
      return {
        status: 'ok',
        caller: { organizationId: ORGANIZATION, scopes, name: 'api_key:test', expiresAt: null },
      };
    },
    metrics: createMetrics({
      oldestDueSeconds: async () => 0,
      queueDepth: async () => 0,
      ingestWaitingRows: () => 0,
      eventStreams: () => 0,
    }),
    metricsAccess: 'open',
    publicUrl: () => 'https://hooks.example.com',
    readiness: async () => ({ status: 'ok', checks: {} }),
    ...options,
    routes: async (scope) => {
      watchAnswers(t, scope);
      await options.routes?.(scope);
    },
  });
  t.teardown(() => app.close());
  return { app, lines, text: () => text };
}

/** Listens on a free port of 127.0.0.1. */
export async function listen(app: App): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  return (app.server.address() as { port: number }).port;
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Writes bytes to a connection of its own and reads until the server closes it. */
export function exchange(port: number, ...writes: string[]): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // The server hangs up on whoever still sends; what it had said before counts.
      if (chunks.length === 0) reject(error);
    });
    socket.on('close', () => resolve(parse(Buffer.concat(chunks).toString())));
    for (const write of writes) socket.write(write);
  });
}

function parse(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...fields] = head.split('\r\n');
  const headers = Object.fromEntries(
    fields.map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(first.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
}
