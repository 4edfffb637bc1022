import { sql } from 'kysely';
import { DEFAULT_ALERT_RULES } from '../../src/domain/alerts.ts';
import { MAX_ALERTED } from '../../src/domain/fallback.ts';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import { endEpisodes } from '../../src/store/alert-episodes.ts';
import { claimNotices, settleNotice } from '../../src/store/alert-notices.ts';
import { evaluateAlerts } from '../../src/store/alerts.ts';
import { createDatabase, createPool } from '../../src/store/database.ts';
import { deleteExpiredEpisodes } from '../../src/store/retention.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { insertEndpoint } from '../helpers/outbox.ts';
import t from '../helpers/tap.ts';
import { ago, execute, FIRING, refuse, watched } from './unusual.ts';

const RESOLVED = 'resolved authentication_failures';
const inSeconds = (seconds: number): Date => ago(-seconds);

t.test('one firing while it lasts, one resolved when it has been over for a while', async (t) => {
  const { db, workflowId, changes, episodes, told } = await watched(t);
  await refuse(db, workflowId, { count: 25 });
  t.same(await changes(), [FIRING.authentication]);
  for (const seconds of [15, 30, 290]) t.same(await changes({ now: inSeconds(seconds) }), [], 'it lasts');
  const [open] = await episodes();
  t.ok(Number(open?.last_seen_at) > Date.now() + 280_000);
  t.same(await changes({ now: inSeconds(310) }), [], 'it does not hold any more');
  t.same(await changes({ now: inSeconds(585) }), [], 'for less than five minutes');
  t.same(await changes({ now: inSeconds(595) }), [RESOLVED]);
  t.same(await changes({ now: inSeconds(610) }), [], 'once');
  t.match(await episodes(), [{ end_reason: 'condition_over', started_at: open?.started_at }]);
  t.match(await told(), [
    { event: 'alert.authentication_failures', data: { status: 'firing', endedAt: null, endReason: null } },
    {
      event: 'alert.authentication_failures',
      data: {
        status: 'resolved',
        episodeId: open?.id,
        endReason: 'condition_over',
        counted: { failures: 25 },
      },
    },
  ]);
  await refuse(db, workflowId, { count: 20, at: inSeconds(620) });
  t.same(await changes({ now: inSeconds(630) }), [FIRING.authentication], 'and another one is another one');
  t.equal((await episodes()).length, 2);
});

t.test('what hovers around its threshold is one episode', async (t) => {
  const { db, workflowId, changes, episodes } = await watched(t);
  await refuse(db, workflowId, { count: 20 });
  t.same(await changes(), [FIRING.authentication]);
  for (const seconds of [310, 620, 930]) {
    t.same(await changes({ now: inSeconds(seconds - 20) }), []);
    await refuse(db, workflowId, { count: 20, at: inSeconds(seconds) });
    t.same(await changes({ now: inSeconds(seconds + 5) }), []);
  }
  t.equal((await episodes()).length, 1);
});

t.test('an event says what there is to know, to whoever asks for it', async (t) => {
  const { db, workflowId, endpointId, changes, told, look } = await watched(t);
  const named = await insertEndpoint(db, undefined, { events: ['order', 'alert.execution_failures'] });
  await insertEndpoint(db, undefined, { events: ['alert.authentication_failures'] });
  await insertEndpoint(db, undefined, { events: [] });
  await insertEndpoint(db, undefined, { events: ['alert'], is_active: false });
  await execute(db, workflowId, { state: 'failed', count: 5, outcome: 'http_400' });
  const [change] = (await look()) ?? [];
  t.same(change?.endpointIds, [endpointId, named]);
  const events = await told();
  t.same(
    events.map((event) => event.endpointId),
    [endpointId, named],
  );
  t.equal(new Set(events.map(({ eventId }) => eventId)).size, 2);
  t.match(events[0]?.data, {
    status: 'firing',
    kind: 'execution_failures',
    episodeId: change?.episode.id,
    workflow: { id: workflowId, name: 'Orders' },
    organization: { id: DEFAULT_ORGANIZATION_ID, name: 'Default' },
    since: change?.episode.startedAt.toISOString(),
    counted: { ended: 5, failed: 5, rate: 1, outcomes: [{ outcome: 'http_400', count: 5 }] },
    threshold: { rate: 0.5, minimum: 5 },
    windowSeconds: 900,
    advice: new RegExp(`GET /api/executions\\?workflowId=${workflowId}`),
  });
  t.same(await changes(), []);
});

t.test('another organization is told nothing, and one with many endpoints not all of them', async (t) => {
  const { db, workflowId, changes, told } = await watched(t);
  const other = newId();
  await sql`INSERT INTO organizations (id, name, slug) VALUES (${other}, 'Other', ${other})`.execute(db);
  await insertEndpoint(db, undefined, { events: ['alert'], organization_id: other });
  for (let i = 0; i < MAX_ALERTED + 3; i++) await insertEndpoint(db, undefined, { events: ['alert'] });
  await refuse(db, workflowId, { count: 20 });
  t.same(await changes(), [FIRING.authentication]);
  const { rows } = await sql<{ count: string; organizations: string }>`
    SELECT count(*), count(DISTINCT organization_id) AS organizations FROM webhook_events`.execute(db);
  t.match(rows, [{ count: String(MAX_ALERTED), organizations: '1' }]);
  t.equal((await told()).length, MAX_ALERTED);
});

