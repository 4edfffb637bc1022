import { sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import { stepReplay } from '../../src/store/replay-step.ts';
import t from '../helpers/tap.ts';
import { DEAD_LETTERS as PATH, REDRIVE, withDead } from './dead.ts';
import { walk } from './logged.ts';
import { clientOf, idOf, insertOrganization, itemsOf, pointersOf } from './management.ts';
import { exhausted, refused } from './worker.ts';

/** Does its steps as fast as they can be done. */
async function finish(db: Parameters<typeof stepReplay>[0]): Promise<void> {
  for (let i = 0; i < 100; i++) {
    await sql`UPDATE replays SET next_step_at = now() WHERE state = 'running'`.execute(db);
    if ((await stepReplay(db)).status === 'idle') return;
  }
  throw new Error('the redrive does not end');
}

t.test('what was given up is listed, with how its last attempt went', async (t) => {
  const { call, execute, plan, send, die, workflowId, targets } = await withDead(t);
  const alive = await execute();
  await send((await plan(alive))[0] ?? '', {});
  const failed = await execute();
  await send((await plan(failed))[0] ?? '', refused);
  const dead = await die({ error: 'The endpoint answered HTTP 500.', advice: 'Look at it.' });
  const answer = await call('GET', PATH);
  t.equal(answer.json.nextCursor, null);
  const [letter, ...others] = itemsOf(answer);
  t.same(others, []);
  t.match(letter, {
    id: dead.id,
    executionId: dead.executionId,
    workflowId,
    triggerId: targets[0]?.triggerId,
    endpoint: { id: targets[0]?.endpointId, url: 'https://n8n.example.com/0' },
    run: 1,
    fallbackOf: null,
    fallbackStep: 0,
    outcome: 'server_error',
    statusCode: 500,
    error: 'The endpoint answered HTTP 500.',
    advice: 'Look at it.',
    attemptCount: 1,
    lastAttemptAt: /Z$/,
    createdAt: /Z$/,
    finishedAt: /Z$/,
  });
});

t.test('filters, and pages that neither repeat nor lose any', async (t) => {
  const { call, db, die, listed, targets, workflowId } = await withDead(t, 2);
  const ids: string[] = [];
  for (let i = 0; i < 4; i++)
    ids.push(...(await die({ outcome: i === 0 ? 'timed_out' : 'server_error' })).deliveryIds);
  const newest = [...ids].reverse();
  t.same(await listed(), newest);
  t.same((await walk(call, PATH, { limit: 3 })).ids, newest);
  t.same(
    await listed(`?endpointId=${targets[0]?.endpointId}`),
    newest.filter((id) => ids.indexOf(id) % 2 === 0),
  );
  t.same(await listed('?outcome=timed_out'), newest.slice(-2));
  t.same(await listed(`?workflowId=${workflowId}`), newest);
  t.same(await listed(`?workflowId=${newId()}`), []);
  await sql`UPDATE deliveries SET finished_at = now() - interval '1 hour' WHERE id = ${ids[5]}`.execute(db);
  const before = encodeURIComponent(new Date(Date.now() - 1_800_000).toISOString());
  t.same(
    await listed(`?from=${before}`),
    newest.filter((id) => id !== ids[5]),
  );
  await sql`UPDATE deliveries SET finished_at = now() - interval '1 hour'`.execute(db);
  t.same(await listed(`?from=${before}`), []);
  t.same(await listed(`?to=${encodeURIComponent(new Date(Date.now() + 1_000).toISOString())}`), newest);
});

t.test('neither what others stood in for nor what was cancelled is among them', async (t) => {
  const { db, die, listed, execute, plan, kill, call } = await withDead(t, 2);
  const { deliveryIds } = await die();
  await sql`UPDATE deliveries SET is_superseded = true WHERE id = ${deliveryIds[0]}`.execute(db);
  const cancelled = await execute();
  const [first = ''] = await plan(cancelled);
  await kill([first]);
  t.same(await listed(), [first, deliveryIds[1]], 'the execution of one is still open');
  t.equal((await call('POST', `/api/executions/${cancelled}/cancel`)).status, 202);
  t.same(await listed(), [deliveryIds[1]]);
});

t.test('executions are retried, each once, and only what did not succeed', async (t) => {
  const { db, execute, plan, send, die, begin, showReplay, runs, call, caller, listed } = await withDead(
    t,
    3,
  );
  const whole = await die();
  const partly = await execute();
  const [one = '', two = '', three = ''] = await plan(partly);
  await send(one, {});
  await send(two, exhausted);
  await send(three, exhausted);
  const failed = await execute();
  for (const id of await plan(failed)) await send(id, refused);

  t.match(await begin({ dryRun: true }), { status: 200, json: { matched: 2, bounded: false } });
  t.same(itemsOf(await call('GET', '/api/replays')), [], 'a dry run only counts');
  const begun = await begin();
  t.match(begun, {
    status: 202,
    headers: { location: `/api/replays/${idOf(begun)}` },
    json: { kind: 'dead_letters', state: 'running', filter: {}, total: 2, requestedBy: caller },
  });
  await finish(db);
  const states = await runs();
  t.equal(states.get(whole.executionId), 'queued 2');
  t.equal(states.get(partly), 'queued 2');
  t.equal(states.get(failed), 'failed 1');
  const deliveries = await db
    .selectFrom('deliveries')
    .select(['id', 'state', 'run'])
    .where('execution_id', '=', partly)
    .orderBy('id')
    .execute();
  t.same(deliveries, [
    { id: one, state: 'succeeded', run: 1 },
    { id: two, state: 'pending', run: 2 },
    { id: three, state: 'pending', run: 2 },
  ]);
  t.match((await showReplay(idOf(begun))).json, {
    state: 'completed',
    replayed: 2,
    skipped: 0,
    executions: { queued: 2, failed: 0 },
    finishedAt: /Z$/,
  });
  t.match((await call('GET', '/api/replays')).json, { data: [{ id: idOf(begun), kind: 'dead_letters' }] });
  t.same(await listed(), []);
});

t.test('what dies again, or only now, is not taken up again', async (t) => {
  const { db, die, begin, kill, runs, showReplay } = await withDead(t, 2);
  const dead = [await die(), await die(), await die()];
  const id = idOf(await begin({ ratePerSecond: 4 }));
  const later = await die();
  t.match(await stepReplay(db), { status: 'moved', replayed: 1 });
  // Its siblings come later in the order of the deliveries, and are dead again by then.
  await sql`UPDATE workflow_executions SET state = 'running' WHERE id = ${dead[0]?.executionId}`.execute(db);
  await kill(dead[0]?.deliveryIds ?? [], {}, 2);
  await finish(db);
  const states = await runs();
  t.same(
    dead.map(({ executionId }) => states.get(executionId)),
    ['dead_lettered 2', 'queued 2', 'queued 2'],
  );
  t.equal(states.get(later.executionId), 'dead_lettered 1');
  t.match((await showReplay(id)).json, { state: 'completed', total: 3, replayed: 3, skipped: 0 });
});

t.test('what ended otherwise meanwhile, or cannot run, is passed over', async (t) => {
  const { db, die, begin, call, send, runs, showReplay, execute, plan, kill, path } = await withDead(t, 2);
  const [retried, open] = [await die(), { executionId: await execute() }];
  const [first = '', second = ''] = await plan(open.executionId);
  await kill([first]);
  const id = idOf(await begin());
  await call('POST', `/api/executions/${retried.executionId}/retry`);
  await sql`UPDATE workflow_executions SET state = 'running' WHERE id = ${retried.executionId}`.execute(db);
  for (const deliveryId of retried.deliveryIds) await send(deliveryId, {}, 2);
  await finish(db);
  t.match((await showReplay(id)).json, { state: 'completed', total: 2, replayed: 0, skipped: 1 });
  t.same([...(await runs()).values()].sort(), ['running 1', 'succeeded 2']);

  await kill([second]);
  await call('PATCH', path, { body: { isActive: false } });
  const other = idOf(await begin());
  await finish(db);
  t.match((await showReplay(other)).json, { state: 'completed', total: 1, replayed: 0, skipped: 1 });
});

t.test('it is cancelled, and it stops when what it retries fails', async (t) => {
  const { db, die, begin, call, runs, kill, showReplay } = await withDead(t);
  const dead = [];
  for (let i = 0; i < 30; i++) dead.push(await die());
  const cancelled = idOf(await begin({ ratePerSecond: 1 }));
  await stepReplay(db);
  t.match(await call('POST', `/api/replays/${cancelled}/cancel`), {
    status: 202,
    json: { state: 'cancelled', replayed: 1, executions: { queued: 1 } },
  });
  const id = idOf(await begin({ ratePerSecond: 80 }));
  t.match(await stepReplay(db), { status: 'moved', replayId: id, replayed: 20 });
  for (const { executionId, deliveryIds } of dead.slice(1, 21)) {
    await sql`UPDATE workflow_executions SET state = 'running' WHERE id = ${executionId}`.execute(db);
    await kill(deliveryIds, {}, 2);
  }
  await sql`UPDATE replays SET next_step_at = now()`.execute(db);
  t.match(await stepReplay(db), { status: 'ended', replayId: id, state: 'stopped' });
  t.match((await showReplay(id)).json, { state: 'stopped', replayed: 20, executions: { dead_lettered: 20 } });
  t.equal([...(await runs()).values()].filter((run) => run === 'dead_lettered 1').length, 9);
});

t.test('any number of processes retry each execution once', async (t) => {
  const { db, die, begin, runs, showReplay } = await withDead(t, 2);
  for (let i = 0; i < 20; i++) await die();
  const ids = [idOf(await begin({ ratePerSecond: 12 })), idOf(await begin({ ratePerSecond: 12 }))];
  for (let i = 0; i < 20; i++) {
    await sql`UPDATE replays SET next_step_at = now() WHERE state = 'running'`.execute(db);
    await Promise.all(Array.from({ length: 4 }, () => stepReplay(db)));
  }
  t.same(new Set((await runs()).values()), new Set(['queued 2']));
  const counts = await Promise.all(ids.map(async (id) => (await showReplay(id)).json));
  t.same(
    counts.map(({ state }) => state),
    ['completed', 'completed'],
  );
  t.equal(
    counts.reduce((sum, { replayed }) => sum + Number(replayed), 0),
    20,
  );
});

t.test('what is asked for wrongly', async (t) => {
  const { app, call, begin, db, die } = await withDead(t);
  for (const [body, pointer] of [
    [{ filter: { nothing: 1 } }, '/body/filter/nothing'],
    [{ filter: { workflowId: 'x' } }, '/body/filter/workflowId'],
    [{ filter: { outcome: '' } }, '/body/filter/outcome'],
    [{ filter: { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' } }, '/body/filter/to'],
    [{ filter: undefined }, '/body/filter'],
    [{ ratePerSecond: 0 }, '/body/ratePerSecond'],
    [{ ratePerSecond: 1_001 }, '/body/ratePerSecond'],
  ] as const) {
    const answer = await begin(body);
    t.equal(answer.status, 400);
    t.ok(pointersOf(answer).includes(pointer), `${pointer}: ${pointersOf(answer)}`);
  }
  t.match(await call('GET', `${PATH}?cursor=x`), { status: 400, json: { code: 'invalid_cursor' } });
  t.match(await call('GET', `${PATH}?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`), { status: 400 });

  const dead = await die();
  const id = idOf(await begin({ ratePerSecond: 1 }));
  const stranger = clientOf(app, (await insertOrganization(db)).key);
  t.same(itemsOf(await stranger('GET', PATH)), []);
  t.match((await stranger('POST', REDRIVE, { body: { filter: {}, dryRun: true } })).json, { matched: 0 });
  t.match(await stranger('GET', `/api/replays/${id}`), { status: 404, json: { code: 'replay_not_found' } });
  t.match((await stranger('GET', `${PATH}?endpointId=${dead.id}`)).json, { data: [] });
});
