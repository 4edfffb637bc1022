import { newId } from '../../src/domain/ids.ts';
import { applyCallback } from '../../src/store/callbacks.ts';
import { loadWorkflowSnapshot } from '../../src/store/workflow-snapshots.ts';
import { box } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';
import { callback } from '../store/waiting.ts';
import {
  ADMIN_KEY,
  clientOf,
  idOf,
  insertOrganization,
  type Json,
  N8N_BASE_URL,
  pointersOf,
  setUp,
  startInstance,
} from './management.ts';
import { post, register, setUpN8n, workflowOf } from './n8n.ts';

const URL_OF_N8N = `${N8N_BASE_URL}/webhook/orders`;
const ELSEWHERE = 'https://hooks.example.org/webhook/orders';
const WHOLE = { deadlineSeconds: 3_600, onOverdue: 'fail', confirm: 'callback' };

const triggersOf = ({ json }: { json: Json }) => json.triggers as Json[];

t.test('what a trigger awaits, in every form it can be given', async (t) => {
  const { call, db } = await setUp(t);
  const made = await call('POST', '/api/workflows', {
    body: {
      name: 'a',
      triggers: [undefined, true, false, null, {}, { deadlineSeconds: 60, onOverdue: 'retry' }].map(
        (awaitCallback) => ({ endpoint: { url: URL_OF_N8N }, awaitCallback }),
      ),
    },
  });
  t.equal(made.status, 201);
  const shown = [null, WHOLE, null, null, WHOLE, { ...WHOLE, deadlineSeconds: 60, onOverdue: 'retry' }];
  t.same(
    triggersOf(made).map(({ awaitCallback }) => awaitCallback),
    shown,
  );
  const snapshot = await loadWorkflowSnapshot(db, box, idOf(made));
  t.same(
    snapshot?.triggers.map(({ awaitCallback }) => awaitCallback),
    shown,
    'and so it is executed',
  );

  const path = `/api/workflow-triggers/${triggersOf(made)[0]?.id}`;
  const before = await call('GET', `/api/workflows/${idOf(made)}`);
  const changed = await call('PATCH', path, { body: { awaitCallback: { deadlineSeconds: 5 } } });
  t.match(changed, { status: 200, json: { awaitCallback: { ...WHOLE, deadlineSeconds: 5 } } });
  t.match((await call('PATCH', path, { body: { filter: 'true' } })).json, {
    awaitCallback: { deadlineSeconds: 5 },
  });
  t.not((await call('GET', `/api/workflows/${idOf(made)}`)).headers.etag, before.headers.etag);
  t.match((await call('PATCH', path, { body: { awaitCallback: true } })).json, { awaitCallback: WHOLE });
  t.match((await call('PATCH', path, { body: { awaitCallback: null } })).json, { awaitCallback: null });
});

t.test('what it cannot be', async (t) => {
  const { call } = await setUp(t);
  const body = { name: 'a', triggers: [{ endpoint: { url: URL_OF_N8N } }] };
  const [trigger] = triggersOf(await call('POST', '/api/workflows', { body }));
  const path = `/api/workflow-triggers/${trigger?.id}`;
  for (const awaitCallback of [
    { deadlineSeconds: 0 },
    { deadlineSeconds: 2_592_001 },
    { deadlineSeconds: 1.5 },
    { onOverdue: 'ignore' },
    { confirm: 'http' },
    { other: 1 },
    'yes',
    [],
  ]) {
    const refused = await call('PATCH', path, { body: { awaitCallback } });
    t.equal(refused.status, 400, JSON.stringify(awaitCallback));
    t.match(pointersOf(refused)[0], /^\/body\/awaitCallback/);
  }
});

const API = { confirm: 'api' };
const AT = '/body/awaitCallback/confirm';

