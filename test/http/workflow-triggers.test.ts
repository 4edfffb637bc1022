import { digestOf } from '../../src/domain/api-key.ts';
import type { Scope } from '../../src/domain/scopes.ts';
import { changeTrigger } from '../../src/http/management/trigger-commands.ts';
import { changeWorkflow, createWorkflow } from '../../src/http/management/workflow-commands.ts';
import { loadWorkflowSnapshot } from '../../src/store/workflow-snapshots.ts';
import { box } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';
import {
  type Answer,
  type Client,
  clientOf,
  idOf,
  insertOrganization,
  itemsOf,
  type Json,
  pointersOf,
  setUp,
  testReach,
} from './management.ts';

const FAMILY = '/api/workflow-triggers';
const NOBODY = '00000000-0000-4000-8000-000000000000';
const URL_OF_N8N = 'https://n8n.example.com/webhook/orders';

const endpointsOf = (answer: Answer) =>
  (answer.json.triggers as Json[]).map((trigger) => trigger.endpoint as Json);

t.test('triggers come with their endpoints, and the secret of an endpoint is shown once', async (t) => {
  const { call, db } = await setUp(t);
  const made = await call('POST', '/api/workflows', {
    body: {
      name: 'a',
      triggers: [
        { endpoint: { url: URL_OF_N8N } },
        {
          endpoint: {
            url: 'http://10.0.0.5:5678/webhook/x',
            name: 'second',
            secret: 'sixteen characters at least',
            timeoutMs: 5_000,
            retryPolicy: { maxAttempts: 3 },
            onAmbiguous: 'hold',
            retryWorkflowErrors: false,
            payloadLimitBytes: 16_777_216,
          },
          triggerTypes: ['manual'],
          forward: 'envelope',
        },
      ],
    },
  });
  t.equal(made.status, 201);
  t.match(made.json.triggers, [
    {
      triggerTypes: ['webhook', 'manual'],
      forward: 'request',
      endpoint: {
        url: URL_OF_N8N,
        name: /^n8n\.example\.com\/webhook\/orders /,
        secret: /^whsec_[A-Za-z0-9+/]{43}=$/,
        timeoutMs: 30_000,
        retryPolicy: { maxAttempts: 8, baseMs: 1_000, capMs: 900_000 },
        onAmbiguous: 'retry',
        retryWorkflowErrors: true,
        payloadLimitBytes: null,
        isActive: true,
      },
    },
    {
      triggerTypes: ['manual'],
      forward: 'envelope',
      endpoint: {
        name: 'second',
        secret: undefined,
        timeoutMs: 5_000,
        retryPolicy: { maxAttempts: 3, baseMs: 1_000, capMs: 900_000 },
        onAmbiguous: 'hold',
        retryWorkflowErrors: false,
        payloadLimitBytes: 16_777_216,
      },
    },
  ]);
  const [first, second] = endpointsOf(made);
  const stored = (await loadWorkflowSnapshot(db, box, idOf(made)))?.triggers.map(({ endpoint }) => endpoint);
  t.match(stored, [
    { id: first?.id, secret: first?.secret },
    {
      id: second?.id,
      secret: 'sixteen characters at least',
      retryPolicy: { maxAttempts: 3, capMs: 900_000 },
    },
  ]);
  const again = await call('GET', `/api/workflows/${idOf(made)}`);
  t.notOk(again.text.includes(String(first?.secret)));
  t.match(
    await call('POST', '/api/workflows', { body: { name: 'b', triggers: [{ endpointId: second?.id }] } }),
    {
      status: 201,
      json: { triggers: [{ endpoint: { id: second?.id, secret: undefined } }] },
    },
  );
  const taken = { name: 'c', triggers: [{ endpoint: { url: URL_OF_N8N, name: 'second' } }] };
  t.match(await call('POST', '/api/workflows', { body: taken }), {
    status: 409,
    json: { code: 'name_taken' },
  });
  t.equal(itemsOf(await call('GET', '/api/workflows')).length, 2, 'and the workflow was not created by half');
});

