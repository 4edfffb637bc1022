import { randomUUID } from 'node:crypto';
import { n8nEndpointRoutes } from '../../src/http/routes/n8n-endpoint.ts';
import { type WebhookRoutePorts, webhookRoutes } from '../../src/http/routes/webhooks.ts';
import { loadWorkflowSnapshot } from '../../src/store/workflow-snapshots.ts';
import { box } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';
import { edge } from './edge.ts';
import {
  ADMIN_KEY,
  clientOf,
  idOf,
  insertOrganization,
  itemsOf,
  pointersOf,
  setUp,
  startInstance,
  testReach,
} from './management.ts';

const PATH = '/api/webhooks/n8n';
const FAMILY = '/api/webhook-endpoints';

t.test('an endpoint is registered by its name, and made anew by doing so again', async (t) => {
  const { call, db } = await setUp(t);
  const input = {
    name: 'orders',
    path: '/webhook/orders',
    events: ['order.created'],
    headers: { 'x-token': 'a-credential' },
    timeoutMs: 5_000,
    retryPolicy: { maxAttempts: 3 },
    pace: { perSecond: 5 },
    circuitBreaker: { enabled: false },
    onAmbiguous: 'hold',
    retryWorkflowErrors: false,
    payloadLimitBytes: 1_000,
    isActive: false,
  };
  const made = await call('PUT', PATH, { body: input });
  t.match(made, { status: 201, json: { url: 'https://n8n.example.com/webhook/orders', secret: /^whsec_/ } });
  t.equal(made.headers.location, `${FAMILY}/${idOf(made)}`);
  const body = { name: 'a', triggers: [{ endpointId: idOf(made) }] };
  const workflow = await call('POST', '/api/workflows', { body });
  const secretNow = async () =>
    (await loadWorkflowSnapshot(db, box, idOf(workflow)))?.triggers[0]?.endpoint.secret;

  const again = await call('PUT', PATH, { body: { name: 'orders', url: 'https://n8n.example.com/b' } });
  t.equal(again.status, 200);
  t.equal(again.headers.location, undefined);
  const plain = await call('POST', FAMILY, { body: { url: 'https://n8n.example.com/b', name: 'plain' } });
  const { secret: _secret, inboundSecret: _inbound, ...fresh } = plain.json;
  const { createdAt } = made.json;
  const same = { id: idOf(made), name: 'orders', createdAt, updatedAt: again.json.updatedAt };
  t.same(again.json, { ...fresh, ...same }, 'what is left out is as in an endpoint that was never told it');
  t.equal(await secretNow(), made.json.secret, 'but the secret stays');
  const circuit = { state: 'closed', openUntil: null };
  t.same((await call('GET', `${FAMILY}/${idOf(made)}`)).json, { ...again.json, circuit });

  const own = 'sixteen characters at least';
  const given = await call('PUT', PATH, { body: { ...input, secret: own } });
  t.match(given, { status: 200, json: { id: idOf(made), isActive: false, secret: undefined } });
  t.equal(await secretNow(), own);
  const { secret, inboundSecret: _own, ...before } = made.json;
  t.same(given.json, { ...before, updatedAt: given.json.updatedAt });
  t.notOk(given.text.includes(String(secret)));
});

t.test('of two who register a new name at once one makes it and the other makes it anew', async (t) => {
  const { call } = await setUp(t);
  for (let round = 0; round < 5; round++) {
    const urls = [1, 2, 3].map((n) => `https://n8n.example.com/webhook/${n}`);
    const answers = await Promise.all(
      urls.map((url) => call('PUT', PATH, { body: { name: `round ${round}`, url } })),
    );
    t.same(answers.map(({ status }) => status).sort(), [200, 200, 201]);
    t.equal(new Set(answers.map(idOf)).size, 1);
    const [found] = itemsOf(await call('GET', `${FAMILY}?name=round%20${round}`));
    t.ok(urls.includes(String(found?.url)));
  }
  t.equal(itemsOf(await call('GET', FAMILY)).length, 5);
});

