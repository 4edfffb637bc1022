import type { Scope } from '../../src/domain/scopes.ts';
import { createN8nApi } from '../../src/n8n/client.ts';
import t from '../helpers/tap.ts';
import { API_KEY, json, type StandIn, startStandIn } from '../n8n/stand-in.ts';
import { ADMIN_KEY, type Answer, clientOf, insertOrganization, itemsOf } from './management.ts';
import { post, register, setUpN8n, workflowOf } from './n8n.ts';

t.test('the list: pages, filters, cursors', async (t) => {
  const { n8n, call, add } = await setUpN8n(t);
  for (let i = 0; i < 5; i++) add(`Order ${i}`, [post('In', `o${i}`)], { active: i !== 3 });
  const names = (answer: Answer) => itemsOf(answer).map(({ name }) => name);
  const all = await call('GET', '/api/n8n/workflows');
  t.match(all, { status: 200, json: { nextCursor: null, isComplete: true, readAt: /Z$/ } });
  t.match(itemsOf(all)[1], {
    name: 'Order 3',
    isActive: false,
    webhooks: [{ nodeName: 'In', productionUrl: `${n8n.url}/webhook/o3`, authentication: 'none' }],
  });
  const seen: unknown[] = [];
  let cursor = '';
  do {
    const page = await call('GET', `/api/n8n/workflows?limit=2${cursor}`);
    seen.push(...names(page));
    // Whatever becomes of the list between two pages: nothing is skipped or told twice.
    cursor = page.json.nextCursor === null ? '' : `&cursor=${page.json.nextCursor}`;
  } while (cursor !== '');
  t.same(seen, ['Order 4', 'Order 3', 'Order 2', 'Order 1', 'Order 0']);
  t.same(names(await call('GET', '/api/n8n/workflows?isActive=false')), ['Order 3']);
  t.same(names(await call('GET', '/api/n8n/workflows?name=ER%201')), ['Order 1']);
  t.match(await call('GET', '/api/n8n/workflows?cursor=abc'), {
    status: 400,
    json: { code: 'invalid_cursor' },
  });
  const other = Buffer.from('v1 workflows 1 2').toString('base64url');
  t.equal((await call('GET', `/api/n8n/workflows?cursor=${other}`)).status, 400);
});

