import { sql } from 'kysely';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import { createDatabase, createPool, type Tx } from '../../src/store/database.ts';
import { cancelExecution } from '../../src/store/execution-actions.ts';
import { releaseHeld } from '../../src/store/gate-release.ts';
import { planExecutions } from '../../src/store/plan.ts';
import { blocked } from '../helpers/blocked.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { insertExecution, insertWorkflow } from '../helpers/rows.ts';
import t, { type Test } from '../helpers/tap.ts';

/*
 * Who takes locks in one order never waits for each other: whoever waits for the first of them has none of the
 * others yet.
 */

/** Deliveries of one execution whose ids are in the opposite order of everything else: made, and due. */
async function setUp(t: Test) {
  const { db, pool, url } = await openTestDatabase(t);
  const urls = ['http://127.0.0.1:1/', 'http://127.0.0.1:1/', 'http://127.0.0.1:1/'];
  const { workflowId, triggers } = await insertWorkflow(db, urls);
  const endpointId = triggers[0]?.endpointId ?? '';
  const executionId = await insertExecution(pool, workflowId);
  const ids = triggers.map(() => newId());
  const [lowest = '', ...others] = ids;
  const deliveries = triggers.map(({ triggerId }, i) => ({
    id: ids.at(-1 - i) ?? '',
    triggerId,
    endpointId,
    leaseToken: null,
  }));
  await planExecutions(db, [{ executionId, run: 1, state: 'running', outcome: null, deliveries }], 1_000);
  await sql`
    INSERT INTO endpoint_gates (endpoint_id, organization_id, release_at) VALUES (${endpointId}, ${DEFAULT_ORGANIZATION_ID}, now())`.execute(
    db,
  );
  for (const [i, id] of ids.entries()) {
    await sql`
      UPDATE deliveries SET gate = 'held', next_attempt_at = now() - ${i} * interval '1 s' WHERE id = ${id}`.execute(
      db,
    );
  }
  /** Holds the lowest id, lets `work` run into it, and says which of the others it has locked by then. */
  const lockedBehindTheFirst = async (work: () => Promise<unknown>) => {
    const { locked, working } = await db.transaction().execute(async (trx) => {
      await sql`SELECT FROM deliveries WHERE id = ${lowest} FOR UPDATE`.execute(trx);
      const working = work();
      await blocked(db, 1);
      return { locked: await lockedOf(trx, 'deliveries', others), working: [working] };
    });
    await Promise.all(working);
    return locked;
  };
  return { db, pool, url, executionId, workflowId, triggers, endpointId, lockedBehindTheFirst };
}

async function lockedOf(trx: Tx, table: 'deliveries' | 'workflow_executions', ids: string[]) {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM ${sql.table(table)} WHERE id = ANY (${ids}::uuid[]) FOR UPDATE SKIP LOCKED`.execute(trx);
  const free = rows.map(({ id }) => id);
  return ids.filter((id) => !free.includes(id));
}

t.test('what is let go is locked in the order of the ids', async (t) => {
  const { db, lockedBehindTheFirst } = await setUp(t);
  t.same(await lockedBehindTheFirst(() => releaseHeld(db, [])), []);
});

t.test('what is cancelled is locked in the order of the ids', async (t) => {
  const { db, executionId, lockedBehindTheFirst } = await setUp(t);
  const cancel = () => db.transaction().execute((trx) => cancelExecution(trx, executionId));
  t.same(await lockedBehindTheFirst(cancel), []);
});

t.test('whoever plans has all executions before it waits for a gate', async (t) => {
  const { db, pool, url, workflowId, triggers, endpointId } = await setUp(t);
  // The plan that a join could have, and that reads no more executions than it needs to find the gate.
  const options = '-c enable_hashjoin=off -c enable_mergejoin=off -c enable_hashagg=off -c enable_sort=off';
  const planners = createDatabase(
    createPool({ connectionString: url, max: 1, applicationName: 'test', options, onError: () => undefined }),
  );
  t.teardown(() => planners.destroy());
  const executions = [await insertExecution(pool, workflowId), await insertExecution(pool, workflowId)];
  const triggerId = triggers[0]?.triggerId ?? '';
  const plans = executions.map((executionId) => ({
    executionId,
    run: 1,
    state: 'running' as const,
    outcome: null,
    deliveries: [{ id: newId(), triggerId, endpointId, leaseToken: null }],
  }));
  const { locked, planning } = await db.transaction().execute(async (trx) => {
    await sql`SELECT FROM endpoint_gates FOR UPDATE`.execute(trx);
    const planning = planExecutions(planners, plans, 1_000);
    await blocked(db, 1);
    return { locked: await lockedOf(trx, 'workflow_executions', executions), planning: [planning] };
  });
  t.same(locked, executions);
  t.equal((await planning[0])?.size, 2);
});
