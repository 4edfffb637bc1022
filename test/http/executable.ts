import { sql } from 'kysely';
import type { Database } from '../../src/store/database.ts';
import type { Test } from '../helpers/tap.ts';
import { type Call, idOf, setUp } from './management.ts';

/** A workflow and a way to execute it. */
export async function withWorkflow(t: Test) {
  const instance = await setUp(t);
  const made = await instance.call('POST', '/api/workflows', { body: { name: 'a' } });
  const path = `/api/workflows/${idOf(made)}/execute`;
  return {
    ...instance,
    workflowId: idOf(made),
    path,
    execute: (call?: Call) => instance.call('POST', path, call),
  };
}

/** Carries an execution to this end, as a worker would. */
export async function end(db: Database, id: string, state: 'succeeded' | 'failed'): Promise<void> {
  await sql`UPDATE workflow_executions SET state = 'running' WHERE id = ${id}`.execute(db);
  await sql`UPDATE workflow_executions SET state = ${state}, finished_at = now() WHERE id = ${id}`.execute(
    db,
  );
}