t.test('a name that is taken away or given meanwhile is nobody’s mistake', async (t) => {
  const { call } = await setUp(t);
  for (let round = 0; round < 5; round++) {
    const name = `name ${round}`;
    const made = await call('PUT', PATH, { body: { name, path: '/a' } });
    const [put, renamed] = await Promise.all([
      call('PUT', PATH, { body: { name, path: '/b' } }),
      call('PATCH', `${FAMILY}/${idOf(made)}`, { body: { name: `renamed ${round}` } }),
    ]);
    t.equal(renamed.status, 200);
    t.ok([200, 201].includes(put.status), put.text);
    t.equal(put.status === 201, idOf(put) !== idOf(made), 'anew, or another one of the name that is free');
    const next = await call('PUT', PATH, { body: { name, path: '/c' } });
    const [again, deleted] = await Promise.all([
      call('PUT', PATH, { body: { name, path: '/d' } }),
      call('DELETE', `${FAMILY}/${idOf(next)}`),
    ]);
    t.ok([200, 201].includes(again.status), again.text);
    t.equal(deleted.status, 204);
  }
});

t.test('who sends a tag replaces that version only', async (t) => {
  const { call } = await setUp(t);
  const body = { name: 'orders', path: '/webhook/orders' };
  const none = await call('PUT', PATH, { body, headers: { 'if-match': '*' } });
  t.match(none, { status: 412, json: { code: 'precondition_failed' } }, 'there is nothing to replace');
  const made = await call('PUT', PATH, { body });
  const headers = { 'if-match': String(made.headers.etag) };
  const answers = await Promise.all([1, 2, 3].map(() => call('PUT', PATH, { body, headers })));
  t.same(answers.map(({ status }) => status).sort(), [200, 412, 412]);
  t.equal((await call('PUT', PATH, { body, headers: { 'if-match': '*' } })).status, 200);
});

t.test('every fault is named at once, and nothing is stored', async (t) => {
  const { call, db, key } = await setUp(t);
  const answer = await call('PUT', PATH, {
    body: { name: 'a', secret: 'whsec_not base64 at all', headers: { host: 'a' }, url: 'ftp://a.b' },
  });
  t.match(answer, { status: 422, json: { code: 'invalid_configuration' } });
  t.same(pointersOf(answer), ['/body/headers/host', '/body/secret', '/body/url']);
  const nowhere = await call('PUT', PATH, { body: { name: 'a', headers: { host: 'a' } } });
  t.same(pointersOf(nowhere), ['/body', '/body/headers/host']);
  const schema = await call('PUT', PATH, { body: { path: '', isActive: 'yes', scope: 1 } });
  t.match(schema, { status: 400, json: { code: 'validation_failed' } });
  t.same(pointersOf(schema), ['/body/isActive', '/body/name', '/body/path', '/body/scope']);
  const { app } = await startInstance(t, db, { n8nWebhookUrl: null });
  const refused = await clientOf(app, key)('PUT', PATH, { body: { name: 'a', path: '/webhook/a' } });
  t.match(refused, { status: 422, json: { errors: [{ pointer: '/body/path', detail: /N8N_BASE_URL/ }] } });
  t.same(itemsOf(await call('GET', FAMILY)), []);
});

t.test('a name is one’s own organization’s', async (t) => {
  const { call, app, db } = await setUp(t);
  const stranger = clientOf(app, (await insertOrganization(db)).key);
  const body = { name: 'orders', path: '/webhook/orders' };
  const made = await call('PUT', PATH, { body });
  const others = await stranger('PUT', PATH, { body: { ...body, path: '/webhook/others' } });
  t.same([made.status, others.status], [201, 201]);
  t.not(idOf(made), idOf(others));
  const reader = clientOf(app, (await insertOrganization(db, ['n8n:read', 'workflows:write'])).key);
  t.match(await reader('PUT', PATH, { body }), { status: 403, json: { code: 'insufficient_scope' } });
  t.equal((await reader('GET', FAMILY)).status, 200);
  t.equal((await reader('POST', FAMILY, { body: { url: 'https://a.b' } })).status, 403);
});