t.test('new triggers replace the old set; one that keeps its endpoint stays the same trigger', async (t) => {
  const { call } = await setUp(t);
  const endpoints = [1, 2].map((n) => ({ endpoint: { url: `${URL_OF_N8N}/${n}` } }));
  const made = await call('POST', '/api/workflows', { body: { name: 'a', triggers: endpoints } });
  const path = `/api/workflows/${idOf(made)}`;
  const [first, second] = made.json.triggers as Json[];
  const kept = {
    endpointId: (second?.endpoint as Json | undefined)?.id,
    triggerTypes: ['webhook'],
    forward: 'envelope',
  };
  const changed = await call('PATCH', path, {
    body: { triggers: [kept, { endpoint: { url: `${URL_OF_N8N}/3` } }] },
  });
  const after = changed.json.triggers as Json[];
  t.equal(after.length, 2);
  t.match(after[0], { id: second?.id, triggerTypes: ['webhook'], forward: 'envelope' });
  t.match(after[1], { endpoint: { url: `${URL_OF_N8N}/3`, secret: /^whsec_/ } });
  t.notOk(after.some((trigger) => trigger.id === first?.id));
  const none = await call('PATCH', path, { body: { triggers: [] } });
  t.same(none.json.triggers, []);
  t.equal((await call('PATCH', path, { body: { name: 'b' } })).json.name, 'b');
});

const newWorkflow = async (call: Client, body: object = {}) =>
  idOf(await call('POST', '/api/workflows', { body: { name: 'a', ...body } }));

const newEndpoint = async (call: Client, body: object = {}) =>
  idOf(await call('POST', '/api/webhook-endpoints', { body: { url: URL_OF_N8N, ...body } }));

t.test('a trigger by itself is created, shown, changed and deleted', async (t) => {
  const { call, db } = await setUp(t);
  const workflowId = await newWorkflow(call);
  const endpointId = await newEndpoint(call, { name: 'orders' });
  const input = { workflowId: workflowId.toUpperCase(), endpointId: endpointId.toUpperCase() };
  const made = await call('POST', FAMILY, { body: input });
  t.equal(made.status, 201, made.text);
  const path = `${FAMILY}/${idOf(made)}`;
  t.equal(made.headers.location, path);
  t.match(made.json, {
    workflowId,
    triggerTypes: ['webhook', 'manual'],
    forward: 'request',
    filter: null,
    transform: null,
    isActive: true,
    endpoint: { id: endpointId, name: 'orders', secret: undefined },
  });
  const shown = await call('GET', path);
  t.same([shown.json, shown.headers.etag], [made.json, made.headers.etag]);
  const { workflowId: _, createdAt: _createdAt, updatedAt: _updatedAt, ...within } = made.json;
  t.same((await call('GET', `/api/workflows/${workflowId}`)).json.triggers, [within]);

  const changes = { triggerTypes: ['manual'], forward: 'envelope', filter: 'body.a', transform: 'body' };
  const changed = await call('PATCH', path, { body: changes });
  t.match(changed, { status: 200, json: { ...changes, id: idOf(made), isActive: true } });
  t.match((await call('PATCH', path, { body: { filter: null } })).json, { ...changes, filter: null });
  const seen = async () => (await loadWorkflowSnapshot(db, box, workflowId))?.triggers;
  t.match(await seen(), [{ ...changes, filter: null, endpoint: { id: endpointId } }]);
  t.equal((await call('PATCH', path, { body: { isActive: false } })).json.isActive, false);
  t.match(
    await seen(),
    [{ id: idOf(made), isActive: false }],
    'one that is not active goes on with what it has',
  );
  const workflow = await call('GET', `/api/workflows/${workflowId}`);
  t.match(workflow.json.triggers, [{ isActive: false }], 'and is still its');

  t.equal((await call('DELETE', path)).status, 204);
  t.same((await call('GET', `/api/workflows/${workflowId}`)).json.triggers, []);
  t.equal((await call('GET', `/api/webhook-endpoints/${endpointId}`)).status, 200, 'the endpoint stays');
  const gone = { status: 404, json: { code: 'trigger_not_found' } };
  for (const [method, body] of [['GET'], ['PATCH', { forward: 'request' }], ['DELETE']] as const) {
    t.match(await call(method, path, { body }), gone, method);
    t.match(await call(method, `${FAMILY}/${NOBODY}`, { body }), gone);
  }
});

