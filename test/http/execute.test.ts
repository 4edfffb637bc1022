import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { parseId } from '../../src/domain/ids.ts';
import { loadWork } from '../../src/store/work.ts';
import t from '../helpers/tap.ts';
import { end, withWorkflow } from './executable.ts';
import { type Client, type Json, startInstance } from './management.ts';

const newest = async (call: Client): Promise<string> => {
  for (;;) {
    const [execution] = (await call('GET', '/api/executions?limit=1')).json.data as Json[];
    if (execution) return String(execution.id);
  }
};

t.test('one call, one execution', async (t) => {
  const { execute, call, db, offered, workflowId, caller, organizationId } = await withWorkflow(t);
  const answer = await execute({ body: { input: { order: 7 } } });
  t.equal(answer.status, 202);
  const id = String(answer.json.executionId);
  t.match(answer.json, {
    success: true,
    message: 'Workflow execution started',
    workflowId,
    jobId: id,
    executionId: id,
    timestamp: /Z$/,
  });
  t.equal(answer.headers.location, `/api/executions/${id}`);
  t.equal(answer.headers['preference-applied'], undefined);
  t.same(offered, [{ kind: 'execution', id, run: 1, organizationId }]);
  t.match((await call('GET', `/api/executions/${id}`)).json, {
    id,
    workflowId,
    status: 'queued',
    triggerType: 'manual',
    triggeredBy: caller,
    triggeredAt: answer.json.timestamp,
    run: 1,
    input: { order: 7 },
    log: null,
    deliveries: [],
    transitions: [{ seq: 0, from: null, to: 'queued' }],
  });
  const work = (await loadWork(db, [id])).get(id);
  t.match(work, { triggerType: 'manual', request: null });
  t.equal(work?.input?.toString(), '{"order":7}');
});

t.test('no body and no input', async (t) => {
  const { execute, call } = await withWorkflow(t);
  for (const sent of [
    undefined,
    { raw: '{}' },
    { raw: '', headers: { 'content-type': 'application/json' } },
  ]) {
    const answer = await execute(sent);
    t.equal(answer.status, 202, JSON.stringify(sent));
    t.equal((await call('GET', `/api/executions/${answer.json.executionId}`)).json.input, null);
  }
});

t.test('the queue is told, or left alone', async (t) => {
  const { execute, db, offered, queue } = await withWorkflow(t);
  await execute();
  queue.accepting = false;
  await execute();
  const { rows } = await sql<{ enqueued: boolean }>`
    SELECT enqueued_at IS NOT NULL AS enqueued FROM workflow_executions ORDER BY id`.execute(db);
  t.same(
    rows.map(({ enqueued }) => enqueued),
    [true, false],
    'the relay takes what was not offered',
  );
  t.equal(offered.length, 1);
});

t.test('input is kept as it was sent', async (t) => {
  const { execute, call, db } = await withWorkflow(t);
  const inputs = [
    '{"nul":"\\u0000","half":"\\ud800","pair":"\\ud83d\\ude00"}',
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"x":1}},"toString":null}',
    '{"big":12345678901234567890123,"float":1.0,"exponent":1e400}',
    '{ "spaces" : [ 1 , 2 ] ,\n"ü":"ü" }',
  ];
  for (const input of inputs) {
    const answer = await execute({ raw: `{"input":${input}}` });
    t.equal(answer.status, 202, input);
    const id = String(answer.json.executionId);
    t.equal((await loadWork(db, [id])).get(id)?.input?.toString(), input);
    const shown = await call('GET', `/api/executions/${id}`);
    t.equal(JSON.stringify(shown.json.input), JSON.stringify(JSON.parse(input)));
  }
  t.equal(({} as Json).polluted, undefined);
});

t.test('what is no input is refused', async (t) => {
  const { execute } = await withWorkflow(t);
  const bad: [string | Buffer, string][] = [
    ['{"input":[1]}', 'validation_failed'],
    ['{"input":"x"}', 'validation_failed'],
    ['{"input":null}', 'validation_failed'],
    ['{"inputs":{}}', 'validation_failed'],
    ['{"__proto__":{"input":{}}}', 'validation_failed'],
    ['[]', 'validation_failed'],
    [`{"input":{"a":${'['.repeat(300)}${']'.repeat(300)}}}`, 'validation_failed'],
    ['{"input":', 'invalid_json'],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'invalid_json'],
  ];
  for (const [raw, code] of bad)
    t.match(await execute({ raw }), { status: 400, json: { code } }, String(raw).slice(0, 40));
  t.match(await execute({ raw: 'input=1', headers: { 'content-type': 'text/plain' } }), { status: 415 });
});