t.test('switching, and executions', async (t) => {
  const { n8n, call, add } = await setUpN8n(t);
  const id = add('Orders', [post('In', 'orders')], { active: false });
  const at = `/api/n8n/workflows/${id}`;
  t.match(await call('POST', `${at}/activate`), { status: 200, json: { id, isActive: true } });
  t.match(await call('POST', `${at}/activate`), { status: 200, json: { isActive: true } });
  t.match(await call('POST', `${at}/deactivate`), { status: 200, json: { isActive: false } });
  const manual = add('Manual', [], { active: false });
  t.match(await call('POST', `/api/n8n/workflows/${manual}/activate`), {
    status: 409,
    json: { code: 'n8n_change_refused', detail: /n8n says: "Workflow cannot be activated/ },
  });

  n8n.executions.push(
    { id: '1', workflowId: id, status: 'error', error: { message: 'oh' } },
    { id: '2', workflowId: id, status: 'error', error: { message: 'oh' }, retry: { status: 'error' } },
    { id: '3', workflowId: id, status: 'success' },
  );
  const shown = await call('GET', '/api/n8n/executions/1');
  t.match(shown, {
    status: 200,
    json: { id: '1', workflowId: id, status: 'error', error: { message: 'oh' } },
  });
  t.notMatch(shown.text, /went through/, 'its data stays in n8n');
  t.match(await call('POST', '/api/n8n/executions/1/retry'), {
    status: 200,
    json: { succeeded: true, execution: { status: 'success', retryOf: '1' } },
  });
  t.match(await call('POST', '/api/n8n/executions/2/retry'), {
    status: 200,
    json: { succeeded: false, execution: { status: 'error', error: { message: 'oh' } } },
  });
  t.match(await call('POST', '/api/n8n/executions/3/retry'), {
    status: 409,
    json: { code: 'n8n_execution_not_retryable', detail: /n8n says: "The execution succeeded/ },
  });
  for (const [method, path, code] of [
    ['GET', '/api/n8n/executions/99', 'n8n_execution_not_found'],
    ['POST', '/api/n8n/executions/99/retry', 'n8n_execution_not_found'],
    ['POST', '/api/n8n/workflows/nobody/register', 'n8n_workflow_not_found'],
    ['POST', '/api/n8n/workflows/nobody/activate', 'n8n_workflow_not_found'],
    ['POST', '/api/n8n/workflows/nobody/deactivate', 'n8n_workflow_not_found'],
  ] as const) {
    t.match(await call(method, path), { status: 404, json: { code } }, `${method} ${path}`);
  }
  for (const path of [
    '/api/n8n/executions/abc',
    '/api/n8n/executions/..%2Fworkflows',
    '/api/n8n/executions/0',
  ]) {
    t.match(await call('GET', path), { status: 400, json: { code: 'validation_failed' } }, path);
  }
});

t.test('what is wrong with n8n is told apart, with what to do', async (t) => {
  const { n8n, call } = await setUpN8n(t);
  const cases: [Parameters<StandIn['script']>[0], number, string, RegExp][] = [
    [(_, response) => !!json(response, 401, { message: 'Unauthorized' }), 502, 'n8n_api_refused', /new one/],
    [(_, response) => !!json(response, 403, { message: 'a licence' }), 502, 'n8n_api_forbidden', /a licence/],
    [(_, response) => !!response.end('<html>'), 502, 'n8n_unexpected_answer', /N8N_BASE_URL/],
    [(_, response) => !!json(response, 503, {}), 502, 'n8n_unreachable', /starting/],
    [(_, response) => !!response.destroy(), 502, 'n8n_unreachable', /N8N_BASE_URL/],
  ];
  for (const [script, status, code, advice] of cases) {
    n8n.script(script);
    for (const [method, path] of [
      ['GET', '/api/n8n/workflows'],
      ['POST', '/api/n8n/workflows/abc/register'],
      ['POST', '/api/n8n/executions/1/retry'],
    ] as const) {
      const answer = await call(method, path);
      t.match(answer, { status, json: { code, detail: advice } }, `${code}: ${path}`);
      t.notOk(answer.text.includes(API_KEY));
    }
  }
});

t.test('n8n that is too slow', async (t) => {
  const n8n = await startStandIn(t);
  n8n.script(() => true);
  const api = createN8nApi({
    baseUrl: n8n.url,
    webhookUrl: n8n.url,
    apiKey: API_KEY,
    deadlineMs: 100,
    retryDeadlineMs: 100,
  });
  t.teardown(() => api.close());
  const { call } = await setUpN8n(t, { api });
  for (const [method, path] of [
    ['GET', '/api/n8n/workflows'],
    ['POST', '/api/n8n/executions/1/retry'],
  ] as const) {
    t.match(await call(method, path), { status: 504, json: { code: 'n8n_timeout', detail: /may still/ } });
  }
});

t.test('who may', async (t) => {
  const { db, app, add } = await setUpN8n(t);
  const id = add('Orders', [post('In', 'orders')]);
  const calls = [
    ['GET', '/api/n8n/workflows'],
    ['POST', `/api/n8n/workflows/${id}/register`],
    ['POST', `/api/n8n/workflows/${id}/deactivate`],
    ['POST', `/api/n8n/workflows/${id}/activate`],
    ['GET', '/api/n8n/executions/1'],
    ['POST', '/api/n8n/executions/1/retry'],
  ] as const;
  const { organizationId, key } = await insertOrganization(db);
  for (const [method, path] of calls) {
    const answer = await clientOf(app, key)(method, path);
    t.match(answer, { status: 403, json: { code: 'n8n_not_shared', detail: /N8N_SHARED/ } }, path);
  }
  const admin = clientOf(app, ADMIN_KEY);
  const headers = { 'x-organization-id': organizationId };
  const [, [method, path]] = calls;
  const made = await admin(method, path, { headers });
  t.equal(made.status, 201, 'the admin key, for an organization');
  const seen = await clientOf(app, key)('GET', `/api/workflows/${workflowOf(made).id}`);
  t.equal(seen.status, 200, 'which has it then');

  const scoped = async (scopes: Scope[]) => clientOf(app, (await insertOrganization(db, scopes)).key);
  for (const scopes of [['workflows:write'], ['n8n:read', 'workflows:write'], ['n8n:write']] as Scope[][]) {
    const answer = await (await scoped(scopes))(method, path);
    t.match(answer, { status: 403, json: { code: 'insufficient_scope' } }, scopes.join());
  }
  t.match(await (await scoped(['workflows:read']))('GET', '/api/n8n/workflows'), {
    status: 403,
    json: { code: 'insufficient_scope' },
  });
});

t.test('where all may', async (t) => {
  const { db, app, add } = await setUpN8n(t, { shared: true });
  const id = add('Orders', [post('In', 'orders')]);
  const [one, other] = [
    await insertOrganization(db),
    await insertOrganization(db, ['n8n:write', 'workflows:write']),
  ];
  const made = await register(clientOf(app, one.key), id);
  const elsewhere = await register(clientOf(app, other.key), id);
  t.same([made.status, elsewhere.status], [201, 201], 'each has its own');
  t.not(made.json.endpointId, elsewhere.json.endpointId);
});

t.test('without the settings', async (t) => {
  for (const missing of [['N8N_BASE_URL', 'N8N_API_KEY'], ['N8N_API_KEY']]) {
    const { call } = await setUpN8n(t, { api: null, missing });
    const answer = await call('GET', '/api/n8n/workflows');
    t.match(answer, {
      status: 409,
      json: { code: 'n8n_not_configured', detail: new RegExp(missing.join(' and ')) },
    });
  }
});
