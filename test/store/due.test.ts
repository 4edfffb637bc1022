import { sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import { oldestDueSeconds, takeDue } from '../../src/store/due.ts';
import { retryExecution } from '../../src/store/execution-actions.ts';
import { planExecutions } from '../../src/store/plan.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { insertExecution, insertWorkflow } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';

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
