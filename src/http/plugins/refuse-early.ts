import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../../domain/problem.ts';
import type { App } from '../app.ts';

type Guard = (request: FastifyRequest) => Problem | undefined;

const IDLE_CHECK_MS = 100;

/** Node would answer these by itself, without a body. */
export const requireHost: Guard = ({ raw }) =>
  raw.headers.host === undefined && raw.httpVersion === '1.1'
    ? new Problem('bad_request', { detail: 'A request over HTTP/1.1 needs a Host header.' })
    : undefined;

/** While the server stops, what was begun is finished, what arrives is refused, and no connection outlives its request. */
export function refuseWhileStopping(app: App): Guard {
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  app.addHook('preClose', (done) => {
    stopping = true;
    // A connection that becomes idle now would keep the server open until its keep-alive ends, over a minute later.
    timer = setInterval(() => app.server.closeIdleConnections(), IDLE_CHECK_MS);
    done();
  });
  app.addHook('onClose', async () => clearInterval(timer));
  return () =>
    stopping
      ? new Problem('shutting_down', { headers: { 'retry-after': '1', connection: 'close' } })
      : undefined;
}

/** Runs guards on every route registered after this, before its own hooks and before anything is read. */
export function refuseEarly(app: App, guards: Guard[]): void {
  const hook = (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    let problem: Problem | undefined;
    for (const guard of guards) problem ??= guard(request);
    done(problem);
  };
  app.addHook('onRoute', (route) => {
    route.onRequest = [hook, ...[route.onRequest ?? []].flat()];
  });
}