t.test('the open door beside it goes on as it was', async (t) => {
  const { app, db, key } = await setUp(t);
  const { app: doors } = await edge(t, {
    authenticate: (...asked) => app.authenticate(...asked),
    routes: async (scope) => {
      await scope.register(webhookRoutes(CLOSED));
      const ports = { db, box, reach: testReach(), n8nWebhookUrl: null, n8nAccess: { shared: true } };
      await scope.register(n8nEndpointRoutes(ports));
    },
  });
  const call = clientOf(doors, key);
  const made = await call('PUT', PATH, { body: { name: 'a', url: 'https://n8n.example.com/a' } });
  t.equal(made.status, 201);
  for (const method of ['GET', 'POST']) {
    const answer = await call(method, PATH, method === 'POST' ? { raw: 'not json' } : {});
    t.match(answer, { status: 404, json: { code: 'workflow_not_found' } }, `${method} asks for a workflow`);
  }
  for (const [method, url, allow] of [
    ['PUT', `/api/webhooks/${randomUUID()}`, 'GET, HEAD, POST'],
    ['DELETE', `/api/webhooks/${randomUUID()}`, 'GET, HEAD, POST'],
    ['DELETE', PATH, 'GET, HEAD, POST, PUT'],
  ] as const) {
    const answer = await call(method, url);
    t.match(answer, { status: 405, json: { code: 'method_not_allowed' } }, `${method} ${url}`);
    t.equal(answer.headers.allow, allow);
  }
});

/** A door behind which there is no workflow. */
const CLOSED: WebhookRoutePorts = {
  admit: () => ({ status: 'refused', code: 'workflow_not_found', policy: null }),
  receive: () => Promise.reject(new Error('nothing gets as far as this')),
  askHandshake: () => Promise.reject(new Error('nothing gets as far as this')),
  publicUrl: () => 'https://hooks.example.com',
  logRefusal: () => undefined,
  rateLimitRedis: null,
  onAccepted: () => undefined,
  onRefused: () => undefined,
};

t.test('a path is that of a webhook node, below n8n’s webhook URL', async (t) => {
  const { call, db, key } = await setUp(t);
  const { app } = await startInstance(t, db, { n8nWebhookUrl: 'https://hooks.example.com/n8n' });
  const elsewhere = clientOf(app, key);
  const urlOf = async (client: typeof call, path: string) =>
    (await client('PUT', PATH, { body: { name: 'a', path } })).json.url;
  for (const path of [
    'orders',
    '/orders',
    'webhook/orders',
    '/webhook/orders',
    '//orders',
    '/webhook//orders',
  ]) {
    t.equal(await urlOf(call, path), 'https://n8n.example.com/webhook/orders', path);
  }
  t.equal(await urlOf(call, 'orders/a?b=c'), 'https://n8n.example.com/webhook/orders/a?b=c');
  t.equal(await urlOf(call, 'webhook'), 'https://n8n.example.com/webhook/webhook');
  t.equal(await urlOf(elsewhere, '/orders'), 'https://hooks.example.com/n8n/orders');
  t.equal(await urlOf(elsewhere, '/webhook/orders'), 'https://hooks.example.com/n8n/webhook/orders');
  for (const path of [
    '..',
    '../rest',
    '/webhook/../rest',
    'a/../../api/v1',
    '%2e%2e/rest',
    '..\\rest',
    '/',
    '?a',
    '#a',
  ]) {
    const refused = await call('PUT', PATH, { body: { name: 'a', path } });
    t.match([refused.status, pointersOf(refused)], [422, ['/body/path']], path);
  }
});

t.test('n8n’s address is told to those who may look into it', async (t) => {
  const { db, key } = await setUp(t);
  const { app } = await startInstance(t, db, {
    n8nAccess: { api: null, missing: ['N8N_API_KEY'], shared: false },
  });
  const [tenant, admin] = [clientOf(app, key), clientOf(app, ADMIN_KEY)];
  const own = await tenant('POST', FAMILY, { body: { url: 'https://n8n.example.com/webhook/mine' } });
  t.equal(own.status, 201, 'who knows a URL may use it');
  const calls = [
    ['PUT', PATH, { name: 'a', path: 'orders' }],
    ['POST', FAMILY, { path: 'orders' }],
    ['PATCH', `${FAMILY}/${idOf(own)}`, { path: 'orders' }],
  ] as const;
  for (const [method, path, body] of calls) {
    const refused = await tenant(method, path, { body });
    t.match(refused, { status: 403, json: { code: 'n8n_not_shared' } }, method);
    t.notOk(refused.text.includes('n8n.example.com'));
  }
  t.equal((await admin('PUT', PATH, { body: calls[0][2] })).status, 201);
  const headers = {
    'x-organization-id': String(
      (await db.selectFrom('organizations').select('id').where('name', '=', 'Test').executeTakeFirstOrThrow())
        .id,
    ),
  };
  t.equal((await admin('POST', FAMILY, { body: calls[1][2], headers })).status, 201, 'for anybody');
});
