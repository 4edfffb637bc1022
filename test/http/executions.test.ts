import { sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import t from '../helpers/tap.ts';
import { idOf, itemsOf, type Json } from './management.ts';
import { deliveriesOf, later, movesOf, withWorker } from './worker.ts';

t.test('an execution shows its deliveries, every attempt and what was answered', async (t) => {
  const { execute, plan, send, show, targets } = await withWorker(t);
  const id = await execute();
  const [delivery = ''] = await plan(id);
  await send(delivery, {
    ...later,
    retryInMs: 0,
    responseBody: Buffer.from('Error in workflow'),
    advice: 'Look there.',
  });
  await send(delivery, {
    ...later,
    retryInMs: 0,
    statusCode: null,
    responseHeaders: null,
    responseBody: null,
    error: 'timed out',
  });
  await send(delivery, {
    ...later,
    retryInMs: 0,
    responseBody: Buffer.from([0xff, 0x00]),
    responseTruncated: true,
  });
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
            request: {
              url: 'https://n8n.example.com/0',
              headers: [{ name: 'x-hookgate-attempt', value: '1' }],
              bytes: 2,
            },
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
  const [first] = (deliveriesOf(answer)[0]?.attempts ?? []) as Json[];
  t.match(first?.response, { body: 'Error in workflow', bodyEncoding: 'text' });
  t.same(movesOf(answer).at(-1)?.split(' ').slice(1), ['succeeded', '1']);
  t.ok(answer.json.startedAt && answer.json.finishedAt);
});

t.test('an answer that nests deeper than anybody writes is shown as text', async (t) => {
  const { execute, plan, send, show } = await withWorker(t);
  const id = await execute();
  const [delivery = ''] = await plan(id);
  await send(delivery, { responseBody: Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)) });
  const answer = await show(id);
  t.equal(answer.status, 200);
  t.match(deliveriesOf(answer)[0]?.attempts, [{ response: { bodyEncoding: 'text' } }]);
});

t.test('the list is filtered', async (t) => {
  const { call, db, execute, workflowId } = await withWorker(t);
  const other = idOf(await call('POST', '/api/workflows', { body: { name: 'b' } }));
  const first = await execute();
  const second = await execute();
  const third = String((await call('POST', `/api/workflows/${other}/execute`)).json.executionId);
  await call('POST', `/api/executions/${first}/cancel`);
  await sql`UPDATE workflow_executions SET created_at = '2020-01-01T00:00:00Z' WHERE id = ${third}`.execute(
    db,
  );
  const ids = async (query: string) =>
    itemsOf(await call('GET', `/api/executions?${query}`)).map((item) => item.id);
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
  for (const query of [
    'status=done',
    'triggerType=x',
    'from=yesterday',
    'from=2020-12-31T23:59:60Z',
    'from=2020-01-02T00:00:00Z&to=2020-01-01T00:00:00Z',
    'from=2020-01-01T00:00:00Z&to=2020-01-01T00:00:00Z',
    'limit=0',
    'limit=201',
    'x=1',
  ]) {
    const answer = await call('GET', `/api/executions?${query}`);
    t.match(answer, { status: 400, json: { code: 'validation_failed' } }, query);
  }
});