t.test('who looks at once finds it once', async (t) => {
  const { db, workflowId, look, episodes, told } = await watched(t);
  await refuse(db, workflowId, { count: 20 });
  const rounds = await Promise.all(Array.from({ length: 5 }, () => look()));
  t.ok(rounds.includes(null), 'one at a time');
  t.equal(rounds.flatMap((changes) => changes ?? []).length, 1);
  t.equal((await episodes()).length, 1);
  t.equal((await told()).length, 1);
  t.equal(await look({ minIntervalMs: 60_000 }), null, 'and nobody looks again soon');
  await sql`UPDATE alert_rounds SET evaluated_at = now() + interval '1 day'`.execute(db);
  t.same(await look({ minIntervalMs: 60_000 }), [], 'unless the clock was set back');
  const ended = await Promise.all(Array.from({ length: 5 }, () => look({ now: inSeconds(700) })));
  t.equal(ended.flatMap((changes) => changes ?? []).length, 1);
  t.equal((await told()).length, 2);
});

t.test('whoever has not seen the other’s episode begins none beside it', async (t) => {
  const { db, workflowId, look, told } = await watched(t);
  await refuse(db, workflowId, { count: 20 });
  // As another evaluation that ignores the lock of the round would.
  await sql`
    INSERT INTO alert_episodes (id, organization_id, workflow_id, kind, started_at, last_seen_at, details)
    SELECT gen_random_uuid(), organization_id, id, 'authentication_failures', now(), now(), '{}' FROM workflows
    WHERE id = ${workflowId}`.execute(db);
  t.same(await look(), []);
  t.same(await told(), []);
});

t.test('an evaluation that is broken off leaves nothing, and the next tells of it', async (t) => {
  const { db, workflowId, look, changes, episodes, told } = await watched(t);
  await refuse(db, workflowId, { count: 20 });
  // The last thing that it writes fails, as if the connection were lost there.
  await sql`ALTER TABLE webhook_events ADD CONSTRAINT broken CHECK (event NOT LIKE 'alert.%')`.execute(db);
  await t.rejects(look());
  t.same(await episodes(), [], 'no episode without its event');
  const { rows } = await sql<{
    never: boolean;
  }>`SELECT evaluated_at = '-infinity' AS never FROM alert_rounds`.execute(db);
  t.match(rows, [{ never: true }], 'and no turn was taken');
  await sql`ALTER TABLE webhook_events DROP CONSTRAINT broken`.execute(db);
  t.same(await changes(), [FIRING.authentication]);
  t.equal((await told()).length, 1);
  await sql`ALTER TABLE webhook_events ADD CONSTRAINT broken CHECK (event NOT LIKE 'alert.%') NOT VALID`.execute(
    db,
  );
  await t.rejects(look({ now: inSeconds(700) }));
  t.match(await episodes(), [{ ended_at: null }], 'the same with its end');
  await sql`ALTER TABLE webhook_events DROP CONSTRAINT broken`.execute(db);
  t.same(await changes({ now: inSeconds(700) }), [RESOLVED]);
});

t.test('a process that is killed in between holds nobody up', async (t) => {
  const { url, db } = await openTestDatabase(t);
  const pool = createPool({
    connectionString: url,
    max: 1,
    applicationName: 'victim',
    onError: () => undefined,
  });
  const victim = createDatabase(pool);
  t.teardown(() => victim.destroy());

  const round = { rules: DEFAULT_ALERT_RULES, toOperator: false, minIntervalMs: 0 };
  let free: () => void = () => undefined;
  const killed = new Promise<void>((resolve) => {
    free = resolve;
  });
  const dying = victim.transaction().execute(async (trx) => {
    await sql`SELECT FROM alert_rounds FOR UPDATE`.execute(trx);
    await killed;
  });
  // Not before the lock is held.
  while ((await evaluateAlerts(db, round)) !== null);
  await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'`.execute(
    db,
  );
  free();
  await t.rejects(dying);
  let found = await evaluateAlerts(db, round);
  while (found === null) found = await evaluateAlerts(db, round);
  t.same(found, []);
});

