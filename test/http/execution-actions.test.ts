import { newId } from '../../src/domain/ids.ts';
import { recordAttempts } from '../../src/store/record.ts';
import t from '../helpers/tap.ts';
import { attempt, deliveriesOf, exhausted, later, movesOf, refused, statesOf, withWorker } from './worker.ts';

t.test('a retry queues again what did not succeed, and nothing else', async (t) => {
  const { call, execute, plan, claim, send, show, offered } = await withWorker(t, 3);
  const id = await execute();
  const [one = '', two = '', three = ''] = await plan(id);
  await send(one, {});
  await send(two, refused);
  t.match(await call('POST', `/api/executions/${id}/retry`), {
    status: 409,
    json: { code: 'execution_not_retryable' },
  });
  await send(three, exhausted);
  t.same(statesOf(await show(id)), ['dead_lettered', 'succeeded', 'failed', 'dead_lettered']);

  offered.length = 0;
  const retried = await call('POST', `/api/executions/${id}/retry`);
  t.equal(retried.status, 202);
  t.same(statesOf(retried), ['queued', 'succeeded', 'pending', 'pending']);
  t.match(retried.json, { run: 2, outcome: null, finishedAt: null });
  t.match(deliveriesOf(retried), [
    { run: 1 },
    { run: 2, nextAttemptAt: /Z$/ },
    { run: 2, nextAttemptAt: /Z$/ },
  ]);
  t.same(
    offered.map(({ kind, id, run }) => [kind, id, run]).sort(),
    [
      ['delivery', two, 2],
      ['delivery', three, 2],
      ['execution', id, 2],
    ].sort(),
  );
  t.equal((await call('POST', `/api/executions/${id}/retry`)).status, 409, 'once is enough');

  const resent = await claim(two, 2);
  t.match(resent, { attempt: 2, runAttempt: 1 }, 'the attempts of the new run are counted anew');
  t.equal((await show(id)).json.status, 'running', 'whichever job comes first moves it on');
  await t.rejects(claim(one, 1), { message: /not due/ }, 'what succeeded is never sent again');
  await send(three, {}, 2);
  await t.rejects(claim(two, 1), { message: /not due/ }, 'a job of the old run does nothing');
});

t.test('what cannot be retried', async (t) => {
  const { call, execute, plan, send, path, offered } = await withWorker(t);
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
  const { call, execute, plan, claim, send, show } = await withWorker(t, 2);
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
  const { call, db, execute, plan, claim, show } = await withWorker(t, 2);
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
  const { call, db, execute, plan, claim, show } = await withWorker(t);
  const id = await execute();
  const [one = ''] = await plan(id);
  const delivery = await claim(one);
  t.equal((await call('POST', `/api/executions/${id}/cancel`)).json.status, 'running');
  await recordAttempts(db, [attempt(delivery, {})]);
  t.same(statesOf(await show(id)), ['succeeded', 'succeeded']);
});

t.test('cancel and a worker at the same moment leave one truth', async (t) => {
  const { call, execute, plan, claim, show } = await withWorker(t, 2);
  for (let round = 0; round < 5; round++) {
    const id = await execute();
    const deliveries = await plan(id);
    const claims = deliveries.map((delivery) =>
      claim(delivery).then(
        () => 'sending',
        () => 'cancelled',
      ),
    );
    const [cancelled, ...states] = await Promise.all([
      call('POST', `/api/executions/${id}/cancel`),
      ...claims,
    ]);
    t.equal(cancelled.status, 202);
    const answer = await show(id);
    t.same(
      deliveriesOf(answer).map((delivery) => delivery.status),
      states,
    );
    t.equal(answer.json.status, states.includes('sending') ? 'running' : 'cancelled');
  }
});
