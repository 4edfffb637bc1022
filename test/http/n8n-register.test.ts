import { createHash } from 'node:crypto';
import { DEFAULT_ORGANIZATION_ID } from '../../src/domain/ids.ts';
import { loadWorkflowSnapshot } from '../../src/store/workflow-snapshots.ts';
import { box } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';
import { webhook } from '../n8n/stand-in.ts';
import { type Answer, idOf, itemsOf, type Json, pointersOf } from './management.ts';
import { post, register, setUpN8n, workflowOf } from './n8n.ts';

t.test(
  'registering makes a workflow, an endpoint and a trigger, and doing it again makes nothing',
  async (t) => {
    const { n8n, db, call, add } = await setUpN8n(t);
    const id = add('New order', [post('In', 'orders')]);
    const made = await register(call, id);
    t.equal(made.status, 201);
    const workflow = workflowOf(made);
    const url = `${n8n.url}/webhook/orders`;
    t.match(made.json, { warnings: [], webhook: { nodeName: 'In', productionUrl: url } });
    t.match(workflow, {
      name: 'New order',
      webhook: { enabled: true, authType: 'hmac', secret: /^[0-9a-f]{64}$/ },
      triggers: [
        {
          id: made.json.triggerId,
          triggerTypes: ['webhook', 'manual'],
          forward: 'request',
          endpoint: { id: made.json.endpointId, name: 'n8n: New order / In', url, secret: /^whsec_/ },
        },
      ],
    });
    t.equal(made.headers.location, `/api/workflows/${workflow.id}`);
    const snapshot = await loadWorkflowSnapshot(db, box, String(workflow.id));
    t.match(snapshot, { organizationId: DEFAULT_ORGANIZATION_ID, triggers: [{ endpoint: { url } }] });

    const again = await register(call, id, { endpoint: { timeoutMs: 5_000 }, forward: 'envelope' });
    t.equal(again.status, 200);
    t.same(
      [workflowOf(again).id, again.json.endpointId, again.json.triggerId],
      [workflow.id, made.json.endpointId, made.json.triggerId],
    );
    t.match(again.json.warnings, [/keeps its settings.*PATCH/, /stay as they are/]);
    t.notMatch(again.text, /whsec_|"secret":/, 'secrets are shown once');
    t.equal(itemsOf(await call('GET', '/api/workflows')).length, 1);
    t.same((await call('GET', `/api/workflows/${workflow.id}`)).json.updatedAt, workflow.updatedAt);
  },
);

t.test('for a workflow that is there', async (t) => {
  const { call, add } = await setUpN8n(t);
  const own = { endpoint: { url: 'https://example.com/mine' }, filter: 'true' };
  const mine = await call('POST', '/api/workflows', { body: { name: 'Mine', triggers: [own] } });
  const id = add('New order', [post('In', 'orders')]);
  const body = {
    workflowId: idOf(mine),
    triggerTypes: ['manual'],
    forward: 'envelope',
    endpoint: { pace: { perSecond: 5 }, timeoutMs: 5_000, retryPolicy: { maxAttempts: 2 } },
  };
  const made = await register(call, id, body);
  t.match(made, { status: 201, json: { workflow: { id: idOf(mine), name: 'Mine' } } });
  const triggers = workflowOf(made).triggers;
  t.match(triggers, [
    { endpoint: { url: 'https://example.com/mine' }, filter: 'true' },
    {
      triggerTypes: ['manual'],
      forward: 'envelope',
      endpoint: {
        secret: /^whsec_/,
        pace: { perSecond: 5 },
        timeoutMs: 5_000,
        retryPolicy: { maxAttempts: 2 },
      },
    },
  ]);
  t.equal(triggers[0]?.id, (mine.json.triggers as Json[])[0]?.id, 'the others stay');
  const etag = async () => (await call('GET', `/api/workflows/${idOf(mine)}`)).headers.etag;
  t.not(await etag(), mine.headers.etag);
  const before = await etag();
  t.match(await register(call, id, body), { status: 200, json: { triggerId: made.json.triggerId } });
  t.equal(await etag(), before, 'nothing was changed');

  const second = await call('POST', '/api/workflows', { body: { name: 'Second' } });
  const shared = await register(call, id, { workflowId: idOf(second) });
  t.match(shared, { status: 201, json: { endpointId: made.json.endpointId } }, 'one endpoint for one URL');
  const nobody = '00000000-0000-4000-8000-000000000000';
  t.match(await register(call, id, { workflowId: nobody }), {
    status: 404,
    json: { code: 'workflow_not_found' },
  });
  t.same(pointersOf(await register(call, id, { workflowId: idOf(mine), workflow: {} })), ['/body/workflow']);
});