t.test('what nobody wants to know of any more ends at once, and says why', async (t) => {
  const { db, make, changes, told, episodes } = await watched(t);
  const mute = (rule: string, enabled: boolean) => (id: string) =>
    sql`UPDATE workflows SET webhook_config = ${JSON.stringify({ alerts: { [rule]: { enabled } } })}::jsonb WHERE id = ${id}`.execute(
      db,
    );
  const set = (column: string, value: unknown) => (id: string) =>
    sql`UPDATE workflows SET ${sql.ref(column)} = ${value} WHERE id = ${id}`.execute(db);
  const cases = [
    ['muted', mute('authenticationFailures', false), mute('authenticationFailures', true)],
    ['workflow_deleted', set('deleted_at', new Date()), null],
    ['workflow_inactive', set('is_active', false), set('is_active', true)],
    ['webhook_disabled', set('webhook_enabled', false), set('webhook_enabled', true)],
  ] as const;
  for (const [reason, off, on] of cases) {
    const workflowId = await make();
    await refuse(db, workflowId, { count: 20 });
    t.same(await changes(), [FIRING.authentication], reason);
    await off(workflowId);
    t.same(await changes(), [RESOLVED], reason);
    t.same(await changes(), [], reason);
    t.match((await episodes()).at(-1), { workflow_id: workflowId, end_reason: reason });
    t.match((await told()).at(-1)?.data, {
      status: 'resolved',
      endReason: reason,
      workflow: { id: workflowId },
    });
    if (on === null) continue;
    await on(workflowId);
    t.same(await changes(), [FIRING.authentication], `${reason}: not any more`);
  }
});

t.test('a webhook that is disabled says nothing about executions', async (t) => {
  const { db, workflowId, changes } = await watched(t, { authenticationFailures: { enabled: false } });
  await refuse(db, workflowId, { count: 50 });
  await execute(db, workflowId, { state: 'failed', count: 5 });
  await execute(db, workflowId, { state: 'running', createdAt: ago(4_000) });
  t.same(await changes(), [FIRING.failures, FIRING.overdue], 'one that is muted mutes no other');
  await sql`UPDATE workflows SET webhook_enabled = false`.execute(db);
  t.same(await changes(), []);
  await sql`UPDATE workflows SET is_active = false`.execute(db);
  t.same(await changes(), ['resolved execution_failures', 'resolved execution_overdue']);
});

t.test('where alerts are off, those are looked for that are on', async (t) => {
  const { db, make, changes } = await watched(t);
  const off = Object.fromEntries(
    Object.entries(DEFAULT_ALERT_RULES).map(([name, rule]) => [name, { ...rule, enabled: false }]),
  ) as unknown as typeof DEFAULT_ALERT_RULES;
  const all = async (workflowId: string) => {
    await refuse(db, workflowId, { count: 20 });
    await execute(db, workflowId, { state: 'failed', count: 5 });
    await execute(db, workflowId, { state: 'running', createdAt: ago(4_000) });
  };
  await all(await make());
  t.same(await changes({ rules: off }), []);
  await all(
    await make({
      authenticationFailures: { enabled: true },
      executionFailures: { enabled: true },
      executionOverdue: { enabled: true },
    }),
  );
  t.same(await changes({ rules: off }), Object.values(FIRING));
  t.same(await changes(), Object.values(FIRING), 'and with them on, the others');
  t.same(await changes({ rules: off }), [], 'a process that has them off ends nothing that another sees');
});

t.test('the operator’s notices are written with the episode, told once, and go with it', async (t) => {
  const { db, workflowId, changes } = await watched(t);
  await refuse(db, workflowId, { count: 20 });
  await changes({ toOperator: true });
  await changes({ toOperator: true });
  const claim = () => claimNotices(db, { limit: 10, leaseMs: 60_000 });
  const [notice, ...others] = await claim();
  t.same(others, []);
  if (!notice) throw new Error('there is no notice');
  t.match(notice, { event: 'alert.authentication_failures', attempt: 1 });
  t.match(JSON.parse(String(notice.body)), {
    eventId: notice.id,
    event: 'alert.authentication_failures',
    data: { status: 'firing', workflow: { id: workflowId } },
  });
  t.same(await claim(), [], 'somebody has it');
  await settleNotice(db, notice, { retryInMs: 0 });
  const [again] = await claim();
  t.match(again, { id: notice.id, attempt: 2 });
  await settleNotice(db, notice, { outcome: 'told' });
  await sql`UPDATE alert_notices SET next_attempt_at = now()`.execute(db);
  const [third] = await claim();
  t.match(third, { attempt: 3 }, 'who lost it settles nothing');
  await settleNotice(db, third ?? notice, { outcome: 'told' });
  t.same(await claim(), []);
  await changes({ toOperator: true, now: inSeconds(700) });
  const [over] = await claim();
  t.match(JSON.parse(String(over?.body)), { data: { status: 'resolved' } });
});

t.test('ended episodes go when their time is over, and open ones stay', async (t) => {
  const { db, workflowId, changes, episodes } = await watched(t);
  await refuse(db, workflowId, { count: 20 });
  await execute(db, workflowId, { state: 'failed', count: 5 });
  await changes({ toOperator: true });
  const [first] = await episodes();
  await db
    .transaction()
    .execute((trx) => endEpisodes(trx, [{ id: first?.id ?? '', reason: 'muted' }], ago(100)));
  t.equal(await deleteExpiredEpisodes(db, ago(101)), 0);
  t.equal(await deleteExpiredEpisodes(db, ago(99)), 1);
  t.equal(await deleteExpiredEpisodes(db, inSeconds(1_000)), 0);
  t.equal((await episodes()).length, 1);
  t.equal((await db.selectFrom('alert_notices').select('id').execute()).length, 1);
});
