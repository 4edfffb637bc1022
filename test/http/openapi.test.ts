import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import t from 'tap';
import { Type } from 'typebox';
import { parse } from 'yaml';
import { requireScope } from '../../src/http/plugins/authenticate.ts';
import { problems } from '../../src/http/schemas/common.ts';
import { edge } from './edge.ts';

interface Description {
  tags: { name: string }[];
  components: { schemas: object; securitySchemes: object };
  paths: Record<string, Record<string, Operation>>;
}
interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security: object[];
  responses: Record<string, object>;
}

t.test('openapi.yaml is current', async (t) => {
  const script = new URL('../../scripts/openapi.ts', import.meta.url).pathname;
  const check = promisify(execFile)(process.execPath, ['--import=tsx', script, '--check']);
  await t.resolves(check, 'if not: npm run openapi');
});

t.test('a route is described with its scope and its problems', async (t) => {
  const { app } = await edge(t, {
    routes: async (app) => {
      app.post(
        '/things/:id',
        {
          onRequest: requireScope('logs:write'),
          schema: {
            tags: ['Workflows'],
            params: Type.Object({ id: Type.String() }),
            body: Type.Object(
              { note: Type.Union([Type.String(), Type.Null()]) },
              { additionalProperties: false },
            ),
            response: {
              200: Type.Object({ ok: Type.Boolean() }),
              ...problems('workflow_not_found', 'name_taken', 'execution_not_found'),
            },
          },
        },
        async () => ({ ok: true }),
      );
      app.get('/open', async () => ({}));
    },
  });
  await app.ready();
  const { paths } = app.swagger() as unknown as Description;
  const operation = paths['/things/{id}']?.post;
  const problem = {
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  t.match(operation, {
    security: [{ bearer: ['logs:write'] }, { apiKey: ['logs:write'] }],
    requestBody: { content: { 'application/json': { schema: { additionalProperties: false } } } },
    responses: {
      404: { description: '`workflow_not_found`, `execution_not_found`', ...problem },
      409: problem,
      default: problem,
    },
  });
  t.strictSame(paths['/open']?.get?.security, []);
  t.notOk('head' in (paths['/open'] ?? {}), 'HEAD is not described apart from GET');
});

t.test('the description hangs together', async (t) => {
  const text = await readFile(new URL('../../openapi.yaml', import.meta.url), 'utf8');
  const { components, paths, tags } = parse(text) as Description;
  const names = new Set(tags.map(({ name }) => name));
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  t.ok(operations.length > 10);
  for (const { operationId, summary, tags } of operations) {
    t.ok(summary, operationId);
    t.ok(tags.length === 1 && names.has(String(tags[0])), operationId);
  }
  const ids = operations.map(({ operationId }) => operationId);
  t.equal(new Set(ids).size, ids.length);
  for (const [, name] of text.matchAll(/#\/components\/schemas\/(\w+)/g)) {
    t.ok(String(name) in components.schemas, String(name));
  }
});
