import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { MetricsAccess } from '../../domain/metrics-access.ts';
import { Problem } from '../../domain/problem.ts';
import type { Metrics } from '../../operate/metrics.ts';
import type { Readiness } from '../../operate/readiness.ts';
import type { App } from '../app.ts';
import { bearerToken } from '../plugins/authenticate.ts';
import { problems } from '../schemas/common.ts';
import { LivenessBody, READY, readinessBody, UNREADY } from '../schemas/health.ts';

export interface HealthRoutePorts {
  readiness: () => Promise<Readiness>;
  metrics: Metrics;
  metricsAccess: MetricsAccess;
}

const tags = ['Operating'];

const METRICS_EXAMPLE = [
  '# HELP hookgate_queue_depth Jobs that wait in the queue.',
  '# TYPE hookgate_queue_depth gauge',
  'hookgate_queue_depth 0',
].join('\n');
const config = { quiet: true };

export const healthRoutes = (ports: HealthRoutePorts) => async (app: App) => {
  app.get(
    '/livez',
    {
      config,
      schema: {
        operationId: 'livez',
        tags,
        summary: 'Whether the process runs',
        description: 'Looks at nothing but itself: restart the process when this fails.',
        response: { 200: LivenessBody },
      },
    },
    async () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    {
      config,
      schema: {
        operationId: 'readyz',
        tags,
        summary: 'Whether this process should get traffic',
        description:
          'Degraded is still 200: webhooks are acknowledged truthfully while the queue is down or n8n stands still.',
        response: {
          200: readinessBody('Ready. `degraded` names what is wrong.', READY),
          503: readinessBody('Not ready.', UNREADY),
        },
      },
    },
    async (_request, reply) => {
      const readiness = await ports.readiness();
      return reply.code(readiness.status === 'unready' ? 503 : 200).send(readiness);
    },
  );

  const access = ports.metricsAccess;
  if (access === 'elsewhere') return;
  const authorize = async (request: FastifyRequest) => {
    if (access === 'closed') throw new Problem('metrics_closed');
    if (access === 'open' || sameText(bearerToken(request) ?? '', access.token)) return;
    throw new Problem('unauthorized', {
      detail: 'Send METRICS_TOKEN as "Authorization: Bearer <token>".',
      headers: { 'www-authenticate': 'Bearer' },
    });
  };
  app.get(
    '/metrics',
    {
      config,
      onRequest: authorize,
      schema: {
        operationId: 'metrics',
        tags,
        summary: 'Metrics in the text format of Prometheus',
        description:
          'Needs `Authorization: Bearer <METRICS_TOKEN>` when the service has such a token. Without one they are shown where only this machine can ask, and on the listener for operators (`OPERATIONS_PORT`), which then has them alone.',
        response: {
          200: {
            description: 'Metrics.',
            content: { 'text/plain': { schema: Type.String({ examples: [METRICS_EXAMPLE] }) } },
          },
          ...problems('unauthorized', 'metrics_closed'),
        },
      },
    },
    async (_request, reply) => reply.type(ports.metrics.contentType).send(await ports.metrics.render()),
  );
};

const digest = (text: string) => createHash('sha256').update(text).digest();

/** In constant time: digests have one length, whatever was sent. */
const sameText = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));