t.test('at the same time', async (t) => {
  const { call, add } = await setUpN8n(t);
  const id = add('New order', [post('In', 'orders')]);
  const answers = await Promise.all(Array.from({ length: 6 }, () => register(call, id)));
  t.same(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 201]);
  t.equal(new Set(answers.map(({ json: { triggerId } }) => triggerId)).size, 1);
});

const hashOf = (url: string) => createHash('sha256').update(url).digest('hex').slice(0, 8);

t.test('names that two n8n workflows share', async (t) => {
  const { n8n, call, add } = await setUpN8n(t);
  const ids = [add('Same', [post('In', 'a')]), add('Same', [post('In', 'b')])];
  const nameOf = (answer: Answer) => (workflowOf(answer).triggers[0]?.endpoint as Json | undefined)?.name;
  t.equal(nameOf(await register(call, ids[0] ?? '')), 'n8n: Same / In');
  t.equal(nameOf(await register(call, ids[1] ?? '')), `n8n: Same / In (${hashOf(`${n8n.url}/webhook/b`)})`);
  const long = add('x'.repeat(400), [post('y'.repeat(400), 'c')]);
  t.equal((await register(call, long)).status, 201);
  const dynamic = add('Dynamic', [post('In', 'users/:id')]);
  for (const value of ['1', '2', '3', '4']) {
    const made = await register(call, dynamic, { pathParameters: { id: value } });
    t.equal(made.status, 201, `one node, URL ${value}`);
  }
});

t.test('which node', async (t) => {
  const { n8n, call, add } = await setUpN8n(t);
  const id = add('Several', [
    post('One', 'one'),
    webhook('Two', { path: 'two' }),
    post('Off', 'off', {}),
    webhook('Same', { path: 'same', httpMethod: 'PUT' }),
    webhook('Same', { path: 'same', httpMethod: 'PATCH' }),
  ]);
  const refused = await register(call, id);
  t.match(refused, { status: 422, json: { code: 'invalid_configuration' } });
  t.match(refused.json.errors, [{ pointer: '/body/nodeName', detail: /"One", "Two", "Off", "Same"/ }]);
  t.same(pointersOf(await register(call, id, { nodeName: 'Nobody' })), ['/body/nodeName']);
  t.match((await register(call, id, { nodeName: 'One', method: 'GET' })).json.errors, [
    { pointer: '/body/method', detail: /POST/ },
  ]);
  t.match(await register(call, id, { nodeName: 'Two' }), {
    status: 201,
    json: { warnings: [/takes GET and not POST/] },
  });
  t.match(await register(call, id, { method: 'PATCH' }), {
    status: 201,
    json: { webhook: { methods: ['PATCH'] } },
  });

  const dynamic = add('Dynamic', [post('In', 'users/:id/:what')]);
  t.same(pointersOf(await register(call, dynamic)), ['/body/pathParameters/id', '/body/pathParameters/what']);
  const pathParameters = { id: '7 & 8', what: 'x' };
  const wrong = { pathParameters: { ...pathParameters, what: 'a/b', more: 'x' } };
  t.same(pointersOf(await register(call, dynamic, wrong)), [
    '/body/pathParameters/more',
    '/body/pathParameters/what',
  ]);
  const filled = await register(call, dynamic, { pathParameters });
  const { webhookId } = (n8n.workflows.at(-1)?.nodes[0] ?? {}) as { webhookId?: string };
  t.match(workflowOf(filled).triggers, [
    { endpoint: { url: `${n8n.url}/webhook/${webhookId}/users/7%20%26%208/x` } },
  ]);

  for (const nodes of [
    [],
    [webhook('Off', { path: 'a' }, { disabled: true })],
    [post('Computed', '={{ 1 }}')],
  ]) {
    t.match(await register(call, add('None', nodes)), { status: 422, json: { code: 'n8n_no_webhook' } });
  }
});

