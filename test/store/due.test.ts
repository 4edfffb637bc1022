import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import type { Database } from '../../src/store/database.ts';
import { oldestDueSeconds, takeDue } from '../../src/store/due.ts';
import { retryExecution } from '../../src/store/execution-actions.ts';
import { planExecutions } from '../../src/store/plan.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { insertExecution, insertWorkflow } from '../helpers/rows.ts';
import t, { type Test } from '../helpers/tap.ts';

t.test('an old execution that is retried is due since it was retried', async (t) => {
  const { db, pool } = await openTestDatabase(t);
  const { workflowId, triggers } = await insertWorkflow(db, ['http://127.0.0.1:1/']);
  const id = await insertExecution(pool, workflowId);
  await sql`UPDATE workflow_executions SET created_at = now() - interval '1 hour'`.execute(db);
  t.ok((await oldestDueSeconds(db)) >= 3_600, 'it waits since it was made');

  const deliveries = triggers.map((trigger) => ({ ...trigger, id: newId(), leaseToken: null }));
  const plan = { executionId: id, run: 1, state: 'running' as const, outcome: null, deliveries };
  await planExecutions(db, [plan], 1_000);
  await sql`UPDATE deliveries SET state = 'failed', next_attempt_at = NULL`.execute(db);
  await sql`UPDATE workflow_executions SET state = 'failed'`.execute(db);
  t.equal(await oldestDueSeconds(db), 0);

  await db.transaction().execute((trx) => retryExecution(trx, { id, enqueued: false }));
  t.ok((await oldestDueSeconds(db)) < 3_000);
  await sql`UPDATE deliveries SET next_attempt_at = now() - interval '2 hours'`.execute(db);
  t.ok((await oldestDueSeconds(db)) >= 7_200);
});

t.test('what one relay is about to take, no other waits for or takes', async (t) => {
  const { db, pool } = await openTestDatabase(t);
  const { workflowId } = await insertWorkflow(db);
  const ids = [await insertExecution(pool, workflowId), await insertExecution(pool, workflowId)];
  const taken = await db.transaction().execute(async (one) => {
    const first = await takeDue(one as typeof db, 1);
    const second = await db.transaction().execute(async (other) => {
      // Without it a relay that waits for the first would wait for ever.
      await sql`SET LOCAL lock_timeout = '2s'`.execute(other);
      return takeDue(other as typeof db, 2);
    });
    return [first, second].map((work) => work.map(({ id }) => id));
  });
  t.same(taken, [[ids[0]], [ids[1]]]);
});

/** Two organizations: one that has this many due, and one that has three. */
async function setUpTwo(t: Test, count: number) {
  const database = await openTestDatabase(t);
  const { db } = database;
  const [many, few] = [newId(), newId()];
  for (const id of [many, few]) {
    await db.insertInto('organizations').values({ id, name: id, slug: id }).execute();
  }
  const insert = (organizationId: string, rows: number) =>
    sql`
    WITH workflow AS (
      INSERT INTO workflows (id, organization_id, name, is_active, webhook_enabled, webhook_auth_type, webhook_config)
      VALUES (${randomUUID()}, ${organizationId}, 'test', true, true, 'none', '{}') RETURNING id
    ), executions AS (
      INSERT INTO workflow_executions (id, organization_id, workflow_id, trigger_type, created_at)
      SELECT gen_random_uuid(), ${organizationId}::uuid, workflow.id, 'webhook', now()
      FROM workflow, generate_series(1, ${rows}) RETURNING id
    )
    INSERT INTO deliveries (id, organization_id, execution_id, trigger_id, endpoint_id, state, next_attempt_at)
    SELECT gen_random_uuid(), ${organizationId}::uuid, id, gen_random_uuid(), gen_random_uuid(), 'pending', now()
    FROM executions`.execute(db);
  await insert(many, count);
  await insert(few, 3);
  const take = async (limit: number, places?: Map<string, number>) => {
    const taken = await takeDue(db, limit, places);
    const of = (id: string, kind: string) =>
      taken.filter((work) => work.organizationId === id && work.kind === kind).length;
    const [deliveries, executions] = ['delivery', 'execution'].map((kind) => [of(many, kind), of(few, kind)]);
    return { deliveries, executions };
  };
  return { ...database, take, many, few };
}

t.test('who has little is not behind all that another has', async (t) => {
  const { take } = await setUpTwo(t, 200);
  t.same(await take(20), { deliveries: [7, 3], executions: [7, 3] });
  t.same(await take(100), { deliveries: [50, 0], executions: [50, 0] }, 'then the rest of the other');
  t.same(await take(300), { deliveries: [143, 0], executions: [143, 0] }, 'to the last');
  t.same(await take(300), { deliveries: [0, 0], executions: [0, 0] });
});

t.test('of an organization no more is taken than it has places', async (t) => {
  const { take, many, few } = await setUpTwo(t, 200);
  t.same(await take(40, new Map([[many, 0]])), { deliveries: [0, 3], executions: [0, 3] });
  t.same(
    await take(
      40,
      new Map([
        [few, 1],
        [many, 30],
      ]),
    ),
    { deliveries: [20, 0], executions: [10, 0] },
  );
});

t.test('the thousands of one organization are not waded through for those of another', async (t) => {
  const { db, many } = await setUpTwo(t, 4_000);
  await sql`ANALYZE deliveries, workflow_executions, organizations`.execute(db);
  // One connection: each tells by itself what it has read.
  const { taken, read } = await db.connection().execute(async (one) => {
    const before = await rowsRead(one);
    const work = await takeDue(one, 20, new Map([[many, 5]]));
    return { taken: work.length, read: (await rowsRead(one)) - before };
  });
  t.equal(taken, 11);
  t.ok(read >= taken && read < 200, `${read} rows were looked at`);
});

async function rowsRead(db: Database): Promise<number> {
  await sql`SELECT pg_stat_force_next_flush()`.execute(db);
  const { rows } = await sql<{ read: number }>`
    SELECT sum(idx_tup_fetch + seq_tup_read)::int AS read FROM pg_stat_user_tables
    WHERE relname IN ('deliveries', 'workflow_executions')`.execute(db);
  return rows[0]?.read ?? 0;
}
