import { sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import { asTenant, type Database, type Tx } from '../../src/store/database.ts';
import { COUNT_LIMIT, countEvents, countExecutions, countWork } from '../../src/store/event-counts.ts';
import { type EventFilter, eventsQuery } from '../../src/store/event-trail.ts';
import { openTestDatabase } from '../helpers/database.ts';
import t, { type Test } from '../helpers/tap.ts';

const ROWS = 6_000;

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];

/** Two organizations with some thousand events each, of which few are of endpoint 1, of event `rare`, or failed. */
async function fill(t: Test) {
  const { db } = await openTestDatabase(t);
  const organizations = [newId(), newId()];
  const endpoints = [newId(), newId()];
  for (const organization of organizations) {
    await sql`INSERT INTO organizations (id, name, slug) VALUES (${organization}, 'Test', ${organization})`.execute(
      db,
    );
    await sql`
      INSERT INTO webhook_events (id, organization_id, direction, event, state, endpoint_id, workflow_id, execution_id,
        body_bytes, next_attempt_at, created_at)
      SELECT (left(uuidv7_floor(at)::text, 14) || '7000-8' || right(gen_random_uuid()::text, 16))::uuid, ${organization},
        CASE WHEN n % 150 = 3 THEN 'in' ELSE 'out' END, CASE WHEN n % 200 = 0 THEN 'rare' ELSE 'common' END,
        CASE WHEN n % 150 = 3 THEN 'processed' WHEN n % 100 = 0 THEN 'failed' WHEN n % 120 = 7 THEN 'retrying' ELSE 'succeeded' END,
        CASE WHEN n % 300 = 0 THEN ${endpoints[1]}::uuid ELSE ${endpoints[0]}::uuid END,
        CASE WHEN n % 400 = 0 THEN ${endpoints[1]}::uuid END, CASE WHEN n % 500 = 0 THEN ${endpoints[1]}::uuid END,
        0, CASE WHEN n % 120 = 7 AND n % 150 <> 3 AND n % 100 <> 0 THEN now() END, at
      FROM (SELECT n, now() - n * interval '500 ms' AS at FROM generate_series(1, ${ROWS}::int) AS n) AS r`.execute(
      db,
    );
  }
  await sql`ANALYZE webhook_events`.execute(db);
  return { db, organization: organizations[0] ?? '', rare: endpoints[1] ?? '' };
}

t.test('every filter of events is served by an index, also for what is rare', async (t) => {
  const { db, organization, rare } = await fill(t);
  const ago = new Date(Date.now() - 600_000);
  const filters: EventFilter[] = [
    {},
    { direction: 'in' },
    { direction: 'out' },
    { event: 'rare' },
    { event: 'none' },
    { state: 'failed' },
    { state: 'dead_lettered' },
    { state: 'retrying' },
    { state: 'pending' },
    { endpointId: rare },
    { endpointId: newId() },
    { workflowId: rare },
    { executionId: rare },
    { from: ago },
    { to: ago },
    { direction: 'out', state: 'failed', from: ago },
    { direction: 'out', endpointId: rare },
  ];
  for (const filter of filters) {
    const plan = await explain(db, organization, (trx) => eventsQuery(trx, filter).limit(51).compile());
    const name = JSON.stringify(filter);
    const nodes = flatten(plan);
    t.notOk(
      nodes.some((node) => node['Node Type'] === 'Seq Scan'),
      name,
    );
    const wasted = nodes.reduce((sum, node) => sum + (node['Rows Removed by Filter'] ?? 0), 0);
    t.ok(wasted < ROWS / 20, `${name} read ${wasted} rows in vain`);
  }
});

async function explain(
  db: Database,
  organization: string,
  query: (trx: Tx) => { sql: string; parameters: readonly unknown[] },
): Promise<PlanNode> {
  return asTenant(db, organization, async (trx) => {
    const compiled = query(trx);
    const { rows } = await trx.executeQuery<{ 'QUERY PLAN': { Plan: PlanNode }[] }>({
      ...sql`${sql.raw('SELECT 1')}`.compile(trx),
      sql: `EXPLAIN (ANALYZE, FORMAT json) ${compiled.sql}`,
      parameters: compiled.parameters,
    });
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
    if (!plan) throw new Error('no plan');
    return plan;
  });
}

t.test('what the status counts costs no more than its limit, however much there is', async (t) => {
  const { db } = await openTestDatabase(t);
  const organization = newId();
  const workflow = newId();
  await sql`INSERT INTO organizations (id, name, slug) VALUES (${organization}, 'Test', ${organization})`.execute(
    db,
  );
  await sql`INSERT INTO workflows (id, organization_id, name) VALUES (${workflow}, ${organization}, 'w')`.execute(
    db,
  );
  const rows = COUNT_LIMIT * 4;
  const ids = sql`(left(uuidv7_floor(now() - n * interval '1 ms')::text, 14) || '7000-8' || right(gen_random_uuid()::text, 16))::uuid`;
  await sql`
    INSERT INTO webhook_events (id, organization_id, direction, event, state, body_bytes, next_attempt_at)
    SELECT ${ids}, ${organization}, 'out', 'e', CASE WHEN n % 2 = 0 THEN 'pending' ELSE 'succeeded' END, 0,
      CASE WHEN n % 2 = 0 THEN now() END
    FROM generate_series(1, ${rows}::int) AS n`.execute(db);
  await sql`
    INSERT INTO workflow_executions (id, organization_id, workflow_id, trigger_type, state)
    SELECT ${ids}, ${organization}, ${workflow}, 'webhook', CASE WHEN n % 2 = 0 THEN 'queued' ELSE 'succeeded' END
    FROM generate_series(1, ${rows}::int) AS n`.execute(db);
  await sql`VACUUM ANALYZE webhook_events, workflow_executions`.execute(db);
  const since = new Date(Date.now() - 3_600_000);
  const before = await readRows(db);
  const counts = await asTenant(db, organization, async (trx) => ({
    events: await countEvents(trx, since),
    executions: await countExecutions(trx, since),
    work: await countWork(trx),
  }));
  const read = (await readRows(db)) - before;
  const atLimit = { count: COUNT_LIMIT, bounded: true };
  t.match(counts, {
    events: { bounded: true, waiting: atLimit },
    executions: { queued: atLimit, succeeded: atLimit, failed: { count: 0, bounded: false } },
    work: { bounded: true },
  });
  t.ok(read < COUNT_LIMIT * 7, `${read} rows and index entries were read`);
});

/** How many rows and index entries of events and executions were read so far. */
async function readRows(db: Database): Promise<number> {
  await sql`SELECT pg_stat_force_next_flush()`.execute(db);
  await sql`SELECT pg_stat_clear_snapshot()`.execute(db);
  const { rows } = await sql<{ read: number }>`
    SELECT (coalesce(sum(seq_tup_read), 0) + (
      SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes
      WHERE relname IN ('webhook_events', 'workflow_executions') AND schemaname = current_schema()))::int AS read
    FROM pg_stat_user_tables
    WHERE relname IN ('webhook_events', 'workflow_executions') AND schemaname = current_schema()`.execute(db);
  return rows[0]?.read ?? 0;
}