t.test('a trigger comes with a new endpoint, whose secret is shown once', async (t) => {
  const { call } = await setUp(t);
  const workflowId = await newWorkflow(call);
  const endpoint = { url: URL_OF_N8N, name: 'new', isActive: false, events: ['a'] };
  const made = await call('POST', FAMILY, { body: { workflowId, endpoint, isActive: false } });
  const { secret, id } = made.json.endpoint as Json;
  t.match(made, { status: 201, json: { isActive: false, endpoint: { ...endpoint, secret: /^whsec_/ } } });
  for (const path of [`${FAMILY}/${idOf(made)}`, FAMILY, `/api/webhook-endpoints/${id}`]) {
    t.notOk((await call('GET', path)).text.includes(String(secret)), path);
  }
  const taken = await call('POST', FAMILY, { body: { workflowId, endpoint } });
  t.match(taken, { status: 409, json: { code: 'name_taken' } });
  t.equal(itemsOf(await call('GET', FAMILY)).length, 1, 'and nothing was made by half');
});

t.test('triggers are listed by workflow and by endpoint, page by page', async (t) => {
  const { call } = await setUp(t);
  const [one, other] = [await newWorkflow(call), await newWorkflow(call)];
  const [here, there] = [await newEndpoint(call), await newEndpoint(call)];
  const ids: string[] = [];
  for (const [workflowId, endpointId] of [
    [one, here],
    [one, there],
    [other, here],
    [other, here],
  ]) {
    ids.unshift(idOf(await call('POST', FAMILY, { body: { workflowId, endpointId } })));
  }
  const found = async (query: string) =>
    itemsOf(await call('GET', `${FAMILY}?${query}`)).map((item) => ids.indexOf(String(item.id)));
  t.same(await found(''), [0, 1, 2, 3], 'newest first');
  t.same(await found(`workflowId=${one}`), [2, 3]);
  t.same(await found(`endpointId=${here}`), [0, 1, 3]);
  t.same(await found(`endpointId=${here}&workflowId=${one}`), [3]);
  t.same(await found(`workflowId=${NOBODY}`), []);
  const first = await call('GET', `${FAMILY}?limit=3`);
  t.same(await found(`limit=3&cursor=${first.json.nextCursor}`), [3]);
  t.match(await call('GET', `${FAMILY}?cursor=x`), { status: 400, json: { code: 'invalid_cursor' } });
  const malformed = await call('GET', `${FAMILY}?workflowId=x`);
  t.same([...new Set(pointersOf(malformed))], ['/query/workflowId']);
  await call('DELETE', `/api/workflows/${other}`);
  t.same(await found(''), [2, 3], 'not of workflows that are deleted');
  t.equal((await call('GET', `${FAMILY}/${ids[0]}`)).status, 404);
  t.equal((await call('DELETE', `${FAMILY}/${ids[0]}`)).status, 404);
});

t.test('every fault of a trigger is named at once', async (t) => {
  const { call, app, db } = await setUp(t);
  const workflowId = await newWorkflow(call);
  const endpointId = await newEndpoint(call);
  const stranger = clientOf(app, (await insertOrganization(db)).key);
  for (const ids of [
    { workflowId: NOBODY, endpointId: NOBODY },
    { workflowId: await newWorkflow(stranger), endpointId: await newEndpoint(stranger) },
  ]) {
    const answer = await call('POST', FAMILY, { body: { ...ids, filter: 'a +', transform: '{' } });
    t.match(answer, { status: 422, json: { code: 'invalid_configuration' } });
    const told = ['/body/endpointId', '/body/filter', '/body/transform', '/body/workflowId'];
    t.same(pointersOf(answer), told, 'another organization’s is as good as none');
  }
  const endpoint = { url: 'ftp://a.b', headers: { host: 'a' } };
  const inside = await call('POST', FAMILY, { body: { workflowId, endpoint } });
  t.same(pointersOf(inside), ['/body/endpoint/headers/host', '/body/endpoint/url']);
  for (const body of [{ workflowId }, { workflowId, endpointId, endpoint: { url: URL_OF_N8N } }]) {
    const answer = await call('POST', FAMILY, { body });
    t.match([answer.status, pointersOf(answer)], [422, ['/body']]);
  }
  const schema = await call('POST', FAMILY, {
    body: { endpointId: 'x', triggerTypes: ['x'], forward: null, filter: '', surprise: 1 },
  });
  t.match(schema, { status: 400, json: { code: 'validation_failed' } });
  t.same(
    [...new Set(pointersOf(schema))],
    [
      '/body/endpointId',
      '/body/filter',
      '/body/forward',
      '/body/surprise',
      '/body/triggerTypes/0',
      '/body/workflowId',
    ],
  );
  const made = await call('POST', FAMILY, { body: { workflowId, endpointId } });
  const path = `${FAMILY}/${idOf(made)}`;
  const bent = await call('PATCH', path, { body: { filter: 'a +', transform: '{', forward: 'envelope' } });
  t.match([bent.status, pointersOf(bent)], [422, ['/body/filter', '/body/transform']]);
  const fixed = await call('PATCH', path, { body: { workflowId, endpointId, isActive: null } });
  t.same(pointersOf(fixed), ['/body/endpointId', '/body/isActive', '/body/workflowId']);
  t.equal((await call('PATCH', path, { body: {} })).status, 400);
  t.same((await call('GET', path)).json, made.json, 'nothing was changed');
});

