import type { FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { Problem } from '../../domain/problem.ts';
import type { App } from '../app.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const satisfies HTTPMethods[];

/**
 * Answers what no route took: 405 with `Allow` where the path has routes for other methods, else 404.
 * The router itself is asked, because registering the missing methods would shadow routes with parameters:
 * `GET /things/:id` by the 405 of a path `/things/import` that has only POST.
 */
export function answerUnmatched(
  app: App,
  track: (request: FastifyRequest, reply: FastifyReply) => void,
): void {
  const problemOf = (request: FastifyRequest): Problem => {
    const url = request.raw.url ?? '/';
    const allowed = METHODS.filter((method) => app.findRoute({ method, url }) !== null);
    if (allowed.length === 0) return new Problem('route_not_found');
    return new Problem('method_not_allowed', { headers: { allow: allowed.join(', ') } });
  };
  // Before the body is read: it is nobody's, and what is wrong with it is beside the point.
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    track(request, reply);
    done(problemOf(request));
  });
  // For handlers that find nothing behind their path, such as that of static files.
  app.setNotFoundHandler(() => {
    throw new Problem('route_not_found');
  });
}
