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
  /** Set: whoever plans it also sends it and takes its lease at once, unless the endpoint's circuit is open. */
  leaseToken: string | null;
  /** Set: it is due in so many milliseconds. */
  putOffMs?: number;
  /** Its trigger's filter could not be evaluated: whoever claims it asks again. */
  isUndecided?: boolean;
}

export interface PlannedExecution {
  /** The deliveries whose lease was taken. */
  leased: string[];
  /** Those that wait behind others of the same endpoint. What is in neither list is to be claimed. */
  held: string[];
}

/**
 * Where other deliveries of an endpoint are held, new ones line up behind them, under the lock of its gate: a rush
 * on one that is paced costs one statement for many, not a claim for each. Nothing is leased while a circuit is open.
 * The array has all executions locked before any gate, as a claim does; a join may fetch them one after the other.
 */
const PLACED = sql`waiting AS (
      SELECT g.endpoint_id, greatest(g.last_slot_at, clock_timestamp()) AS last_slot_at,
        coalesce(1 / w.pace_per_second, 0) * interval '1 s' AS step
      FROM endpoint_gates g JOIN webhook_endpoints w ON w.id = g.endpoint_id
      WHERE g.endpoint_id = ANY (ARRAY(SELECT endpoint_id FROM wanted)) AND g.release_at IS NOT NULL
      ORDER BY g.endpoint_id FOR UPDATE OF g
    ), placed AS (
      SELECT wanted.id, wanted.organization_id, wanted.execution_id, wanted.trigger_id, wanted.endpoint_id, wanted.run,
        wanted.put_off_ms,
        CASE WHEN waiting.endpoint_id IS NULL AND failing.endpoint_id IS NULL THEN wanted.lease_token END AS lease_token,
        waiting.last_slot_at
          + waiting.step * row_number() OVER (PARTITION BY wanted.endpoint_id ORDER BY wanted.id) AS held_until
      FROM wanted LEFT JOIN waiting ON waiting.endpoint_id = wanted.endpoint_id
      LEFT JOIN endpoint_gates failing ON failing.endpoint_id = wanted.endpoint_id AND failing.circuit <> 'closed'
    ), lined_up AS (
      UPDATE endpoint_gates g SET last_slot_at = line.ends_at, line_version = line_version + 1
      FROM (SELECT endpoint_id, max(held_until) AS ends_at FROM placed GROUP BY endpoint_id) line
      WHERE g.endpoint_id = line.endpoint_id AND line.ends_at IS NOT NULL
    )`;

/**
 * Moves queued executions on and makes their deliveries, in one statement. Returns the executions that were
 * moved, by id: for all others somebody else was faster.
 */
export async function planExecutions(
  db: Database,
  plans: ExecutionPlan[],
  leaseMs: number,
): Promise<Map<string, PlannedExecution>> {
  const deliveries = plans.flatMap((plan) => plan.deliveries.map((delivery) => ({ ...delivery, plan })));
  const undecided = deliveries.filter(({ isUndecided }) => isUndecided).map(({ id }) => id);
  const { rows } = await sql<{ id: string; leased: string[]; held: string[] }>`
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
    ), wanted AS (
      SELECT d.*, moved.organization_id, moved.run FROM moved JOIN unnest(
        ${deliveries.map((delivery) => delivery.id)}::uuid[],
        ${deliveries.map((delivery) => delivery.plan.executionId)}::uuid[],
        ${deliveries.map((delivery) => delivery.triggerId)}::uuid[],
        ${deliveries.map((delivery) => delivery.endpointId)}::uuid[],
        ${deliveries.map((delivery) => delivery.leaseToken)}::uuid[],
        ${deliveries.map((delivery) => delivery.putOffMs ?? null)}::float8[]
      ) AS d (id, execution_id, trigger_id, endpoint_id, lease_token, put_off_ms) ON d.execution_id = moved.id
    ), ${PLACED}, made AS (
      INSERT INTO deliveries (id, organization_id, execution_id, trigger_id, endpoint_id, run, state, attempts,
        run_attempts, lease_token, lease_until, next_attempt_at, enqueued_at, is_undecided, gate)
      SELECT d.id, d.organization_id, d.execution_id, d.trigger_id, d.endpoint_id, d.run,
        CASE WHEN d.lease_token IS NULL THEN 'pending' ELSE 'sending' END,
        (d.lease_token IS NOT NULL)::int, (d.lease_token IS NOT NULL)::int, d.lease_token,
        CASE WHEN d.lease_token IS NOT NULL THEN now() + ${leaseMs} * interval '1 ms' END,
        CASE WHEN d.lease_token IS NULL THEN
          coalesce(d.held_until, now() + coalesce(d.put_off_ms, 0) * interval '1 ms') ELSE now() + ${leaseMs} * interval '1 ms' END,
        CASE WHEN d.lease_token IS NULL AND d.held_until IS NULL AND d.put_off_ms IS NULL THEN now() END,
        d.id = ANY (${undecided}::uuid[]),
        CASE WHEN d.held_until IS NOT NULL THEN 'held' END
      FROM placed d
      RETURNING id, execution_id, lease_token, gate
    )
    SELECT moved.id, coalesce(array_agg(made.id) FILTER (WHERE made.lease_token IS NOT NULL), '{}') AS leased,
      coalesce(array_agg(made.id) FILTER (WHERE made.gate = 'held'), '{}') AS held
    FROM moved LEFT JOIN made ON made.execution_id = moved.id GROUP BY moved.id`.execute(db);
  return new Map(rows.map(({ id, leased, held }) => [id, { leased, held }]));
}
