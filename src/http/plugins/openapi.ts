import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import type { App } from '../app.ts';
import { PROBLEM_RESPONSE, ProblemBody } from '../schemas/common.ts';
import { scopeOf } from './authenticate.ts';

/** In the order of the journey: the description and the reference are read from top to bottom. */
const TAGS = [
  { name: 'Receiving', description: 'Where senders deliver webhooks.' },
  { name: 'Executing', description: 'Starting executions from a backend, and following them.' },
  { name: 'Workflows', description: 'What is executed, and who may start it.' },
  { name: 'Webhook settings', description: 'How a webhook is verified, limited and answered.' },
  { name: 'Webhook logs', description: 'What was received, accepted or refused, and why.' },
  { name: 'n8n', description: 'Where executions are delivered, and what comes back.' },
  { name: 'Operating', description: 'Health, metrics, and this description.' },
];

const DESCRIPTION = [
  'A gateway in front of n8n: it receives webhooks and execute calls, proves who sent them, commits them to Postgres before it answers, and hands them to n8n with retries.',
  'Every error is `application/problem+json` (RFC 9457) with a stable `code`; every answer carries `x-request-id`.',
].join('\n\n');

/** Describes every route that is registered after this. */
export async function describeApi(app: App): Promise<void> {
  app.addSchema(ProblemBody);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Hookgate', version: '1.0.0', description: DESCRIPTION },
      servers: [{ url: '/', description: 'The host that serves this description.' }],
      tags: TAGS,
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'An API key.' },
          apiKey: {
            type: 'apiKey',
            in: 'header',
            name: 'x-api-key',
            description: 'The same API key, in a header.',
          },
        },
      },
    },
    convertConstToEnum: false,
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `def-${i}`) },
    transform: ({ schema, url, route }) => ({ schema: describe(schema, route), url }),
  } satisfies FastifyDynamicSwaggerOptions);
}

/** Adds what all routes share, read from the route itself so that it cannot be forgotten or wrong. */
function describe(schema: FastifySchema | undefined, route: RouteOptions): FastifySchema {
  const hooks: unknown[] = [route.onRequest ?? []].flat();
  const scope = hooks.map(scopeOf).find((found) => found !== undefined);
  const security = scope === undefined ? [] : [{ bearer: [scope] }, { apiKey: [scope] }];
  // Copied: what two routes share would be written as an anchor and its aliases, which few readers follow.
  const own = structuredClone(schema ?? {}) as FastifySchema & { response?: object };
  return { security, ...own, response: { ...own.response, default: structuredClone(PROBLEM_RESPONSE) } };
}