t.test('a workflow has fifty triggers at the most, however they come', async (t) => {
  const { call } = await setUp(t);
  const endpointId = await newEndpoint(call);
  const triggers = Array.from({ length: 49 }, () => ({ endpointId }));
  const workflowId = await newWorkflow(call, { triggers });
  const body = { workflowId, endpointId };
  const answers = await Promise.all([1, 2, 3].map(() => call('POST', FAMILY, { body })));
  t.same(answers.map(({ status }) => status).sort(), [201, 422, 422]);
  t.same(pointersOf(await call('POST', FAMILY, { body })), ['/body/workflowId']);
});

t.test('whoever changes where a workflow leads needs the scope for workflows too', async (t) => {
  const { call, app, db, organizationId } = await setUp(t);
  const workflowId = await newWorkflow(call);
  const endpointId = await newEndpoint(call);
  const made = await call('POST', FAMILY, { body: { workflowId, endpointId } });
  const path = `${FAMILY}/${idOf(made)}`;
  const scoped = async (scopes: Scope[]) => {
    const { key } = await insertOrganization(db, scopes);
    const values = { organization_id: organizationId };
    await db.updateTable('api_keys').set(values).where('key_sha256', '=', digestOf(key)).execute();
    return clientOf(app, key);
  };
  const calls = [
    ['POST', FAMILY, { workflowId, endpoint: { url: 'https://example.com/tap' } }],
    ['PATCH', path, { forward: 'envelope' }],
    ['DELETE', path, undefined],
  ] as const;
  for (const scopes of [['n8n:write', 'n8n:read', 'workflows:read'], ['workflows:write']] as Scope[][]) {
    const client = await scoped(scopes);
    for (const [method, url, body] of calls) {
      const refused = await client(method, url, body === undefined ? {} : { body });
      const detail = /"n8n:write" and "workflows:write"/;
      t.match(refused, { status: 403, json: { code: 'insufficient_scope', detail } }, `${method} ${scopes}`);
    }
  }
  t.same((await call('GET', path)).json, made.json, 'nothing was changed');
  t.equal((await (await scoped(['n8n:read']))('GET', path)).status, 200, 'reading is as before');
  const both = await scoped(['n8n:write', 'workflows:write']);
  for (const [[method, url, body], status] of calls.map((one, i) => [one, [201, 200, 204][i]] as const)) {
    t.equal((await both(method, url, body === undefined ? {} : { body })).status, status, method);
  }
});

t.test('expressions are checked before anything is locked', async (t) => {
  const { db, organizationId, call } = await setUp(t);
  const workflowId = await newWorkflow(call);
  const endpointId = await newEndpoint(call);
  const made = await call('POST', FAMILY, { body: { workflowId, endpointId } });
  const seen: string[] = [];
  const watched = new Proxy(db, {
    get: (target, name) => {
      if (name === 'transaction') seen.push('transaction');
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const withFilter = <T extends object>(rest: T): T & { filter: string } =>
    Object.defineProperty({ ...rest }, 'filter', {
      enumerable: true,
      get: () => {
        seen.push('filter');
        return 'body.a';
      },
    }) as T & { filter: string };
  const stores = { db: watched, box, reach: testReach() };
  const target = { organizationId, workflowId };
  const trigger = () => withFilter({ endpointId });
  const calls: [string, () => Promise<unknown>][] = [
    [
      'a change of a trigger',
      () => changeTrigger(watched, { organizationId, triggerId: idOf(made) }, withFilter({})),
    ],
    ['a new workflow', () => createWorkflow(stores, organizationId, { name: 'b', triggers: [trigger()] })],
    ['a change of a workflow', () => changeWorkflow(stores, target, { triggers: [trigger()] })],
  ];
  for (const [name, run] of calls) {
    seen.length = 0;
    await run();
    t.same([seen[0], seen.includes('transaction')], ['filter', true], name);
  }
});
