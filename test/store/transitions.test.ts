import { sql } from 'kysely';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import { asTenant } from '../../src/store/database.ts';
import { databaseTime, findProgress, transitionsQuery } from '../../src/store/transitions.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { insertExecution, insertWorkflow } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';

t.test('what is new is found without reading what is old', async (t) => {
  const { db, pool } = await openTestDatabase(t);
  const { workflowId } = await insertWorkflow(db);
  const id = await insertExecution(pool, workflowId);
  await sql`
    INSERT INTO execution_transitions (organization_id, execution_id, seq, from_state, to_state, run, at)
    SELECT ${DEFAULT_ORGANIZATION_ID}, ${id}, n, 'running', 'retrying', 1, now() - (100000 - n) * interval '10 ms'
    FROM generate_series(1, 100000) AS n`.execute(db);
  await sql`VACUUM (ANALYZE) execution_transitions`.execute(db);
  const now = await databaseTime(db);
  const span = {
    organizationIds: [DEFAULT_ORGANIZATION_ID, newId()],
    since: new Date(now.getTime() - 2_000),
    until: new Date(now.getTime() + 1_000),
  };
  const plan = await transitionsQuery(db, span).explain('json', sql`analyze, buffers`);
  const text = JSON.stringify(plan);
  t.match(text, 'execution_transitions_at');
  t.notMatch(text, /"Node Type":"Seq Scan"[^}]*"execution_transitions"/);
});

t.test('the progress of an execution is for its organization', async (t) => {
  const { db, pool } = await openTestDatabase(t);
  const { workflowId } = await insertWorkflow(db);
  const executionId = await insertExecution(pool, workflowId);
  await sql`UPDATE workflow_executions SET state = 'running' WHERE id = ${executionId}`.execute(db);
  const find = (organizationId: string, seq: number) =>
    asTenant(db, organizationId, (trx) => findProgress(trx, { executionId, seq }));
  t.match(await find(DEFAULT_ORGANIZATION_ID, -1), {
    executionId,
    workflowId,
    state: 'running',
    seq: 1,
    transitions: [
      { seq: 0, from: null, to: 'queued' },
      { seq: 1, from: 'queued', to: 'running', executionId, workflowId },
    ],
  });
  t.match(await find(DEFAULT_ORGANIZATION_ID, 0), { transitions: [{ seq: 1 }] });
  t.match(await find(DEFAULT_ORGANIZATION_ID, 1), { transitions: [] });
  t.equal(await find(newId(), -1), null);
});
