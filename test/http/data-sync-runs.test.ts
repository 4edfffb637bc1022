import { sql } from 'kysely';
import { createExpressions } from '../../src/dispatch/expressions/expressions.ts';
import { stepRun } from '../../src/n8n/sync/run-step.ts';
import type { Database } from '../../src/store/database.ts';
import t from '../helpers/tap.ts';
import { idOf, itemsOf, pointersOf } from './management.ts';
import { NOBODY, setUpSync } from './sync.ts';

/** Has n8n answer to events in the outbox, as the sender writes it down: those of this state become that. */
const answered = (db: Database, state: 'succeeded' | 'dead_lettered') =>
  sql`UPDATE webhook_events SET state = ${state}, next_attempt_at = NULL, finished_at = now()
    WHERE direction = 'out' AND state = 'pending'`.execute(db);

async function withRun(t: Parameters<typeof setUpSync>[0], settings: object = {}) {
  const sync = await setUpSync(t, settings);
  const ports = { db: sync.db, expressions: createExpressions({ processes: 1 }) };
  t.teardown(() => ports.expressions.close());
  const begin = (body?: object) => sync.call('POST', `${sync.path}/sync`, body === undefined ? {} : { body });
  const show = async (id: string) => (await sync.call('GET', `${sync.path}/runs/${id}`)).json;
  const command = (id: string, name: string) => sync.call('POST', `${sync.path}/runs/${id}/${name}`);
  /** Its next step, now. */
  const step = async () => {
    await sql`UPDATE sync_runs SET next_step_at = now() WHERE state = 'running'`.execute(sync.db);
    return stepRun(ports);
  };
  /** Puts many records there, without sending them. */
  const fill = (count: number, bytes = 10) =>
    sql`WITH r AS (
        INSERT INTO sync_records (organization_id, config_id, key, data, version, clock, origin, local_version, change_seq, changed_at)
        SELECT c.organization_id, c.id, 'k' || lpad(n::text, 6, '0'), json_build_object('n', n, 'filler', repeat('x', ${bytes}::int)),
          1, lpad(n::text, 15, '0') || '-000000-hookgate.test', 'local', 1, n, now()
        FROM data_sync_configs c, generate_series(1, ${count}::int) AS n WHERE c.id = ${sync.configId}
      ) UPDATE data_sync_configs SET change_seq = ${count} WHERE id = ${sync.configId}`.execute(sync.db);
  return { ...sync, ports, begin, show, command, step, fill };
}

t.test('a full sync sends every record once, in batches, and counts what has arrived', async (t) => {
  const { db, begin, show, step, fill, outbox, path, call } = await withRun(t);
  await fill(250);
  const begun = await begin();
  t.equal(begun.status, 202);
  const id = idOf(begun);
  t.equal(begun.headers.location, `${path}/runs/${id}`);
  t.match(begun.json, {
    state: 'running',
    direction: 'outbound',
    total: 250,
    done: 0,
    failed: 0,
    sending: 0,
    requestedBy: 'admin',
  });
  t.match(await begin(), { status: 409, json: { code: 'sync_run_in_progress' } });
  t.match(await step(), { status: 'moved', runId: id });
  t.match(await show(id), { done: 0, sending: 100 });
  await answered(db, 'succeeded');
  for (const _ of [1, 2, 3]) await step();
  t.match(await show(id), { state: 'running', done: 100, sending: 150 });
  t.match(await step(), { status: 'waiting' }, 'for what is on its way');
  await answered(db, 'succeeded');
  t.match(await step(), { status: 'ended' });
  t.match(await show(id), {
    state: 'completed',
    total: 250,
    done: 250,
    failed: 0,
    sending: 0,
    finishedAt: /Z$/,
  });
  const sent = await outbox();
  t.same(
    sent.map(({ wires }) => wires.length),
    [100, 100, 50],
  );
  t.match(sent[0], { event: 'sync.records', data: { run: id } });
  const keys = sent.flatMap(({ wires }) => wires.map(({ key }) => key));
  t.equal(new Set(keys).size, 250);
  t.same(keys, [...keys].sort());
  t.same(
    itemsOf(await call('GET', `${path}/runs`)).map((run) => run.id),
    [id],
  );
  t.equal((await begin()).status, 202, 'another one may begin');
});

