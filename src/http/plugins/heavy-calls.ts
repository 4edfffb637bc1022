import type { FastifyRequest } from 'fastify';
import { Problem } from '../../domain/problem.ts';
import type { Budgets } from '../../runtime/budgets.ts';
import type { App } from '../app.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its calls, or those of which this says so, may make the database read thousands of rows. */
    heavy?: true | ((request: FastifyRequest) => boolean);
  }
}

const RETRY = { 'retry-after': '1' };
const TOO_MANY =
  'Your organization has as many searches, counts and bulk calls under way as it may. Wait for the end of one, or have the limit heavy_calls raised: GET /api/usage shows it.';

/** For calls that search in bodies. */
export const searches = ({ query }: FastifyRequest): boolean => (query as { q?: string }).q !== undefined;

/**
 * Limits how many of the heavy calls of one organization are under way, on all routes registered after this. One whose
 * caller is gone still counts until the database has answered: giving up early must not buy another.
 */
export function limitHeavyCalls(app: App, budgets: Budgets): void {
  app.addHook('onRoute', (route) => {
    const heavy = route.config?.heavy;
    if (heavy === undefined) return;
    const { handler } = route;
    route.handler = async function (request, reply) {
      if (heavy !== true && !heavy(request)) return handler.call(this, request, reply);
      const release = budgets.concurrent('heavy_calls').take(request.caller.organizationId);
      if (release === null) throw new Problem('budget_exceeded', { detail: TOO_MANY, headers: RETRY });
      try {
        return await handler.call(this, request, reply);
      } finally {
        release();
      }
    };
  });
}
