import { sql } from 'kysely';
import t, { type Test } from 'tap';
import { newId } from '../../src/domain/ids.ts';
import { claimDeliveries } from '../../src/store/claim.ts';
import { planExecutions } from '../../src/store/plan.ts';
import { type AttemptRecord, recordAttempts } from '../../src/store/record.ts';
import type { LeasedDelivery } from '../../src/store/work.ts';
import { type Answer, idOf, itemsOf, type Json, setUp } from './management.ts';

const LEASE_MS = 60_000;

/** A workflow with this many triggers, and hands that do a worker's work on it. */
async function withWorkflow(t: Test, triggers = 1) {
  const instance = await setUp(t);
  const { call, db } = instance;
  const endpoints = Array.from({ length: triggers }, (_, i) => ({ endpoint: { url: `https://n8n.example.com/${i}` } }));
  const made = await call('POST', '/api/workflows', { body: { name: 'a', triggers: endpoints } });
  const path = `/api/workflows/${idOf(made)}`;
  const targets = (made.json.triggers as Json[]).map((trigger) => ({
    triggerId: String(trigger.id),
    endpointId: String((trigger.endpoint as Json).id),
  }));

  const execute = async () => String((await call('POST', `${path}/execute`, { body: {} })).json.executionId);
  const plan = async (executionId: string) => {
    const deliveries = targets.map((target) => ({ id: newId(), ...target, leaseToken: null }));
    await planExecutions(db, [{ executionId, run: 1, state: 'running', outcome: null, deliveries }], LEASE_MS);
    return deliveries.map(({ id }) => id);
  };
  const claim = async (deliveryId: string, run = 1) => {
    const claimed = await claimDeliveries(db, [{ deliveryId, run, leaseToken: newId() }], LEASE_MS);
    const delivery = claimed.get(deliveryId);
    if (!delivery) throw new Error(`delivery ${deliveryId} is not due`);
    return delivery;
  };
  const send = async (deliveryId: string, how: Partial<AttemptRecord>, run = 1) =>
    recordAttempts(db, [attempt(await claim(deliveryId, run), how)]);
  const show = (id: string) => call('GET', `/api/executions/${id}`);
  return { ...instance, path, workflowId: idOf(made), targets, execute, plan, claim, send, show };
}

const attempt = (delivery: LeasedDelivery, how: Partial<AttemptRecord>): AttemptRecord => ({
  delivery,
  startedAt: new Date(),
  durationMs: 12,
  result: 'succeeded',
  outcome: 'delivered',
  statusCode: 200,
  error: null,
  advice: null,
  requestUrl: 'https://n8n.example.com/0',
  requestHeaders: [['x-hookgate-attempt', '1']],
  requestBytes: 2,
  responseHeaders: [['Content-Type', 'application/json']],
  responseBody: Buffer.from('{"ok":true}'),
  responseTruncated: false,
  state: 'succeeded',
  confirmedBy: 'http',
  retryInMs: null,
  ...how,
});

const refused = { result: 'failed', outcome: 'refused', statusCode: 400, state: 'failed', confirmedBy: null } as const;
const exhausted = { result: 'failed', outcome: 'server_error', statusCode: 500, state: 'dead_lettered', confirmedBy: null } as const;
const later = { result: 'failed', outcome: 'server_error', statusCode: 500, state: 'retrying', confirmedBy: null, retryInMs: 60_000 } as const;

const deliveriesOf = (answer: Answer) => answer.json.deliveries as Json[];
const statesOf = (answer: Answer) => [answer.json.status, ...deliveriesOf(answer).map((delivery) => delivery.status)];
const movesOf = (answer: Answer) => (answer.json.transitions as Json[]).map((move) => `${move.seq} ${move.to} ${move.run}`);

t.test('an execution shows its deliveries, every attempt and what was answered', async (t) => {
  const { execute, plan, send, show, targets } = await withWorkflow(t);
  const id = await execute();
  const [delivery = ''] = await plan(id);
  await send(delivery, { ...later, retryInMs: 0, responseBody: Buffer.from('Error in workflow'), advice: 'Look there.' });
  await send(delivery, { ...later, retryInMs: 0, statusCode: null, responseHeaders: null, responseBody: null, error: 'timed out' });
  await send(delivery, { ...later, retryInMs: 0, responseBody: Buffer.from([0xff, 0x00]), responseTruncated: true });
  await send(delivery, {});
  const answer = await show(id);
  t.match(answer.json, {
    status: 'succeeded',
    confirmedBy: 'http',
    outcome: 'delivered',
    deliveries: [
      {
        id: delivery,
        triggerId: targets[0]?.triggerId,
        endpoint: { id: targets[0]?.endpointId, url: 'https://n8n.example.com/0' },
        status: 'succeeded',
        confirmedBy: 'http',
        attemptCount: 4,
        nextAttemptAt: null,
        attempts: [
          { attempt: 1, result: 'failed', statusCode: 500, advice: 'Look there.', nextAttemptAt: /Z$/ },
          { attempt: 2, error: 'timed out', response: null },
          { attempt: 3, response: { body: '/wA=', bodyEncoding: 'base64', truncated: true } },
          {
            attempt: 4,
            result: 'succeeded',
            durationMs: 12,
            request: { url: 'https://n8n.example.com/0', headers: [{ name: 'x-hookgate-attempt', value: '1' }], bytes: 2 },
            response: {
              headers: [{ name: 'Content-Type', value: 'application/json' }],
              body: { ok: true },
              bodyEncoding: 'json',
              truncated: false,
            },
          },
        ],
      },
    ],
  });
  const [first] = deliveriesOf(answer)[0]?.attempts as Json[];
  t.match(first?.response, { body: 'Error in workflow', bodyEncoding: 'text' });
  t.same(movesOf(answer).at(-1)?.split(' ').slice(1), ['succeeded', '1']);
  t.ok(answer.json.startedAt && answer.json.finishedAt);
});

