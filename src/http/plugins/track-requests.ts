import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Metrics } from '../../operate/metrics.ts';
import type { App } from '../app.ts';
import { CountedRequest } from '../edge/counted-request.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * For routes that are called thousands of times a second, or by probes: successes are logged at debug
     * level, and `request.log` does not name the request by itself, because a logger of its own for each
     * request costs more than anything else here.
     */
    quiet?: boolean;
  }
}

/** Nginx's status for a client that was gone before its answer. */
const CLIENT_GONE = 499;

interface TrackedRoute {
  method: string;
  /** The pattern, never a path as it came. */
  route: string;
  quiet: boolean;
}

type Track = (request: FastifyRequest, reply: FastifyReply) => void;

/** One log line and one count for each request, when its answer is out or its client is gone. */
export function createTracker(metrics: Metrics) {
  const unmatched = createTrack(metrics, { method: 'ANY', route: '(unmatched)', quiet: false });
  return {
    /** Tracks a request that no route was found for. */
    unmatched,
    /**
     * Tracks all routes that are registered after this. Each gets a hook of its own, made when the route is,
     * so that a request costs no look-up. Other hooks on routes must be added before, to come after it.
     */
    register(app: App): void {
      app.decorateRequest('problemCode', null);
      app.addHook('onRoute', (route) => {
        const described = describe(route);
        if (described.quiet) route.childLoggerFactory = (logger) => logger;
        const track = createTrack(metrics, described);
        const hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
          track(request, reply);
          done();
        };
        route.onRequest = [hook, ...[route.onRequest ?? []].flat()];
      });
    },
  };
}

const describe = (route: RouteOptions): TrackedRoute => ({
  method: [route.method].flat().join(','),
  route: route.url,
  quiet: route.config?.quiet === true,
});

function createTrack(metrics: Metrics, { method, route, quiet }: TrackedRoute): Track {
  const count = metrics.httpRequests(method, route);
  const finish = (request: FastifyRequest, reply: FastifyReply, startedAt: number) => {
    const statusCode = reply.raw.writableEnded ? reply.raw.statusCode : CLIENT_GONE;
    count(statusCode);
    const level = statusCode >= 500 ? 'warn' : quiet && statusCode < 400 ? 'debug' : 'info';
    if (level === 'debug' && !isDebugging(request)) return;
    const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
    request.log[level](
      { requestId: request.id, method: request.method, route, statusCode, durationMs, ...detailsOf(request) },
      'http.request',
    );
  };
  return (request, reply) => {
    const startedAt = performance.now();
    // Not onResponse, which is not called for clients that hang up.
    reply.raw.once('close', () => {
      if (request.raw instanceof CountedRequest) request.raw.release();
      finish(request, reply, startedAt);
    });
  };
}

const isDebugging = ({ log }: FastifyRequest) => log.level === 'debug' || log.level === 'trace';

/** Why it was refused, who asked, and about which workflow, as far as these are known. */
function detailsOf(request: FastifyRequest): Record<string, string> {
  const details: Record<string, string> = {};
  // Requests whose path cannot be decoded are made by Fastify without decorators and parameters.
  const { problemCode, caller, params } = request as Partial<FastifyRequest>;
  const { workflowId } = (params ?? {}) as { workflowId?: string };
  if (problemCode) details.code = problemCode;
  if (workflowId !== undefined) details.workflowId = workflowId;
  if (caller) {
    details.caller = caller.name;
    details.organizationId = caller.organizationId;
  }
  return details;
}
