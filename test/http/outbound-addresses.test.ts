import { createOwnPlaces } from '../../src/dispatch/own-places.ts';
import { openTestDatabase } from '../helpers/database.ts';
import t from '../helpers/tap.ts';
import {
  ADMIN_KEY,
  clientOf,
  idOf,
  type Json,
  N8N_BASE_URL,
  PUBLIC_URL,
  startInstance,
  testReach,
} from './management.ts';

const REFUSED = [
  `${N8N_BASE_URL}/rest/login`,
  `${N8N_BASE_URL}/webhook/..%2frest/login`,
  `${PUBLIC_URL}/api/webhooks/1`,
  `https://HOOKS.example.com./x`,
  'http://10.0.0.5/x',
  'http://169.254.169.254/latest/meta-data/',
  'http://[fd00::1]/x',
  'http://[::ffff:10.0.0.5]:5678/rest/login',
  'http://2130706433/',
  'http://localhost./',
];
/** For `path`, which begins at n8n's webhooks. */
const REFUSED_PATHS = ['../rest/login', '..%2frest%2flogin', 'x/..%2f..%2frest', 'x//y', '%2e%2e;/rest', ''];

interface Place {
  method: string;
  path: string;
  /** Where a URL, or a path, is in the body. */
  at: string[];
}

type Schema = Json & { properties?: Record<string, Schema>; items?: Schema; anyOf?: Schema[]; $ref?: string };

/** All that are called with the URL or the path of an endpoint: a new one is found by itself. */
function placesIn(document: Json): Place[] {
  const schemas = ((document.components as Json).schemas ?? {}) as Record<string, Schema>;
  const walk = (given: Schema, at: string[]): string[][] => {
    const schema = given.$ref === undefined ? given : (schemas[given.$ref.split('/').at(-1) ?? ''] ?? {});
    const own = Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => [
      ...(name === 'url' || name === 'path' ? [[...at, name]] : []),
      ...walk(inner, [...at, name]),
    ]);
    const more = (schema.anyOf ?? []).flatMap((inner) => walk(inner, at));
    return [...own, ...more, ...(schema.items ? walk(schema.items, [...at, '0']) : [])];
  };
  const found: Place[] = [];
  for (const [path, operations] of Object.entries(document.paths as Record<string, Record<string, Json>>)) {
    for (const [method, operation] of Object.entries(operations)) {
      const content = (operation.requestBody as { content?: Record<string, { schema: Schema }> } | undefined)
        ?.content;
      const schema = content?.['application/json']?.schema;
      if (schema === undefined) continue;
      const unique = new Map(walk(schema, []).map((at) => [at.join('/'), at]));
      for (const at of unique.values()) found.push({ method: method.toUpperCase(), path, at });
    }
  }
  return found;
}

t.test('no call stores an endpoint where none may be', async (t) => {
  const { db } = await openTestDatabase(t);
  const own = createOwnPlaces(PUBLIC_URL);
  const reach = testReach({
    own,
    allowCidrs: [],
    n8n: { baseUrl: N8N_BASE_URL, webhookUrl: `${N8N_BASE_URL}/webhook` },
  });
  const { app } = await startInstance(t, db, { reach });
  const call = clientOf(app, ADMIN_KEY);
  const endpoint = await call('POST', '/api/webhook-endpoints', {
    body: { url: `${N8N_BASE_URL}/webhook/x` },
  });
  const workflow = await call('POST', '/api/workflows', { body: { name: 'mine' } });
  const ids: Record<string, string> = { 'webhook-endpoints': idOf(endpoint), workflows: idOf(workflow) };
  /** What else each call needs, by its method and path. */
  const others: Record<string, Json> = {
    'POST /api/workflows': { name: 'one' },
    'PATCH /api/workflows/{id}': {},
    'POST /api/webhook-endpoints': {},
    'PATCH /api/webhook-endpoints/{id}': {},
    'POST /api/workflow-triggers': { workflowId: ids.workflows },
    'PUT /api/webhooks/n8n': { name: 'n8n' },
    'PATCH /api/webhooks/n8n': { event: 'a', data: {} },
  };
  const places = placesIn(app.swagger() as unknown as Json);
  t.ok(places.length >= 9, 'they are found');
  for (const { method, path, at } of places) {
    const other = others[`${method} ${path}`];
    if (other === undefined) {
      t.fail(`say here what else ${method} ${path} needs: it takes ${at.join('/')}`);
      continue;
    }
    const target = path.replace('{id}', ids[path.split('/')[2] ?? ''] ?? '');
    for (const value of at.at(-1) === 'path' ? REFUSED_PATHS : REFUSED) {
      const { status } = await call(method, target, { body: { ...other, ...nested(at, value) } });
      t.ok([400, 404, 422].includes(status), `${method} ${path} with ${at.join('/')}: ${value}`);
    }
  }
  const { count } = await db
    .selectFrom('webhook_endpoints')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  t.equal(Number(count), 1, 'nothing was stored');
});

const nested = (at: string[], value: string): Json =>
  at.reduceRight<unknown>((inner, name) => (name === '0' ? [inner] : { [name]: inner }), value) as Json;