t.test('it never has more than some batches in the outbox, nor too large ones', async (t) => {
  const { db, begin, step, fill, outbox, show } = await withRun(t);
  await fill(60, 100_000);
  const id = idOf(await begin());
  for (let i = 0; i < 20; i++) await step();
  const sent = await outbox();
  t.same(
    sent.map(({ wires }) => wires.length),
    [10, 10, 10, 10, 10, 10].slice(0, sent.length),
  );
  await sql`DELETE FROM webhook_events`.execute(db);
  for (let i = 0; i < 5; i++) await step();
  t.match(
    await show(id),
    { state: 'completed', done: 0, failed: 60 },
    'of what is gone nobody knows that it arrived',
  );
});

t.test('a batch is no larger because of what the mapping makes of its records', async (t) => {
  const { begin, step, fill, outbox, show, db } = await withRun(t, {
    mapping: { outbound: '{ "n": n, "filler": $pad("", 600000, "x") }' },
  });
  await fill(3);
  const id = idOf(await begin());
  for (let i = 0; i < 4; i++) await step();
  t.same(
    (await outbox()).map(({ wires }) => wires.map(({ data }) => data?.n)),
    [[1], [2], [3]],
  );
  await answered(db, 'succeeded');
  for (let i = 0; i < 2; i++) await step();
  t.match(await show(id), { state: 'completed', total: 3, done: 3, failed: 0 });
});

t.test('a full outbox is waited for', async (t) => {
  const { db, begin, step, fill, outbox, show } = await withRun(t);
  await fill(2_000);
  const id = idOf(await begin());
  for (let i = 0; i < 30; i++) await step();
  t.equal((await outbox()).length, 10, 'while n8n is away');
  t.match(await show(id), { done: 0, sending: 1_000 });
  await answered(db, 'dead_lettered');
  for (let i = 0; i < 30; i++) await step();
  t.equal((await outbox()).length, 20);
  await answered(db, 'succeeded');
  await step();
  t.match(await show(id), { state: 'running', failed: 1_000, done: 1_000 });
  t.match(await step(), { status: 'ended' });
});

t.test('it is paused, resumed and cancelled', async (t) => {
  const { begin, step, fill, outbox, command, show, call, path } = await withRun(t);
  await fill(300);
  const id = idOf(await begin());
  await step();
  t.match(await command(id, 'pause'), { status: 202, json: { state: 'paused' } });
  t.match(await command(id, 'pause'), { status: 409, json: { code: 'sync_run_state' } });
  t.match(await begin(), { status: 409, json: { code: 'sync_run_in_progress' } });
  t.same(await step(), { status: 'idle' });
  t.equal((await outbox()).length, 1);
  t.match(await command(id, 'resume'), { status: 202, json: { state: 'running' } });
  await step();
  t.equal((await outbox()).length, 2);
  await call('PATCH', path, { body: { isActive: false } });
  t.match(await step(), { status: 'waiting' }, 'a data sync that is paused sends nothing');
  await call('PATCH', path, { body: { isActive: true } });
  t.match(await command(id, 'cancel'), { status: 202, json: { state: 'cancelled', finishedAt: /Z$/ } });
  for (const name of ['pause', 'resume', 'cancel']) t.equal((await command(id, name)).status, 409);
  t.same(await step(), { status: 'idle' });
  t.match(await show(id), { state: 'cancelled', sending: 200 });
  t.match(await command(NOBODY, 'pause'), { status: 404, json: { code: 'sync_run_not_found' } });
  t.equal((await call('GET', `${path}/runs/${NOBODY}`)).status, 404);
});