t.test('the credential that a node asks for', async (t) => {
  const { call, add } = await setUpN8n(t);
  const cases = [
    ['headerAuth', { 'x-other': 'a-token-that-n8n-asks-for' }, /Header Auth/, []],
    ['basicAuth', { authorization: 'Basic dXNlcjpwYXNzd29yZA==' }, /Basic Auth/, []],
    ['jwtAuth', { Authorization: 'Bearer a.b.c' }, /JWT Auth/, [/expires/]],
  ] as const;
  for (const [authentication, headers, words, warnings] of cases) {
    const id = add(authentication, [post('In', authentication, { authentication })]);
    const refused = await register(call, id, { endpoint: { timeoutMs: 1_000 } });
    t.match(refused, {
      status: 422,
      json: { errors: [{ pointer: '/body/endpoint/headers', detail: words }] },
    });
    t.equal((await register(call, id)).status, 422, 'and nothing was made');
    const made = await register(call, id, { endpoint: { headers } });
    t.match(made, { status: 201, json: { warnings } });
    t.match(workflowOf(made).triggers, [{ endpoint: { headerNames: Object.keys(headers) } }]);
    t.notOk(
      Object.values(headers).some((value) => made.text.includes(value)),
      'it is not repeated',
    );
    t.equal((await register(call, id)).status, 200, 'what has it already needs it no second time');
  }
  const id = add('basic', [post('In', 'basic', { authentication: 'basicAuth' })]);
  t.equal((await register(call, id, { endpoint: { headers: { 'x-other': 'a' } } })).status, 422);
  const other = add('other', [post('In', 'other', { authentication: 'n8nOAuth2' })]);
  t.match(await register(call, other), { status: 201, json: { warnings: [/does not know/] } });
});

t.test('an inactive one, and faults of what is made', async (t) => {
  const { call, add } = await setUpN8n(t);
  const id = add('Draft', [post('In', 'draft')], { active: false });
  t.match(await register(call, id), { status: 409, json: { code: 'n8n_workflow_inactive' } });
  t.match(await register(call, id, { allowInactive: true }), {
    status: 201,
    json: { warnings: [/not active/] },
  });

  const active = add('Active', [post('In', 'active')]);
  const faulty = {
    endpoint: { headers: { Host: 'a' }, retryPolicy: { baseMs: 5_000, capMs: 10 } },
    workflow: { webhook: { ipAllowlist: ['somewhere'] } },
  };
  t.same(pointersOf(await register(call, active, faulty)), [
    '/body/endpoint/headers/Host',
    '/body/endpoint/retryPolicy/capMs',
    '/body/workflow/webhook/ipAllowlist/0',
  ]);
  const mine = await call('POST', '/api/workflows', { body: { name: 'Mine' } });
  t.same(pointersOf(await register(call, active, { workflowId: idOf(mine), endpoint: faulty.endpoint })), [
    '/body/endpoint/headers/Host',
    '/body/endpoint/retryPolicy/capMs',
  ]);
  t.match(await register(call, active, { surprise: 1, endpoint: { url: 'http://x' }, nodeName: '' }), {
    status: 400,
    json: { code: 'validation_failed' },
  });
});

t.test('at the same time, when the endpoint is there and its workflow is not', async (t) => {
  const { call, add } = await setUpN8n(t);
  const id = add('New order', [post('In', 'orders')]);
  const { json } = await register(call, id);
  t.equal((await call('DELETE', `/api/workflows/${(json.workflow as Json).id}`)).status, 204);
  const answers = await Promise.all(Array.from({ length: 6 }, () => register(call, id)));
  t.same(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 201]);
  t.same([...new Set(answers.map((answer) => answer.json.endpointId))], [json.endpointId]);
  t.equal(itemsOf(await call('GET', '/api/workflows')).length, 1);

  const named = await call('POST', '/api/workflows', { body: { name: 'Named' } });
  const body = { workflowId: idOf(named) };
  const others = await Promise.all(Array.from({ length: 4 }, () => register(call, id, body)));
  t.same(others.map(({ status }) => status).sort(), [200, 200, 200, 201]);
  t.equal(((await call('GET', `/api/workflows/${idOf(named)}`)).json.triggers as Json[]).length, 1);
});

