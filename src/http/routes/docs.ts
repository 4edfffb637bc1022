import helmet from '@fastify/helmet';
import swaggerUi from '@fastify/swagger-ui';
import { Type } from 'typebox';
import { Problem } from '../../domain/problem.ts';
import { PROBLEMS, type ProblemCode } from '../../domain/problems.ts';
import { ApiDescription } from '../api-description.ts';
import type { App } from '../app.ts';
import { problems } from '../schemas/common.ts';
import { THEME } from './docs-theme.ts';

const tags = ['Operating'];

/** Scripts and styles come from here and nowhere else. */
const PAGE_POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  // The page sets style attributes while it runs.
  'style-src': ["'self'", "'unsafe-inline'"],
  // Its pictures are data URLs in its style sheet and scripts.
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

const ProblemEntry = Type.Object(
  { code: Type.String(), status: Type.Integer(), title: Type.String(), detail: Type.String() },
  {
    title: 'ProblemEntry',
    description: 'One entry of the catalogue of problems.',
    examples: [{ code: 'name_taken', ...PROBLEMS.name_taken }],
  },
);

const ProblemList = Type.Object(
  { data: Type.Array(ProblemEntry) },
  { description: 'The whole catalogue of problems.' },
);

/** The description of the API in three shapes, and what its problems mean. */
export const docsRoutes = () => async (app: App) => {
  const description = new ApiDescription(app);
  app.get('/openapi.json', { schema: { hide: true } }, async (request, reply) =>
    description.sendJson(request, reply),
  );
  app.get('/openapi.yaml', { schema: { hide: true } }, (request, reply) =>
    description.sendYaml(request, reply),
  );
  app.get(
    '/problems',
    {
      schema: {
        operationId: 'listProblems',
        tags,
        summary: 'List all problems',
        description: 'Every code that an error of this service can have, and what to do about it.',
        response: { 200: ProblemList },
      },
    },
    async () => ({ data: Object.entries(PROBLEMS).map(([code, entry]) => ({ code, ...entry })) }),
  );
  app.get(
    '/problems/:code',
    {
      schema: {
        operationId: 'describeProblem',
        tags,
        summary: 'What a problem means',
        description: 'The `type` of a problem is the address of its entry here.',
        params: Type.Object({ code: Type.String({ description: 'The `code` of the problem.' }) }),
        response: { 200: ProblemEntry, ...problems('route_not_found') },
      },
    },
    async ({ params: { code } }) => {
      if (!Object.hasOwn(PROBLEMS, code)) throw new Problem('route_not_found');
      return { code, ...PROBLEMS[code as ProblemCode] };
    },
  );
  await app.register(referencePage(description));
};

const referencePage = (description: ApiDescription) => async (app: App) => {
  // The page has routes of its own for the description, which make it again each time.
  const send: Record<string, ApiDescription['sendYaml']> = {
    '/docs/json': async (request, reply) => description.sendJson(request, reply),
    '/docs/yaml': (request, reply) => description.sendYaml(request, reply),
  };
  app.addHook('onRequest', async (request, reply) => {
    const sendDescription = send[request.routeOptions.url ?? ''];
    if (sendDescription) return sendDescription(request, reply);
    // The rest is no data: it may run its scripts, and a browser may keep them.
    reply.removeHeader('content-security-policy').removeHeader('cache-control');
  });
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: PAGE_POLICY },
    strictTransportSecurity: { maxAge: 15_552_000, includeSubDomains: false },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    theme: THEME,
    uiConfig: {
      deepLinking: true,
      docExpansion: 'list',
      filter: true,
      displayOperationId: false,
      defaultModelsExpandDepth: 0,
      tryItOutEnabled: false,
      persistAuthorization: false,
    },
  });
};
