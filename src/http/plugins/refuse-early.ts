import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../../domain/problem.ts';
import type { App } from '../app.ts';

/** Refuses, before anything of it is read, what must not be served: requests to a process that is stopping, and those without a Host. */
export function refuseEarly(app: App): void {
  let closing = false;
  app.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  const guard = (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    if (closing) done(new Problem('shutting_down', { headers: { 'retry-after': '1', connection: 'close' } }));
    else if (request.raw.headers.host === undefined && request.raw.httpVersion === '1.1') {
      done(new Problem('bad_request', { detail: 'A request over HTTP/1.1 needs a Host header.' }));
    } else done();
  };
  app.addHook('onRoute', (route) => {
    route.onRequest = [guard, ...[route.onRequest ?? []].flat()];
  });
}