t.test('an endpoint that is there already without the credential: where to put it', async (t) => {
  const { n8n, call, add } = await setUpN8n(t);
  const url = `${n8n.url}/webhook/secured`;
  const there = await call('POST', '/api/webhook-endpoints', { body: { url } });
  const id = add('Secured', [post('In', 'secured', { authentication: 'headerAuth' })]);
  const refused = await register(call, id, { endpoint: { headers: { 'x-token': 'a-credential' } } });
  const detail = new RegExp(`PATCH /api/webhook-endpoints/${idOf(there)} changes them`);
  t.match(refused, { status: 422, json: { errors: [{ pointer: '/body', detail }] } });
  const headers = { 'x-token': 'a-credential' };
  await call('PATCH', `/api/webhook-endpoints/${idOf(there)}`, { body: { headers } });
  t.match(await register(call, id), { status: 201, json: { endpointId: idOf(there) } });
});

t.test('what is there already and switched off is said', async (t) => {
  const { call, add } = await setUpN8n(t);
  const id = add('New order', [post('In', 'orders')]);
  const made = await register(call, id);
  const workflow = `/api/workflows/${(made.json.workflow as Json).id}`;
  const trigger = `/api/workflow-triggers/${made.json.triggerId}`;
  const warnings = async (body: object = {}) => (await register(call, id, body)).json.warnings as string[];
  t.same(await warnings(), []);
  await call('PATCH', trigger, { body: { isActive: false } });
  t.match(await warnings(), [new RegExp(`^The trigger is switched off.*PATCH ${trigger}`)]);
  await call('PATCH', trigger, { body: { isActive: true, triggerTypes: ['manual'] } });
  t.match(await warnings(), [new RegExp(`type manual, and not webhook: PATCH ${trigger}`)]);
  t.match(await warnings({ triggerTypes: ['manual'] }), { length: 1, 0: /stay as they are/ });
  await call('PATCH', trigger, { body: { triggerTypes: ['webhook', 'manual'] } });
  await call('PATCH', workflow, { body: { isActive: false } });
  t.match(await warnings(), [new RegExp(`^The workflow is switched off.*PATCH ${workflow} `)]);
  await call('PATCH', workflow, { body: { isActive: true } });
  await call('PATCH', `${workflow}/webhook`, { body: { enabled: false } });
  t.match(await warnings(), [new RegExp(`^The webhook.*PATCH ${workflow}/webhook`)]);
  const other = await call('POST', '/api/workflows', { body: { name: 'Other', isActive: false } });
  t.match((await register(call, id, { workflowId: idOf(other) })).json.warnings, [
    /^The workflow is switched off/,
    /^The webhook/,
  ]);
});

t.test('methods that n8n computes may be any', async (t) => {
  const { call, add } = await setUpN8n(t);
  const id = add('Computed', [post('In', 'computed', { httpMethod: '={{ $json.method }}' })]);
  t.match(await register(call, id, { method: 'PUT' }), { status: 201, json: { webhook: { methods: [] } } });
});

t.test('names and values of path parameters', async (t) => {
  const { call, add } = await setUpN8n(t);
  const id = add('Dynamic', [post('In', 'users/:id')]);
  for (const [name, value] of [
    ['', 'v'],
    ['a\u0000', 'v'],
    ['a\nb', 7],
    ['x'.repeat(101), 'v'],
    ['id', 7],
    ['id', ''],
    ['id', '\u0000'],
  ] as const) {
    const refused = await register(call, id, { pathParameters: { [name]: value } });
    t.same(
      [refused.status, pointersOf(refused)],
      [400, [`/body/pathParameters/${name}`]],
      JSON.stringify(name),
    );
  }
});