t.test('an answer that nests deeper than anybody writes is shown as text', async (t) => {
  const { execute, plan, send, show } = await withWorkflow(t);
  const id = await execute();
  const [delivery = ''] = await plan(id);
  await send(delivery, { responseBody: Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)) });
  const answer = await show(id);
  t.equal(answer.status, 200);
  t.match(deliveriesOf(answer)[0]?.attempts, [{ response: { bodyEncoding: 'text' } }]);
});

t.test('a retry queues again what did not succeed, and nothing else', async (t) => {
  const { call, execute, plan, claim, send, show, offered } = await withWorkflow(t, 3);
  const id = await execute();
  const [one = '', two = '', three = ''] = await plan(id);
  await send(one, {});
  await send(two, refused);
  t.match(await call('POST', `/api/executions/${id}/retry`), { status: 409, json: { code: 'execution_not_retryable' } });
  await send(three, exhausted);
  t.same(statesOf(await show(id)), ['dead_lettered', 'succeeded', 'failed', 'dead_lettered']);

  offered.length = 0;
  const retried = await call('POST', `/api/executions/${id}/retry`);
  t.equal(retried.status, 202);
  t.same(statesOf(retried), ['queued', 'succeeded', 'pending', 'pending']);
  t.match(retried.json, { run: 2, outcome: null, finishedAt: null });
  t.match(deliveriesOf(retried), [{ run: 1 }, { run: 2, nextAttemptAt: /Z$/ }, { run: 2, nextAttemptAt: /Z$/ }]);
  t.same(offered.map(({ kind, id, run }) => [kind, id, run]).sort(), [
    ['delivery', two, 2],
    ['delivery', three, 2],
    ['execution', id, 2],
  ].sort());
  t.equal((await call('POST', `/api/executions/${id}/retry`)).status, 409, 'once is enough');

  const resent = await claim(two, 2);
  t.match(resent, { attempt: 2, runAttempt: 1 }, 'the attempts of the new run are counted anew');
  t.equal((await show(id)).json.status, 'running', 'whichever job comes first moves it on');
  await t.rejects(claim(one, 1), { message: /not due/ }, 'what succeeded is never sent again');
  await send(three, {}, 2);
  await t.rejects(claim(two, 1), { message: /not due/ }, 'a job of the old run does nothing');
});

t.test('what cannot be retried', async (t) => {
  const { call, execute, plan, send, path, offered } = await withWorkflow(t);
  const retry = (id: string) => call('POST', `/api/executions/${id}/retry`);
  const succeeded = await execute();
  const [delivery = ''] = await plan(succeeded);
  await send(delivery, {});
  t.match(await retry(succeeded), { status: 409, json: { code: 'execution_not_retryable' } });
  const queued = await execute();
  t.equal((await retry(queued)).status, 409);
  await call('POST', `/api/executions/${queued}/cancel`);
  t.equal((await retry(queued)).status, 409, 'cancelled is final');
  t.match(await retry(newId()), { status: 404, json: { code: 'execution_not_found' } });

  const failed = await execute();
  const [other = ''] = await plan(failed);
  await send(other, refused);
  offered.length = 0;
  await call('PATCH', path, { body: { isActive: false } });
  t.match(await retry(failed), { status: 409, json: { code: 'execution_workflow_inactive' } });
  await call('DELETE', path);
  t.match(await retry(failed), { status: 409, json: { code: 'execution_not_retryable', detail: /deleted/ } });
  t.same(offered, []);
});

