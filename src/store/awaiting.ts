import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { LeasedDelivery } from './work.ts';

export interface LookAgain {
  delivery: LeasedDelivery;
  /** Milliseconds; it is looked after at its deadline at the latest. null: then only. */
  inMs: number | null;
  /** Its execution in n8n, if it was found. */
  n8n: { executionId: string; workflowId: string | null } | null;
}

/**
 * Lets a delivery that is waiting go on waiting, and gives its lease back. Whoever lost the lease meanwhile changes
 * nothing: the callback came, or somebody cancelled, or another worker looks after it.
 */
export async function lookAgain(db: Database, { delivery, inMs, n8n }: LookAgain): Promise<void> {
  await sql`
    UPDATE deliveries SET lease_token = NULL, lease_until = NULL, enqueued_at = NULL,
      next_attempt_at = least(awaited_until, now() + ${inMs}::float8 * interval '1 ms'),
      n8n_execution_id = coalesce(${n8n?.executionId ?? null}, n8n_execution_id),
      n8n_workflow_id = coalesce(${n8n?.workflowId ?? null}, n8n_workflow_id)
    WHERE id = ${delivery.id} AND state = 'waiting' AND lease_token = ${delivery.leaseToken}`.execute(db);
}
