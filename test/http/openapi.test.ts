import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Type } from 'typebox';
import { describeService } from '../../scripts/openapi.ts';
import { PROBLEMS } from '../../src/domain/problems.ts';
import {
  type Media,
  type Operation,
  operationsOf,
  type Parameter,
  type ResponseObject,
} from '../../src/http/openapi/document.ts';
import { requireScope } from '../../src/http/plugins/authenticate.ts';
import { answer, problems } from '../../src/http/schemas/common.ts';
import { checkoutUrl } from '../helpers/checkout.ts';
import { descriptionOf } from '../helpers/conformance.ts';
import { createValidators, type DescribedDocument, pointerTo, resolve } from '../helpers/described.ts';
import t from '../helpers/tap.ts';
import { edge } from './edge.ts';

const { document, yaml } = (await describeService()) as { document: DescribedDocument; yaml: string };
const operations = operationsOf(document);

t.test('openapi.yaml is current', async (t) => {
  const stored = await readFile(new URL('openapi.yaml', checkoutUrl), 'utf8');
  t.ok(stored === yaml, 'if not: npm run openapi');
});

t.test('the types of the client are current', async (t) => {
  const script = new URL('scripts/client-types.mjs', checkoutUrl).pathname;
  await t.resolves(
    promisify(execFile)(process.execPath, [script, '--check']),
    'if not: npm run client-types',
  );
});

t.test('a route is described with what it shares with all others', async (t) => {
  const Thing = Type.Object(
    { ok: Type.Boolean(), label: Type.Union([Type.String(), Type.Null()]) },
    { title: 'Thing' },
  );
  const { app } = await edge(t, {
    routes: async (app) => {
      app.post(
        '/api/old-things/:id',
        {
          onRequest: requireScope('logs:write', 'n8n:write'),
          schema: {
            tags: ['Workflows'],
            params: Type.Object({ id: Type.String() }),
            body: Type.Object({ things: Type.Array(Thing) }, { additionalProperties: false }),
            response: {
              200: answer(Thing, {
                description: 'Made.',
                headers: { etag: { type: 'string', description: 'Its tag.' } },
                example: { ok: true, label: null },
              }),
              ...problems('workflow_not_found', 'name_taken', 'execution_not_found'),
            },
          },
        },
        async () => ({ ok: true, label: null }),
      );
      app.get('/open', async () => ({}));
    },
  });
  await app.ready();
  const { paths, components } = descriptionOf(app);
  const operation = paths['/api/old-things/{id}']?.post;
  const thing = { $ref: '#/components/schemas/Thing' };
  t.match(operation, {
    security: [{ bearer: ['logs:write', 'n8n:write'] }, { apiKey: ['logs:write', 'n8n:write'] }],
    parameters: [{ name: 'id', description: 'The id of the old thing.' }, { $ref: /x-organization-id$/ }],
    requestBody: {
      content: { 'application/json': { schema: { properties: { things: { items: thing } } } } },
    },
    responses: {
      200: {
        description: 'Made.',
        headers: { etag: { required: true }, 'x-request-id': { $ref: /x-request-id$/ } },
        content: { 'application/json': { schema: thing, example: { ok: true, label: null } } },
      },
      404: { $ref: '#/components/responses/workflow_not_found.execution_not_found.organization_not_found' },
      409: { $ref: '#/components/responses/name_taken' },
    },
  });
  t.strictSame(
    Object.keys(operation?.responses ?? {}).join(),
    '200,400,401,403,404,409,413,415,429,503,default',
  );
  t.match(components.schemas.Thing, { properties: { label: { type: ['string', 'null'] } } });
  t.match(components.responses.name_taken, {
    content: {
      'application/problem+json': { examples: { name_taken: { $ref: '#/components/examples/name_taken' } } },
    },
  });
  t.strictSame(paths['/open']?.get?.security, []);
  t.notOk('head' in (paths['/open'] ?? {}), 'HEAD is not described apart from GET');
});

t.test('two schemas of one name are a mistake', async (t) => {
  const named = (value: object) => ({ schema: { response: { 200: { ...value, title: 'Thing' } } } });
  const { app } = await edge(t, {
    routes: async (app) => {
      app.get('/one', named({ type: 'object', properties: { a: { type: 'string' } } }), async () => ({}));
      app.get('/other', named({ type: 'object', properties: { b: { type: 'string' } } }), async () => ({}));
    },
  });
  await app.ready();
  t.throws(() => app.swagger(), { message: 'Two different schemas have the title Thing.' });
});