t.test('any number of processes at once, and steps that fail, send every record once', async (t) => {
  const { db, begin, step, fill, outbox, show } = await withRun(t, {
    mapping: { outbound: '{ "number": n }' },
  });
  await fill(500);
  const id = idOf(await begin());
  await sql`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'killed'; END $$`.execute(
    db,
  );
  await sql`CREATE CONSTRAINT TRIGGER killed AFTER UPDATE OF last_key ON sync_runs DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.last_key IS DISTINCT FROM NEW.last_key) EXECUTE FUNCTION fail()`.execute(db);
  await t.rejects(step(), { message: 'killed' });
  t.same(await outbox(), []);
  await sql`DROP TRIGGER killed ON sync_runs`.execute(db);
  while ((await show(id)).state === 'running') {
    await Promise.all(Array.from({ length: 3 }, step));
    await answered(db, 'succeeded');
  }
  const keys = (await outbox()).flatMap(({ wires }) =>
    wires.map(({ key, data }) => `${key} ${data?.number}`),
  );
  t.equal(keys.length, 500);
  t.equal(new Set(keys).size, 500);
  t.match(await show(id), { state: 'completed', done: 500, failed: 0 });
});

t.test('records whose mapping fails are counted, and named', async (t) => {
  const { db, begin, step, fill, outbox, show, call, path } = await withRun(t, {
    mapping: { outbound: '$number(n) % 2 = 0 ? { "n": n } : nothing' },
  });
  await fill(10);
  const id = idOf(await begin());
  for (let i = 0; i < 3; i++) {
    await step();
    await answered(db, 'succeeded');
  }
  await step();
  t.match(await show(id), { state: 'completed', total: 10, done: 5, failed: 5 });
  t.equal((await outbox())[0]?.wires.length, 5);
  t.equal(itemsOf(await call('GET', `${path}/records?outbound=failed`)).length, 5);
});

t.test('an inbound one asks for everything, and takes it', async (t) => {
  const { begin, show, send, outbox, configId, command, call, path } = await withRun(t);
  const begun = await begin({ direction: 'inbound' });
  t.match(begun, { status: 202, json: { direction: 'inbound', total: null } });
  const id = idOf(begun);
  t.match(await outbox(), [
    { event: 'sync.request', data: { config: configId, entity: 'contacts', run: id } },
  ]);
  const batch = (from: number, more: object = {}) =>
    send('sync.records', {
      config: configId,
      run: id,
      records: Array.from({ length: 50 }, (_, n) => ({ key: `k${from + n}`, data: { n: from + n } })),
      ...more,
    });
  t.equal((await batch(0, { total: 100 })).status, 200);
  t.match(await show(id), { state: 'running', total: 100, done: 50 });
  await command(id, 'pause');
  t.match(await batch(50), { status: 409, json: { code: 'sync_paused' } });
  await command(id, 'resume');
  t.equal((await batch(50, { done: true })).status, 200);
  t.match(await show(id), { state: 'completed', total: 100, done: 100, finishedAt: /Z$/ });
  t.match((await call('GET', path)).json, { changeSeq: 100 });
  t.equal((await outbox()).length, 1);
  t.match(await send('sync.records', { config: configId, run: NOBODY, records: [] }), {
    status: 404,
    json: { code: 'sync_run_not_found' },
  });
});

t.test('it goes where the data sync goes', async (t) => {
  const { begin, call, path } = await withRun(t, { direction: 'outbound' });
  t.match(await begin({ direction: 'inbound' }), { status: 409, json: { code: 'sync_direction' } });
  const wrong = await begin({ direction: 'both', x: 1 });
  t.match([wrong.status, pointersOf(wrong)], [400, ['/body/direction', '/body/x']]);
  await call('PATCH', path, { body: { direction: 'inbound' } });
  t.match((await begin()).json, { direction: 'inbound' });
});
