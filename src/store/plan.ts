import { sql } from 'kysely';
import type { Database } from './database.ts';

/** What an execution is to become: its deliveries, or its end when there is nothing to deliver. */
export interface ExecutionPlan {
  executionId: string;
  run: number;
  /** What the execution becomes. `running` when it has deliveries. */
  state: 'running' | 'succeeded' | 'cancelled';
  outcome: string | null;
  deliveries: PlannedDelivery[];
}

export interface PlannedDelivery {
  id: string;
  triggerId: string;
  endpointId: string;
  /** Set: whoever plans it also sends it and takes its lease at once. */
  leaseToken: string | null;
}

/**
 * Moves queued executions on and makes their deliveries, in one statement. Returns the ids of the
 * executions that were moved: for all others somebody else was faster.
 */
export async function planExecutions(
  db: Database,
  plans: ExecutionPlan[],
  leaseMs: number,
): Promise<Set<string>> {
  const deliveries = plans.flatMap((plan) => plan.deliveries.map((delivery) => ({ ...delivery, plan })));
  const { rows } = await sql<{ id: string }>`
    WITH plan AS (
      SELECT * FROM unnest(
        ${plans.map((plan) => plan.executionId)}::uuid[], ${plans.map((plan) => plan.run)}::int[],
        ${plans.map((plan) => plan.state)}::text[], ${plans.map((plan) => plan.outcome)}::text[]
      ) AS p (execution_id, run, state, outcome)
    ), moved AS (
      UPDATE workflow_executions e
      SET state = plan.state, outcome = plan.outcome, started_at = coalesce(e.started_at, now()),
        finished_at = CASE WHEN plan.state <> 'running' THEN now() END
      FROM plan WHERE e.id = plan.execution_id AND e.run = plan.run AND e.state = 'queued'
      RETURNING e.id, e.organization_id, e.run
    ), made AS (
      INSERT INTO deliveries (id, organization_id, execution_id, trigger_id, endpoint_id, run, state, attempts,
        run_attempts, lease_token, lease_until, next_attempt_at, enqueued_at)
      SELECT d.id, moved.organization_id, moved.id, d.trigger_id, d.endpoint_id, moved.run,
        CASE WHEN d.lease_token IS NULL THEN 'pending' ELSE 'sending' END,
        (d.lease_token IS NOT NULL)::int, (d.lease_token IS NOT NULL)::int, d.lease_token,
        CASE WHEN d.lease_token IS NOT NULL THEN now() + ${leaseMs} * interval '1 ms' END,
        CASE WHEN d.lease_token IS NULL THEN now() ELSE now() + ${leaseMs} * interval '1 ms' END,
        CASE WHEN d.lease_token IS NULL THEN now() END
      FROM moved JOIN unnest(
        ${deliveries.map((delivery) => delivery.id)}::uuid[],
        ${deliveries.map((delivery) => delivery.plan.executionId)}::uuid[],
        ${deliveries.map((delivery) => delivery.triggerId)}::uuid[],
        ${deliveries.map((delivery) => delivery.endpointId)}::uuid[],
        ${deliveries.map((delivery) => delivery.leaseToken)}::uuid[]
      ) AS d (id, execution_id, trigger_id, endpoint_id, lease_token) ON d.execution_id = moved.id
    )
    SELECT id FROM moved`.execute(db);
  return new Set(rows.map((row) => row.id));
}
