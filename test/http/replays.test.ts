import { sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import type { Database } from '../../src/store/database.ts';
import { stepReplay } from '../../src/store/replay-step.ts';
import t, { type Test } from '../helpers/tap.ts';
import { end } from './executable.ts';
import { withLogs } from './logged.ts';
import { type Answer, clientOf, idOf, insertOrganization, itemsOf, type Json } from './management.ts';

const START = '/api/webhook-logs/retry';

async function withReplays(t: Test) {
  const logged = await withLogs(t);
  const { call, db, workflowId } = logged;
  const begin = (body: object = {}) =>
    call('POST', START, { body: { filter: { workflowId }, ratePerSecond: 1_000, ...body } });
  const show = (id: string) => call('GET', `/api/replays/${id}`);
  /** The executions of replays, in the order in which they were made: id, log and what they repeat. */
  const made = async () => {
    const { rows } = await sql<{ id: string; log_id: string; replay_of: string }>`
      SELECT id, log_id, replay_of FROM workflow_executions WHERE replay_id IS NOT NULL ORDER BY id`.execute(
      db,
    );
    return rows;
  };
  return { ...logged, begin, show, made };
}

/** Makes its next step due now, and does it. */
async function hurry(db: Database) {
  await sql`UPDATE replays SET next_step_at = now() WHERE state = 'running'`.execute(db);
  return stepReplay(db);
}

async function finish(db: Database): Promise<void> {
  for (let i = 0; i < 50; i++) if ((await hurry(db)).status === 'idle') return;
  throw new Error('the replay does not end');
}

t.test('what came again is not run for each time it came, except by name', async (t) => {
  const { call, accept, db, begin, show, made } = await withReplays(t);
  const first = await accept();
  const again = await accept();
  await sql`
    UPDATE webhook_logs SET is_duplicate = true, execution_id = ${first.executionId} WHERE id = ${again.logId}`.execute(
    db,
  );
  const id = idOf(await begin());
  await finish(db);
  t.match((await show(id)).json, { state: 'completed', replayed: 1, skipped: 1 });
  t.match(await made(), [{ log_id: first.logId }]);
  const named = await call('POST', `/api/webhook-logs/${again.logId}/retry`);
  t.match(named, { status: 202, json: { replayOf: first.executionId } });
});

t.test('many run again, oldest first, each once', async (t) => {
  const { call, accept, refuse, db, begin, show, made, caller, workflowId } = await withReplays(t);
  const rows = [];
  for (let i = 0; i < 7; i++) rows.push(await accept());
  await refuse('signature_mismatch', 401);
  const other = idOf(await call('POST', '/api/workflows', { body: { name: 'other' } }));
  await accept({ workflowId: other });

  t.same((await begin({ dryRun: true })).json, { matched: 8, bounded: false });
  t.same(itemsOf(await call('GET', '/api/replays')), [], 'a dry run only counts');
  const begun = await begin({ ratePerSecond: 12 });
  t.equal(begun.status, 202);
  const id = idOf(begun);
  t.equal(begun.headers.location, `/api/replays/${id}`);
  t.match(begun.json, {
    state: 'running',
    filter: { workflowId },
    ratePerSecond: 12,
    total: 8,
    totalBounded: false,
    replayed: 0,
    skipped: 0,
    requestedBy: caller,
    finishedAt: null,
  });
  const late = await accept();

  t.match(await stepReplay(db), { status: 'moved', replayId: id, replayed: 3, skipped: 0 });
  t.same(await stepReplay(db), { status: 'idle' }, 'its next step is not due yet');
  t.match((await show(id)).json, { state: 'running', replayed: 3, executions: { queued: 3, failed: 0 } });
  await finish(db);
  const executions = await made();
  t.same(
    executions.map((execution) => [execution.log_id, execution.replay_of]),
    rows.map((row) => [row.logId, row.executionId]),
  );
  t.notOk(
    executions.some((execution) => execution.log_id === late.logId),
    'what came later is not in it',
  );
  const shown = await show(id);
  t.match(shown.json, { state: 'completed', replayed: 7, skipped: 1, executions: { queued: 7 } });
  t.match(shown.json.finishedAt, /Z$/);
  t.match((await call('GET', `/api/executions/${executions[0]?.id}`)).json, {
    replayId: id,
    replayOf: rows[0]?.executionId,
    triggeredBy: caller,
    triggerType: 'webhook',
  });
  t.match(itemsOf(await call('GET', '/api/replays')), [{ id, state: 'completed' }]);
});

t.test('only what the filter says', async (t) => {
  const { accept, db, begin, made } = await withReplays(t);
  const [failed, succeeded] = [await accept(), await accept({ body: Buffer.from('a needle') })];
  await end(db, failed.executionId, 'failed');
  await end(db, succeeded.executionId, 'succeeded');
  await begin({ filter: { executionStatus: 'failed' } });
  await finish(db);
  t.same(
    (await made()).map((execution) => execution.log_id),
    [failed.logId],
  );
  const hour = {
    from: new Date(Date.now() - 3_600_000).toISOString(),
    to: new Date(Date.now() + 60_000).toISOString(),
  };
  await begin({ filter: { q: 'NEEDLE', ...hour } });
  await finish(db);
  t.same(
    (await made()).map((execution) => execution.log_id),
    [failed.logId, succeeded.logId],
  );
});

t.test('a replay is cancelled', async (t) => {
  const { call, accept, db, begin, show, made } = await withReplays(t);
  for (let i = 0; i < 4; i++) await accept();
  const id = idOf(await begin({ ratePerSecond: 1 }));
  await hurry(db);
  const cancel = () => call('POST', `/api/replays/${id}/cancel`);
  t.match(await cancel(), { status: 202, json: { state: 'cancelled', replayed: 1, finishedAt: /Z$/ } });
  t.same(await hurry(db), { status: 'idle' });
  t.equal((await made()).length, 1);
  t.match(await cancel(), { status: 409, json: { code: 'replay_not_cancellable' } });
  t.match((await show(id)).json, { state: 'cancelled', executions: { queued: 1 } }, 'what it made goes on');
});

t.test('it stops when more than half of what ended has failed, of twenty at least', async (t) => {
  const { accept, db, begin, show, made } = await withReplays(t);
  for (let i = 0; i < 60; i++) await accept();
  const id = idOf(await begin({ ratePerSecond: 80 }));
  const endAll = async (state: (n: number) => 'succeeded' | 'failed', from: number) => {
    for (const [n, execution] of (await made()).slice(from).entries()) await end(db, execution.id, state(n));
  };
  t.match(await hurry(db), { status: 'moved', replayed: 20 });
  await endAll((n) => (n % 2 === 0 ? 'failed' : 'succeeded'), 0);
  t.match(await hurry(db), { status: 'moved', replayed: 20 }, 'half is not more than half');
  await endAll(() => 'failed', 20);
  t.match(await hurry(db), { status: 'ended', state: 'stopped' });
  t.match((await show(id)).json, {
    state: 'stopped',
    replayed: 40,
    executions: { failed: 30, succeeded: 10 },
  });
});

t.test('workflows that are inactive or deleted are passed over', async (t) => {
  const { call, accept, db, begin, show, workflowId } = await withReplays(t);
  await accept();
  const other = idOf(await call('POST', '/api/workflows', { body: { name: 'other' } }));
  await accept({ workflowId: other });
  await call('PATCH', `/api/workflows/${workflowId}`, { body: { isActive: false } });
  const id = idOf(await begin({ filter: { success: true } }));
  await finish(db);
  t.match((await show(id)).json, { state: 'completed', total: 2, replayed: 1, skipped: 1 });
});

t.test('any number of processes at once, and steps that fail, make each execution once', async (t) => {
  const { accept, db, begin, show, made } = await withReplays(t);
  for (let i = 0; i < 40; i++) await accept();
  const id = idOf(await begin({ ratePerSecond: 12 }));
  // As if the process were killed at the very end of its step: everything is written, and nothing committed.
  await sql`
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'killed'; END $$`.execute(
    db,
  );
  await sql`
    CREATE CONSTRAINT TRIGGER killed AFTER UPDATE OF replayed ON replays DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION fail()`.execute(db);
  await t.rejects(hurry(db), { message: 'killed' });
  t.same(await made(), []);
  t.same(await stepReplay(db), { status: 'idle' }, 'it is not tried again at once');
  await sql`DROP TRIGGER killed ON replays`.execute(db);

  for (let i = 0; i < 30; i++) await Promise.all(Array.from({ length: 4 }, () => hurry(db)));
  const executions = await made();
  t.equal(executions.length, 40);
  t.equal(new Set(executions.map((execution) => execution.log_id)).size, 40);
  t.match((await show(id)).json, { state: 'completed', replayed: 40 });
});

t.test('what is asked for wrongly', async (t) => {
  const { app, call, begin, db, accept } = await withReplays(t);
  await accept();
  const wrong: [object, string][] = [
    [{ filter: {} }, '/body/filter'],
    [{ filter: { status: 'x' } }, '/body/filter/status'],
    [{ filter: { success: 'true' } }, '/body/filter/success'],
    [{ filter: { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' } }, '/body/filter/to'],
    [{ filter: { sourceIp: 'here' } }, '/body/filter/sourceIp'],
    [{ ratePerSecond: 0 }, '/body/ratePerSecond'],
    [{ ratePerSecond: 1_001 }, '/body/ratePerSecond'],
    [{ dryrun: true }, '/body/dryrun'],
  ];
  for (const [body, pointer] of wrong) {
    const answer = await begin(body);
    t.match(answer, { status: 400, json: { code: 'validation_failed' } }, pointer);
    t.ok(
      (answer.json.errors as Json[]).some((fault) => fault.pointer === pointer),
      pointer,
    );
  }
  t.match(await begin({ filter: { q: 'x' } }), { status: 400, json: { code: 'search_too_wide' } });
  const missing = { status: 404, json: { code: 'replay_not_found' } };
  t.match(await call('GET', `/api/replays/${newId()}`), missing);
  t.match(await call('POST', `/api/replays/${newId()}/cancel`), missing);

  const id = idOf(await begin());
  const stranger = clientOf(app, (await insertOrganization(db)).key);
  const asStranger: Answer[] = [
    await stranger('GET', `/api/replays/${id}`),
    await stranger('POST', `/api/replays/${id}/cancel`),
  ];
  for (const answer of asStranger) t.match(answer, missing);
  t.same(itemsOf(await stranger('GET', '/api/replays')), []);
  t.match((await stranger('POST', START, { body: { filter: { success: true }, dryRun: true } })).json, {
    matched: 0,
  });
});