t.test('n8n is asked only where it can be, by those who may', async (t) => {
  const { n8n, db, call, add } = await setUpN8n(t);
  const orders = post('In', 'orders');
  const id = add('orders', [orders]);
  const made = await register(call, id, { awaitCallback: API });
  t.equal(made.status, 201);
  t.match(workflowOf(made).triggers, [{ awaitCallback: { ...WHOLE, confirm: 'api' } }]);
  const workflowId = String(workflowOf(made).id);

  const elsewhere = await call('POST', '/api/workflow-triggers', {
    body: { workflowId, endpoint: { url: `${n8n.url}/webhook/orders` }, awaitCallback: API },
  });
  // The instance of the tests has its webhooks at N8N_BASE_URL, whatever answers there.
  t.match(elsewhere, { status: 422, json: { code: 'invalid_configuration' } });
  t.same(pointersOf(elsewhere), [AT]);
  const body = { workflowId, endpoint: { url: URL_OF_N8N }, awaitCallback: API };
  const own = await call('POST', '/api/workflow-triggers', { body });
  t.equal(own.status, 201);

  const plain = await call('POST', '/api/workflow-triggers', {
    body: { workflowId, endpoint: { url: ELSEWHERE }, awaitCallback: true },
  });
  const patch = (trigger: string) =>
    call('PATCH', `/api/workflow-triggers/${trigger}`, { body: { awaitCallback: API } });
  t.same(pointersOf(await patch(idOf(plain))), [AT]);
  t.equal((await patch(idOf(own))).status, 200);
  t.equal((await patch(newId())).status, 404);
  const endpointId = (plain.json.endpoint as Json).id;
  const replaced = await call('PATCH', `/api/workflows/${workflowId}`, {
    body: {
      triggers: [
        { endpoint: { url: URL_OF_N8N }, awaitCallback: API },
        { endpointId, awaitCallback: API },
        { endpointId: newId(), awaitCallback: true },
      ],
    },
  });
  t.same(pointersOf(replaced), ['/body/triggers/1/awaitCallback/confirm']);

  const tenant = await insertOrganization(db);
  const { app } = await startInstance(t, db, {
    n8nAccess: { api: null, missing: ['N8N_API_KEY'], shared: false },
  });
  const workflow = { name: 'b', triggers: [{ endpoint: { url: URL_OF_N8N }, awaitCallback: API }] };
  const refused = await clientOf(app, tenant.key)('POST', '/api/workflows', { body: workflow });
  t.match(refused, { status: 422, json: { errors: [{ detail: /unless N8N_SHARED is true/ }] } });
  const missing = await clientOf(app, ADMIN_KEY)('POST', '/api/workflows', { body: workflow });
  t.match(missing, { status: 422, json: { errors: [{ detail: /needs N8N_API_KEY, not set/ }] } });
});

t.test('what n8n said is shown with the execution', async (t) => {
  const { call, db, organizationId } = await setUp(t);
  const body = { name: 'a', triggers: [{ endpoint: { url: URL_OF_N8N }, awaitCallback: true }] };
  const workflow = await call('POST', '/api/workflows', { body });
  const [trigger] = triggersOf(workflow) as [Json];
  const started = await call('POST', `/api/workflows/${idOf(workflow)}/execute`);
  const executionId = String(started.json.executionId);
  const awaitedUntil = new Date(Date.now() + 60_000);
  const delivery = {
    id: newId(),
    organization_id: organizationId,
    execution_id: executionId,
    trigger_id: String(trigger.id),
    endpoint_id: String((trigger.endpoint as Json).id),
    state: 'waiting' as const,
    attempts: 1,
    awaited_until: awaitedUntil,
    next_attempt_at: awaitedUntil,
    n8n_workflow_id: 'wf/1',
  };
  await db.insertInto('deliveries').values(delivery).execute();
  for (const state of ['running', 'waiting'] as const)
    await db.updateTable('workflow_executions').set({ state }).where('id', '=', executionId).execute();
  const apply = (overrides: object) =>
    db
      .transaction()
      .execute((trx) => applyCallback(trx, callback(executionId, { organizationId, ...overrides })));

  t.match(await call('GET', `/api/executions/${executionId}`), {
    status: 200,
    json: {
      status: 'waiting',
      result: null,
      deliveries: [{ awaitedUntil: awaitedUntil.toISOString(), nextAttemptAt: null, n8nExecutionUrl: null }],
    },
  });
  await apply({ status: 'progress', data: '[1]', n8nExecutionId: '42' });
  await apply({ status: 'failure', n8nStatus: 'error', data: '{"error":"No stock"}' });
  const { json } = await call('GET', `/api/executions/${executionId}`);
  t.match(json, {
    status: 'failed',
    outcome: 'n8n_workflow_failed',
    result: { error: 'No stock' },
    deliveries: [
      {
        callback: { status: 'failure', effect: 'applied', error: 'No stock', data: { error: 'No stock' } },
        n8nExecutionId: '42',
        n8nExecutionUrl: `${N8N_BASE_URL}/workflow/wf%2F1/executions/42`,
      },
    ],
  });
  t.match(
    (json.transitions as Json[]).map(({ to, outcome, data }) => [to, outcome, data]),
    [
      ['queued', null, undefined],
      ['running', null, undefined],
      ['waiting', null, undefined],
      ['waiting', 'progress', { data: [1], n8nExecutionId: '42' }],
      ['failed', 'n8n_workflow_failed', undefined],
    ],
  );
  const retried = await call('POST', `/api/executions/${executionId}/retry`);
  t.match(retried, {
    status: 202,
    json: { result: null, deliveries: [{ callback: null, n8nExecutionId: null }] },
  });
});