t.test('what is queued or waits for its next attempt is cancelled at once', async (t) => {
  const { call, execute, plan, claim, send, show } = await withWorkflow(t, 2);
  const cancel = (id: string) => call('POST', `/api/executions/${id}/cancel`);
  const queued = await execute();
  t.match(await cancel(queued), { status: 202, json: { status: 'cancelled', finishedAt: /Z$/ } });
  t.match(await cancel(queued), { status: 409, json: { code: 'execution_not_cancellable' } });

  const id = await execute();
  const [one = '', two = ''] = await plan(id);
  await send(one, {});
  await send(two, later);
  t.same(statesOf(await show(id)), ['retrying', 'succeeded', 'retrying']);
  const cancelled = await cancel(id);
  t.same(statesOf(cancelled), ['cancelled', 'succeeded', 'cancelled']);
  t.same(movesOf(cancelled).at(-1)?.split(' ')[1], 'cancelled');
  await t.rejects(claim(two), { message: /not due/ }, 'and is not sent again');
  t.match(await cancel(newId()), { status: 404, json: { code: 'execution_not_found' } });
});

t.test('an attempt under way is let finish: success wins, anything else ends cancelled', async (t) => {
  const { call, db, execute, plan, claim, show } = await withWorkflow(t, 2);
  for (const [how, states] of [
    [{}, ['succeeded', 'cancelled']],
    [refused, ['cancelled', 'cancelled']],
    [later, ['cancelled', 'cancelled']],
  ] as const) {
    const id = await execute();
    const [one = ''] = await plan(id);
    const delivery = await claim(one);
    const answer = await call('POST', `/api/executions/${id}/cancel`);
    t.equal(answer.status, 202);
    t.same(statesOf(answer), ['running', 'sending', 'cancelled']);
    t.ok(answer.json.cancelRequestedAt);
    t.equal((await call('POST', `/api/executions/${id}/cancel`)).status, 202, 'asking again changes nothing');
    await recordAttempts(db, [attempt(delivery, how)]);
    t.same(statesOf(await show(id)), ['cancelled', ...states]);
  }
});

t.test('the only attempt succeeds after the cancel: succeeded', async (t) => {
  const { call, db, execute, plan, claim, show } = await withWorkflow(t);
  const id = await execute();
  const [one = ''] = await plan(id);
  const delivery = await claim(one);
  t.equal((await call('POST', `/api/executions/${id}/cancel`)).json.status, 'running');
  await recordAttempts(db, [attempt(delivery, {})]);
  t.same(statesOf(await show(id)), ['succeeded', 'succeeded']);
});

t.test('cancel and a worker at the same moment leave one truth', async (t) => {
  const { call, execute, plan, claim, show } = await withWorkflow(t, 2);
  for (let round = 0; round < 5; round++) {
    const id = await execute();
    const deliveries = await plan(id);
    const claims = deliveries.map((delivery) => claim(delivery).then(() => 'sending', () => 'cancelled'));
    const [cancelled, ...states] = await Promise.all([call('POST', `/api/executions/${id}/cancel`), ...claims]);
    t.equal(cancelled.status, 202);
    const answer = await show(id);
    t.same(deliveriesOf(answer).map((delivery) => delivery.status), states);
    t.equal(answer.json.status, states.includes('sending') ? 'running' : 'cancelled');
  }
});

t.test('the list is filtered', async (t) => {
  const { call, db, execute, workflowId } = await withWorkflow(t);
  const other = idOf(await call('POST', '/api/workflows', { body: { name: 'b' } }));
  const first = await execute();
  const second = await execute();
  const third = String((await call('POST', `/api/workflows/${other}/execute`)).json.executionId);
  await call('POST', `/api/executions/${first}/cancel`);
  await sql`UPDATE workflow_executions SET created_at = '2020-01-01T00:00:00Z' WHERE id = ${third}`.execute(db);
  const ids = async (query: string) => itemsOf(await call('GET', `/api/executions?${query}`)).map((item) => item.id);
  t.same(await ids(''), [third, second, first], 'newest first');
  t.same(await ids(`workflowId=${workflowId}`), [second, first]);
  t.same(await ids(`workflowId=${workflowId}&status=cancelled`), [first]);
  t.same(await ids('status=queued'), [third, second]);
  t.same(await ids('triggerType=manual&status=cancelled'), [first]);
  t.same(await ids('triggerType=webhook'), []);
  t.same(await ids('triggerType=n8n'), []);
  t.same(await ids(`workflowId=${newId()}`), []);
  const at = String((await call('GET', `/api/executions/${second}`)).json.triggeredAt);
  t.ok((await ids(`from=${at}`)).includes(second), 'from is inside');
  t.notOk((await ids(`to=${at}`)).includes(second), 'to is outside');
  t.same(await ids('from=2100-01-01T00:00:00Z'), []);
  t.same(await ids(`from=${encodeURIComponent('1969-01-01T00:00:00+02:00')}&to=1970-01-01T00:00:00Z`), []);
  for (const query of ['status=done', 'triggerType=x', 'from=yesterday', 'from=2020-12-31T23:59:60Z', 'limit=0', 'limit=201', 'x=1']) {
    const answer = await call('GET', `/api/executions?${query}`);
    t.match(answer, { status: 400, json: { code: 'validation_failed' } }, query);
  }
});
