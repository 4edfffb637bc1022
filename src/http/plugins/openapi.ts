import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import { PROBLEMS, type ProblemCode } from '../../domain/problems.ts';
import type { App } from '../app.ts';
import { completeDocument } from '../openapi/complete.ts';
import type { Document } from '../openapi/document.ts';
import { otherProblems, ProblemBody, problemCodesOf, problems } from '../schemas/common.ts';
import { requirementsOf } from './authenticate.ts';

declare module 'fastify' {
  interface FastifySchema {
    /** For routes that take no body at all for an empty one, which a schema cannot say. */
    'x-body-optional'?: true;
  }
}

/** In the order of the journey: the description and the reference are read from top to bottom. */
const TAGS = [
  { name: 'Receiving', description: 'Where senders deliver webhooks.' },
  { name: 'Executing', description: 'Starting executions from a backend, and following them.' },
  { name: 'Dead letters', description: 'What was given up, and retrying it, many at once.' },
  { name: 'Workflows', description: 'What is executed, and who may start it.' },
  { name: 'Webhook settings', description: 'How a webhook is verified, limited and answered.' },
  { name: 'Webhook endpoints', description: 'Where executions are delivered, how fast, and how often.' },
  { name: 'Workflow triggers', description: 'Which executions of a workflow go to which endpoint.' },
  { name: 'Webhook logs', description: 'What was received, accepted or refused, and why.' },
  { name: 'Replays', description: 'Running what was received again, many at once.' },
  { name: 'Alerts', description: 'What is unusual about a workflow, from its beginning to its end.' },
  { name: 'Organizations', description: 'The tenants of this service. For the admin key only.' },
  { name: 'API keys', description: 'Who may call this API, and what they may do.' },
  { name: 'n8n', description: 'Where executions are delivered, and what comes back.' },
  { name: 'Webhook events', description: 'What n8n sent here and what was sent to it, with every attempt.' },
  { name: 'Data sync', description: 'Records that are kept in step with another system, both ways.' },
  { name: 'Operating', description: 'Health, metrics, and this description.' },
];

const DESCRIPTION = [
  'A gateway in front of n8n: it receives webhooks and execute calls, proves who sent them, commits them to Postgres before it answers, and hands them to n8n with retries.',
  'Every error is `application/problem+json` (RFC 9457) with a stable `code`; every answer carries `x-request-id`. What each code means, and what to do about it:',
  problemTable(),
].join('\n\n');

/** Folded where it is shown: who looks for a code searches for it, and all others want to read on. */
function problemTable(): string {
  const rows = Object.entries(PROBLEMS).map(
    // Markdown takes what is in angle brackets for a tag.
    ([code, { status, detail }]) => `| \`${code}\` | ${status} | ${detail.replaceAll('<', '&lt;')} |`,
  );
  const table = ['| Code | Status | What it means |', '| --- | --- | --- |', ...rows].join('\n');
  return `<details><summary>All problems</summary>\n\n${table}\n\n</details>`;
}

/** Describes every route that is registered after this. */
export async function describeApi(app: App): Promise<void> {
  app.addSchema(ProblemBody);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Hookgate',
        version: '1.0.0',
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'The host that serves this description.' }],
      tags: TAGS,
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description:
              'An API key with each scope that the operation names, or with `admin`. `admin_key` names no scope: it is the admin key of the service, which may do everything for each organization it names in `x-organization-id`.',
          },
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
    transformObject: (made) =>
      'openapiObject' in made ? completeDocument(made.openapiObject as Document) : made.swaggerObject,
  } satisfies FastifyDynamicSwaggerOptions);
}

/** Adds what all routes share, read from the route itself so that it cannot be forgotten or wrong. */
function describe(schema: FastifySchema | undefined, route: RouteOptions): FastifySchema {
  const hooks: unknown[] = [route.onRequest ?? []].flat();
  const asked = hooks.map(requirementsOf).find((found) => found !== undefined);
  const security = (asked ?? []).flatMap((scopes) => [{ bearer: [...scopes] }, { apiKey: [...scopes] }]);
  // Copied: what two routes share would be written as an anchor and its aliases, which few readers follow.
  const own = structuredClone(schema ?? {}) as FastifySchema & { response?: Record<string, unknown> };
  const response = withImplied(own.response ?? {}, asked === undefined ? [] : impliedProblems(own));
  return { security, ...own, response: { ...response, default: otherProblems() } };
}

/** What any call with a key can be answered, whatever it is about. */
function impliedProblems({ params, querystring, headers, body }: FastifySchema): ProblemCode[] {
  const validated = [params, querystring, headers, body].some((part) => part !== undefined);
  return [
    ...(validated ? (['validation_failed'] as const) : []),
    ...(body === undefined ? [] : (['invalid_json', 'payload_too_large', 'unsupported_media_type'] as const)),
    'unauthorized',
    'insufficient_scope',
    'organization_not_found',
    'too_many_unknown_names',
    'database_unavailable',
    'query_timeout',
    'connections_busy',
  ];
}

/** The responses of a route, with more problems under the same status codes. */
function withImplied(own: Record<string, unknown>, implied: ProblemCode[]): Record<string, unknown> {
  const named = Object.values(own).flatMap((response) => problemCodesOf(response) ?? []);
  const made: Record<string, { content: object }> = problems(...new Set([...named, ...implied]));
  for (const [status, response] of Object.entries(made)) {
    // A problem may have another form beside its own.
    const { content } = (own[status] ?? {}) as { content?: object };
    response.content = { ...response.content, ...content, ...response.content };
  }
  return { ...own, ...made };
}