t.test('an inactive or unknown workflow', async (t) => {
  const { execute, call, workflowId } = await withWorkflow(t);
  await call('PATCH', `/api/workflows/${workflowId}`, { body: { isActive: false } });
  t.match(await execute(), { status: 409, json: { code: 'execution_workflow_inactive' } });
  const unknown = await call('POST', '/api/workflows/00000000-0000-4000-8000-000000000000/execute');
  t.match(unknown, { status: 404, json: { code: 'workflow_not_found' } });
  t.equal((await call('POST', '/api/workflows/nonsense/execute')).status, 400);
});

t.test('Prefer: wait answers the execution when it ends in time', async (t) => {
  const { execute, call, db } = await withWorkflow(t);
  const waiting = execute({
    headers: { prefer: 'respond-async, wait="30"', 'idempotency-key': 'w' },
    raw: '{}',
  });
  const id = await newest(call);
  const { rows } = await sql`
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`.execute(
    db,
  );
  t.equal(rows.length, 0, 'no transaction is held meanwhile');
  await end(db, id, 'succeeded');
  const answer = await waiting;
  t.match(answer, { status: 200, json: { id, executionId: id, jobId: id, status: 'succeeded' } });
  t.equal(answer.headers['preference-applied'], 'wait=30');
  const replay = await execute({ headers: { prefer: 'wait=100', 'idempotency-key': 'w' }, raw: '{}' });
  t.match(replay, { status: 200, json: { status: 'succeeded' } });
  t.equal(replay.headers['preference-applied'], 'wait=60', 'capped, and said so');
});

t.test('Prefer: wait answers 202 when it does not end in time', async (t) => {
  const { execute } = await withWorkflow(t);
  for (const [prefer, applied] of Object.entries({
    'wait=0': 'wait=0',
    'wait=1': 'wait=1',
    'wait=-1': undefined,
    wait: undefined,
    'wait=soon': undefined,
    'awaits=5': undefined,
  })) {
    const answer = await execute({ headers: { prefer } });
    t.equal(answer.status, 202, prefer);
    t.equal(answer.headers['preference-applied'], applied, prefer);
  }
});

t.test('nobody waits for a client that is gone', async (t) => {
  const { db, path, key } = await withWorkflow(t);
  let waits = (_signal: AbortSignal): void => undefined;
  const waiting = new Promise<AbortSignal>((resolve) => {
    waits = resolve;
  });
  const { app } = await startInstance(t, db, {
    waitForEnd: (_id, _ms, signal) => {
      waits(signal);
      return once(signal, 'abort').then(() => false);
    },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const headers = { authorization: `Bearer ${key}`, prefer: 'wait=60' };
  const client = httpRequest({ port, host: '127.0.0.1', path, method: 'POST', headers });
  client.on('error', () => undefined);
  client.end();
  const signal = await waiting;
  t.notOk(signal.aborted);
  client.destroy();
  if (!signal.aborted) await once(signal, 'abort');
  t.ok(signal.aborted);
});

t.test('ids are answered in one form', async (t) => {
  const { call, workflowId } = await withWorkflow(t);
  const answer = await call('POST', `/api/workflows/${workflowId.toUpperCase()}/execute`);
  t.match(answer, { status: 202, json: { workflowId: parseId(workflowId) } });
  t.equal((await call('POST', `/api/workflows/urn:uuid:${workflowId}/execute`)).status, 400);
});

t.test('an organization that stored as much today as it may', async (t) => {
  const { execute, budgets, organizationId } = await withWorkflow(t);
  const stored = budgets.daily('stored_bytes');
  await execute({ body: { input: { text: 'x'.repeat(1_000) } } });
  t.ok(stored.used(organizationId) > 1_000);
  const headers = { 'idempotency-key': 'once' };
  await execute({ headers });
  const before = stored.used(organizationId);
  await execute({ headers });
  t.equal(stored.used(organizationId), before, 'what is only answered again is not stored');
  stored.spend(organizationId, budgets.limit('stored_bytes', organizationId));
  t.match(await execute(), {
    status: 429,
    json: { code: 'storage_budget_exceeded' },
    headers: { 'retry-after': /^\d+$/ },
  });
});
