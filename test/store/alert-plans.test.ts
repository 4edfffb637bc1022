import { type RawBuilder, sql } from 'kysely';
import { DEFAULT_ALERT_RULES } from '../../src/domain/alerts.ts';
import { newId } from '../../src/domain/ids.ts';
import { type EpisodeFilter, episodesQuery } from '../../src/store/alert-episodes.ts';
import { failingQuery as failingExecutions } from '../../src/store/alert-failures.ts';
import { overdueQuery } from '../../src/store/alert-overdue.ts';
import { failingQuery as failingAuthentications } from '../../src/store/alert-refusals.ts';
import { readRuleBook } from '../../src/store/alert-rules.ts';
import { asTenant, type Database, type Tx } from '../../src/store/database.ts';
import { openTestDatabase } from '../helpers/database.ts';
import t, { type Test } from '../helpers/tap.ts';
import { ago } from './unusual.ts';

const ROWS = 20_000;
const WORKFLOWS = 40;

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];

/** How many rows of these tables a statement read, and whether it read any of them from one end to the other. */
async function reading(db: Database, query: RawBuilder<unknown>, tables: RegExp) {
  const { rows } = await sql<{
    'QUERY PLAN': { Plan: PlanNode }[];
  }>`EXPLAIN (ANALYZE, FORMAT json) ${query}`.execute(db);
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  if (!plan) throw new Error('no plan');
  const nodes = flatten(plan).filter((node) => tables.test(node['Relation Name'] ?? ''));
  const read = nodes.reduce(
    (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    0,
  );
  const whole = nodes.filter((node) => node['Node Type'] === 'Seq Scan' && node['Actual Rows'] > 0);
  return { read, whole: whole.map((node) => node['Relation Name']), nodes: nodes.length };
}

/**
 * Two organizations with many rows each, over the last two hours and three days before: accepted webhooks, few of them
 * refused; executions, nearly all of which succeeded, and some that are under way.
 */
async function fill(t: Test) {
  const { db } = await openTestDatabase(t);
  const organizations = [newId(), newId()];
  for (const organization of organizations) {
    await sql`INSERT INTO organizations (id, name, slug) VALUES (${organization}, 'Test', ${organization})`.execute(
      db,
    );
    await sql`
      INSERT INTO workflows (id, organization_id, name, webhook_enabled, webhook_config)
      SELECT gen_random_uuid(), ${organization}, 'w', true,
        CASE WHEN n = 1 THEN '{"alerts":{"authenticationFailures":{"count":5}}}'::jsonb ELSE '{}' END
      FROM generate_series(1, ${WORKFLOWS}::int) AS n`.execute(db);
    const source = sql`
      SELECT n, at, (left(uuidv7_floor(at)::text, 14) || '7000-8' || right(gen_random_uuid()::text, 16))::uuid AS id,
        (ARRAY(SELECT id FROM workflows WHERE organization_id = ${organization} ORDER BY id))[1 + n % ${WORKFLOWS}::int] AS workflow_id
      FROM (SELECT n, now() - n * interval '720 ms' * (CASE WHEN n % 2 = 0 THEN 1 ELSE 20 END) AS at
        FROM generate_series(1, ${ROWS}::int) AS n) AS r`;
    await sql`
      INSERT INTO webhook_logs (id, organization_id, workflow_id, received_at, request_id, method, query, headers,
        body_bytes, source_ip, status_code, error_code)
      SELECT id, ${organization}, workflow_id, at, 'r', 'POST', '', '[]', 0, '::1',
        CASE WHEN n % 100 = 0 THEN 401 ELSE 200 END, CASE WHEN n % 100 = 0 THEN 'signature_mismatch' END
      FROM (${source}) AS s`.execute(db);
    await sql`
      INSERT INTO webhook_refusal_counts
      SELECT ${organization}, w.id, date_trunc('minute', now()) - n * interval '1 minute', 'signature_mismatch', 1
      FROM workflows w CROSS JOIN generate_series(0, 500) AS n WHERE w.organization_id = ${organization}`.execute(
      db,
    );
    await sql`
      INSERT INTO workflow_executions (id, organization_id, workflow_id, trigger_type, created_at, state, finished_at)
      SELECT id, ${organization}, workflow_id, 'webhook', at, s, CASE WHEN s IN ('succeeded', 'failed') THEN at END
      FROM (SELECT *, CASE WHEN n % 50 = 0 THEN 'failed' WHEN n % 500 = 7 THEN 'running' WHEN n % 500 = 9 THEN 'queued'
        ELSE 'succeeded' END AS s FROM (${source}) AS s) AS s`.execute(db);
    await sql`
      INSERT INTO deliveries (id, organization_id, execution_id, trigger_id, endpoint_id, state, next_attempt_at)
      SELECT id, ${organization}, id, id, id, CASE WHEN state = 'running' THEN 'pending' ELSE 'succeeded' END,
        CASE WHEN state = 'running' THEN now() END
      FROM workflow_executions WHERE organization_id = ${organization} AND state <> 'queued'`.execute(db);
  }
  await sql`VACUUM ANALYZE`.execute(db);
  const book = await db.transaction().execute((trx) => readRuleBook(trx, DEFAULT_ALERT_RULES));
  t.equal(book.own.size, 2);
  return { db, book, organization: organizations[0] ?? '' };
}

const { db, book, organization } = await fill(t);

t.test('each look reads what is recent or under way, however much there is besides', async (t) => {
  const now = new Date();
  const refusals = await reading(
    db,
    failingAuthentications(book, { now, earliest: ago(300) }),
    /^webhook_(logs_|refusal_counts)/,
  );
  t.same(refusals.whole, []);
  t.ok(refusals.nodes >= 2);
  // Of each organization some five minutes of refusals, and seven minutes of counts of each workflow.
  t.ok(refusals.read > 300 && refusals.read < 2 * WORKFLOWS * 7 + 200, `${refusals.read} refusals`);

  const failures = await reading(db, failingExecutions(book, now), /^workflow_executions/);
  t.same(failures.whole, []);
  // Fifteen minutes of some seven a five seconds.
  t.ok(failures.read > 1_000 && failures.read < ROWS / 5, `${failures.read} executions that ended`);

  const overdue = await reading(
    db,
    overdueQuery(book, now),
    /^(workflow_executions|deliveries|execution_transitions)/,
  );
  t.same(overdue.whole, []);
  t.ok(overdue.read > 50 && overdue.read < ROWS / 5, `${overdue.read} executions under way`);
});

t.test('a rule of a day reads a day of its own organization only', async (t) => {
  const [[id, own] = []] = [...book.own].filter(([, rules]) => rules.organizationId === organization);
  if (id === undefined || own === undefined) throw new Error('no rules');
  const of = async (windowSeconds: number) => {
    const effective = {
      ...own.effective,
      authenticationFailures: { enabled: true, count: 5, windowSeconds },
    };
    const changed = { ...book, own: new Map(book.own).set(id, { ...own, effective }) };
    const query = failingAuthentications(changed, { now: new Date(), earliest: ago(windowSeconds) });
    return reading(db, query, /^webhook_logs_/);
  };
  const [short, long] = [await of(300), await of(86_400)];
  t.same(long.whole, []);
  // All of its own refusals, and not those of the other organization.
  t.ok(long.read > short.read + 50, `${long.read} against ${short.read}`);
  t.ok(long.read < ROWS / 100 + short.read + 10, `${long.read} against ${short.read}`);
});

t.test('the list of alerts is served by its indexes', async (t) => {
  await sql`
    INSERT INTO alert_episodes (id, organization_id, workflow_id, kind, started_at, last_seen_at, ended_at, end_reason, details)
    SELECT (left(uuidv7_floor(at)::text, 14) || '7000-8' || right(gen_random_uuid()::text, 16))::uuid, w.organization_id,
      w.id, 'execution_overdue', at, at, CASE WHEN n > 1 THEN at END, CASE WHEN n > 1 THEN 'muted' END, '{}'
    FROM workflows w CROSS JOIN (SELECT n, now() - n * interval '1 minute' AS at FROM generate_series(1, 100) AS n) AS r`.execute(
    db,
  );
  await sql`ANALYZE`.execute(db);
  const { rows } = await sql<{
    id: string;
  }>`SELECT id FROM workflows WHERE organization_id = ${organization}`.execute(db);
  const filters: EpisodeFilter[] = [
    {},
    { status: 'open' },
    { status: 'ended' },
    { workflowId: rows[0]?.id },
    { kind: 'execution_overdue' },
    { workflowId: rows[0]?.id, status: 'open' },
  ];
  for (const filter of filters) {
    await asTenant(db, organization, async (trx: Tx) => {
      const compiled = episodesQuery(trx, filter).limit(51).compile();
      const { rows: plans } = await trx.executeQuery<{ 'QUERY PLAN': { Plan: PlanNode }[] }>({
        ...compiled,
        sql: `EXPLAIN (ANALYZE, FORMAT json) ${compiled.sql}`,
      });
      const plan = plans[0]?.['QUERY PLAN'][0]?.Plan;
      const nodes = plan ? flatten(plan) : [];
      const name = JSON.stringify(filter);
      const scans = nodes.filter((node) => node['Relation Name'] === 'alert_episodes');
      t.ok(scans.length > 0 && scans.every((node) => node['Node Type'] !== 'Seq Scan'), name);
      const wasted = nodes.reduce((sum, node) => sum + (node['Rows Removed by Filter'] ?? 0), 0);
      t.ok(wasted <= 2 * WORKFLOWS, `${name} read ${wasted} in vain`);
    });
  }
});

t.test('storing a webhook writes to no index of ours', async (t) => {
  const { rows } = await sql<{ name: string; predicate: string | null }>`
    SELECT indexrelid::regclass::text AS name, pg_get_expr(indpred, indrelid) AS predicate FROM pg_index
    WHERE indrelid IN ('webhook_logs'::regclass, 'workflow_executions'::regclass)`.execute(db);
  const ours = rows.filter(({ name }) => name === 'workflow_executions_progress');
  t.match(ours, [{ predicate: "(state <> 'queued'::text)" }]);
  t.notOk(rows.some(({ name }) => /alert/.test(name)));
});
