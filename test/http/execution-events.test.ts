import { sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import { eventually } from '../helpers/eventually.ts';
import t from '../helpers/tap.ts';
import { eventsPath, setUpLive, told } from './live.ts';
import { clientOf, insertOrganization, type Json } from './management.ts';

t.test('an execution is followed from its beginning to its end', async (t) => {
  const { call, read, execute, move, workflowId, eventStreams } = await setUpLive(t);
  const id = await execute();
  const reader = await read(eventsPath(id));
  t.equal(reader.status, 200);
  t.match(reader.headers, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    'x-request-id': /^[A-Za-z0-9-]+$/,
  });
  await reader.at(0);
  t.same(told(reader), ['0 transition queued'], 'what was before, first');
  await move(id, ['running']);
  await reader.at(1);
  await move(id, ['retrying', 'running', 'succeeded'], 'delivered');
  t.equal(await reader.ended, 'complete');
  t.same(told(reader), [
    '0 transition queued',
    '1 transition running',
    '2 transition retrying',
    '3 transition running',
    '4 transition succeeded',
    'null end succeeded',
  ]);
  const { transitions } = (await call('GET', `/api/executions/${id}`)).json as { transitions: Json[] };
  t.same(
    reader.events.slice(0, -1).map(({ data }) => data),
    transitions.map((transition) => ({ executionId: id, workflowId, ...transition })),
    'the same as in its detail',
  );
  t.same(reader.events.at(-1)?.data, { executionId: id, workflowId, status: 'succeeded' });
  t.match(reader.text, /^retry: \d+\n\n/);
  await eventually('the stream is forgotten', () => eventStreams.size === 0);
});

t.test('who comes back gets what was missed, and no more', async (t) => {
  const { read, execute, move } = await setUpLive(t);
  const id = await execute();
  await move(id, ['running', 'retrying']);
  const reader = await read(eventsPath(id.toUpperCase()), { 'last-event-id': '1' });
  await reader.at(0);
  await move(id, ['running', 'succeeded']);
  await reader.ended;
  t.same(told(reader), [
    '2 transition retrying',
    '3 transition running',
    '4 transition succeeded',
    'null end succeeded',
  ]);

  const after = await read(eventsPath(id), { 'last-event-id': '4' });
  t.equal(await after.ended, 'complete');
  t.same(told(after), ['null end succeeded'], 'at once');
  const before = await read(eventsPath(id), { 'last-event-id': '0' });
  await before.ended;
  t.equal(told(before).length, 5);
});

t.test('an execution that was retried has not ended', async (t) => {
  const { call, read, execute, move } = await setUpLive(t);
  const id = await execute();
  await move(id, ['running', 'failed'], 'refused');
  const first = await read(eventsPath(id));
  await first.ended;
  t.equal(told(first).at(-1), 'null end failed');

  t.equal((await call('POST', `/api/executions/${id}/retry`)).status, 202);
  const second = await read(eventsPath(id), { 'last-event-id': '2' });
  t.match(await second.at(0), { id: '3', data: { to: 'queued', run: 2, outcome: null } });
  await move(id, ['running', 'succeeded']);
  await second.ended;
  t.same(told(second).slice(1), ['4 transition running', '5 transition succeeded', 'null end succeeded']);
  const whole = await read(eventsPath(id));
  await whole.ended;
  t.same(
    told(whole).filter((line) => line.includes('end')),
    ['null end succeeded'],
    'the end of the run before is none',
  );
});

t.test('a history longer than one answer to the poller is told completely', async (t) => {
  const { db, read, execute } = await setUpLive(t);
  const id = await execute();
  const moveOn = sql`UPDATE workflow_executions SET
    state = CASE state WHEN 'queued' THEN 'running' WHEN 'running' THEN 'failed' ELSE 'queued' END,
    run = run + CASE state WHEN 'failed' THEN 1 ELSE 0 END WHERE id = ${id}`;
  for (let seq = 1; seq <= 350; seq++) await moveOn.execute(db);
  const reader = await read(eventsPath(id));
  t.equal(await reader.ended, 'complete');
  t.same(
    reader.events.map((event) => event.id),
    [...Array.from({ length: 351 }, (_, seq) => String(seq)), null],
  );
});

t.test('a stream that cannot be is refused as a problem', async (t) => {
  const { app, db, call, execute, move } = await setUpLive(t);
  const id = await execute();
  await move(id, ['running']);
  for (const value of ['x', '-1', '1.5', '01', '', ' 1 2', '9'.repeat(10), '2']) {
    const answer = await call('GET', eventsPath(id), { headers: { 'last-event-id': value } });
    t.match(
      answer,
      { status: 400, json: { code: 'validation_failed', errors: [{ pointer: '/headers/last-event-id' }] } },
      value,
    );
  }
  t.match(await call('GET', eventsPath(newId())), { status: 404, json: { code: 'execution_not_found' } });
  t.match(await call('GET', eventsPath('x')), { status: 400, json: { code: 'validation_failed' } });
  t.notOk(app.hasRoute({ method: 'HEAD', url: eventsPath(':id') }), 'a stream without its body is nothing');
  const stranger = clientOf(app, (await insertOrganization(db)).key);
  t.match(await stranger('GET', eventsPath(id)), { status: 404, json: { code: 'execution_not_found' } });
  const reader = clientOf(app, (await insertOrganization(db, ['logs:read'])).key);
  t.match(await reader('GET', eventsPath(id)), { status: 403, json: { code: 'insufficient_scope' } });
});

t.test('what one process does is seen on another', async (t) => {
  const { execute, read, another } = await setUpLive(t);
  const other = await another();
  const id = await execute();
  const [here, there] = [await read(eventsPath(id)), await other.read(eventsPath(id))];
  await there.at(0);
  t.equal((await other.call('POST', `/api/executions/${id}/cancel`)).status, 202);
  for (const reader of [here, there]) {
    t.equal(await reader.ended, 'complete');
    t.same(told(reader), ['0 transition queued', '1 transition cancelled', 'null end cancelled']);
  }
});