t.test('every operation says all that a caller needs', async (t) => {
  const tags = document.tags.map(({ name }) => name);
  t.ok(operations.length > 25);
  for (const { path, method, operation } of operations) {
    const name = `${method} ${path}`;
    const { operationId, summary, description, security } = operation as Operation & Record<string, string>;
    for (const text of [operationId, summary, description]) t.match(text, /\S/, name);
    t.ok(Array.isArray(security), name);
    t.ok(
      operation.tags?.length === 1 && tags.includes(String(operation.tags[0])),
      `${name} has one known tag`,
    );
    for (const part of operation.parameters ?? []) {
      const { value } = resolve<Parameter>(document, part, '');
      t.match(value.description, /\S/, `${name}: ${value.name} is described`);
    }
    for (const [status, part] of Object.entries(operation.responses)) {
      const { value } = resolve<ResponseObject>(document, part, '');
      t.match(value.description, /^(?!Default Response)\S/, `${name}: ${status} is described`);
    }
    t.ok(
      Object.keys(operation.responses).some((status) => /^2/.test(status)),
      `${name} describes its success`,
    );
  }
  const ids = operations.map(({ operation }) => operation.operationId);
  t.equal(new Set(ids).size, ids.length, 'operation ids are unique');
  const order = operations.map(({ operation }) => tags.indexOf(String(operation.tags?.[0])));
  t.strictSame(
    [...new Set(order)],
    [...new Set(order)].sort((a, b) => a - b),
    'in the order of the journey',
  );
});

t.test('every body and every answer has an example, and each example matches', async (t) => {
  const validators = createValidators(document);
  const check = (name: string, content: Record<string, Media>, at: string) => {
    for (const [type, media] of Object.entries(content)) {
      const examples =
        media.example === undefined
          ? Object.values(media.examples ?? {}).map(
              (part) => resolve<{ value: unknown }>(document, part, '').value.value,
            )
          : [media.example];
      t.ok(examples.length > 0, `${name} ${type} has an example: give its schema \`examples\``);
      const validate = validators(`${at}${pointerTo('content', type)}/schema`);
      for (const example of examples) t.strictSame(validate(example), [], `${name} ${type}`);
    }
  };
  for (const { path, method, operation } of operations) {
    const at = pointerTo('paths', path, method);
    check(`${method} ${path}`, operation.requestBody?.content ?? {}, `${at}/requestBody`);
    for (const [status, part] of Object.entries(operation.responses)) {
      const response = resolve<ResponseObject>(document, part, at + pointerTo('responses', status));
      check(`${method} ${path} ${status}`, response.value.content ?? {}, response.at);
    }
  }
});

t.test('every reference leads somewhere, and nothing stands there unused', async (t) => {
  const text = JSON.stringify(document);
  const used = new Set([...text.matchAll(/"#\/components\/([^"]+)"/g)].map(([, name]) => String(name)));
  const there = Object.entries(document.components).flatMap(([kind, parts]) =>
    kind === 'securitySchemes' ? [] : Object.keys(parts).map((name) => `${kind}/${name}`),
  );
  t.strictSame([...used].sort(), there.sort());
});

t.test('the catalogue of problems is in the description, and each says what to do', async (t) => {
  const sources = await sourcesOf(new URL('src/', checkoutUrl));
  for (const [code, { detail, status }] of Object.entries(PROBLEMS)) {
    t.ok(
      document.info.description.includes(`| \`${code}\` | ${status} | ${detail.replaceAll('<', '&lt;')} |`),
      code,
    );
    t.ok(
      sources.some((text) => new RegExp(`\\b${code}\\b`).test(text)),
      `${code} is answered by something`,
    );
    t.match(detail, /^[A-Z].*\.$/, code);
    t.match(detail, INSTRUCTION, `${code} says what to do`);
  }
});

/** A sentence or a half that begins with a verb, or says that nothing is to be done. */
const INSTRUCTION =
  /(^|[.:;,] (and )?)(Activate|Add|Ask|Check|Choose|Close|Enable|GET|Have|Read|See|Send|Set|Start|Try|Use|Wait|send|ask|the request id finds|there is nothing left)\b/;

/** The source files but the catalogue itself and the examples. */
async function sourcesOf(folder: URL): Promise<string[]> {
  const files = (await readdir(folder, { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !/domain\/problems(\.ts|\/)|schemas\/examples\//.test(file),
  );
  return Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')));
}

t.test('redocly finds nothing to complain about', async (t) => {
  const root = checkoutUrl;
  const lint = promisify(execFile)(
    process.execPath,
    [new URL('node_modules/@redocly/cli/bin/cli.js', root).pathname, 'lint', 'openapi.yaml', '--format=json'],
    // It would report home what it lints, and ask whether there is a newer version.
    {
      cwd: root.pathname,
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    },
  );
  const { stdout } = await lint.catch((error: { stdout: string }) => error);
  t.match(JSON.parse(stdout), { totals: { errors: 0, warnings: 0, ignored: 0 } }, stdout);
});
