import { sql } from 'kysely';
import { type ExecutionState, hasEnded, RETRYABLE_STATES } from '../domain/states.ts';
import type { Tx } from './database.ts';
import type { DueWork } from './due.ts';
import { holdLogs } from './retention.ts';

export type RetryResult =
  /** `work` is due now. */
  | { status: 'queued'; work: DueWork[] }
  | { status: 'not_retryable' | 'workflow_deleted' | 'workflow_inactive' | 'body_expired' | 'not_found' };

/**
 * Queues an execution that failed for another run of the deliveries that did not succeed.
 * `enqueued`: the work goes to the queue right after the commit; if not, the relay takes it from here.
 */
export async function retryExecution(
  trx: Tx,
  { id, enqueued }: { id: string; enqueued: boolean },
): Promise<RetryResult> {
  const [row] = await lockRetryable(trx, [id]);
  if (!row) return { status: 'not_found' };
  const refusal = refusalOf(row);
  if (refusal !== null) return { status: refusal };
  return { status: 'queued', work: await queueAgain(trx, [id], enqueued) };
}

/**
 * The same for many, for the relay to take: those of them that are dead letters as a whole and can run again; returns
 * which. They belong to this redrive from now on.
 */
export async function redriveExecutions(
  trx: Tx,
  { ids, redriveId }: { ids: string[]; redriveId: string },
): Promise<string[]> {
  const rows = await lockRetryable(trx, ids);
  const again = rows.filter((row) => row.state === 'dead_lettered' && refusalOf(row) === null);
  const chosen = again.map((row) => row.id);
  if (chosen.length === 0) return [];
  await queueAgain(trx, chosen, false);
  await sql`
    UPDATE workflow_executions SET redrive_id = ${redriveId} WHERE id = ANY (${chosen}::uuid[])`.execute(trx);
  return chosen;
}

/**
 * Locks those of them that are there, and answers which of these can run again now, and which cannot because the
 * webhook that they ran is gone.
 */
export async function lockFailed(trx: Tx, ids: string[]): Promise<{ again: string[]; expired: string[] }> {
  const rows = await lockRetryable(trx, ids);
  const refusedFor = (refusal: ReturnType<typeof refusalOf>) =>
    rows.filter((row) => refusalOf(row) === refusal).map((row) => row.id);
  return { again: refusedFor(null), expired: refusedFor('body_expired') };
}

function refusalOf(row: Retryable): Exclude<RetryResult['status'], 'queued' | 'not_found'> | null {
  if (!RETRYABLE_STATES.includes(row.state)) return 'not_retryable';
  if (row.deleted_at !== null) return 'workflow_deleted';
  if (!row.is_active) return 'workflow_inactive';
  return row.expired ? 'body_expired' : null;
}

/** Locked in the order of their ids, like every writer of deliveries does; their bytes stay, if they are there. */
async function lockRetryable(trx: Tx, ids: string[]): Promise<Retryable[]> {
  await holdLogs(trx);
  const { rows } = await sql<Retryable>`
    SELECT e.id, e.state, w.is_active, w.deleted_at,
      e.log_id IS NOT NULL AND NOT EXISTS (SELECT FROM webhook_logs l WHERE l.id = e.log_id) AS expired
    FROM workflow_executions e JOIN workflows w ON w.id = e.workflow_id
    WHERE e.id = ANY (${ids}::uuid[]) ORDER BY e.id FOR UPDATE OF e`.execute(trx);
  return rows;
}

interface Retryable {
  id: string;
  state: ExecutionState;
  is_active: boolean;
  deleted_at: Date | null;
  /** The webhook that it runs is gone. */
  expired: boolean;
}

/**
 * Of executions that the caller has locked. What did not succeed begins anew: a delivery that others stood in for, too, unless one of those took it. They count
 * no more, and go on when the fallback of the new run comes to them.
 */
export async function queueAgain(trx: Tx, ids: string[], enqueued: boolean): Promise<DueWork[]> {
  const stamp = enqueued ? sql`now()` : sql`NULL`;
  const { rows: executions } = await sql<Again>`
    UPDATE workflow_executions SET state = 'queued', run = run + 1, outcome = NULL, confirmed_by = NULL,
      cancel_requested_at = NULL, finished_at = NULL, enqueued_at = ${stamp}
    WHERE id = ANY (${ids}::uuid[]) RETURNING id, run, organization_id`.execute(trx);
  const { rows: deliveries } = await sql<Again>`
    WITH lost AS (
      SELECT execution_id, trigger_id FROM deliveries
      WHERE execution_id = ANY (${ids}::uuid[]) AND state IN ('failed', 'dead_lettered') AND NOT is_superseded
    ), stood_in AS (
      UPDATE deliveries d SET is_superseded = true FROM lost
      WHERE (d.execution_id, d.trigger_id) = (lost.execution_id, lost.trigger_id)
        AND d.fallback_step > 0 AND NOT d.is_superseded
    )
    UPDATE deliveries d SET state = 'pending', run = e.run, run_attempts = 0, next_attempt_at = now(),
      outcome = NULL, confirmed_by = NULL, finished_at = NULL, is_superseded = false, enqueued_at = ${stamp},
      callback = NULL, awaited_until = NULL, n8n_execution_id = NULL, n8n_workflow_id = NULL
    FROM lost JOIN workflow_executions e ON e.id = lost.execution_id
    WHERE (d.execution_id, d.trigger_id, d.fallback_step) = (lost.execution_id, lost.trigger_id, 0)
    RETURNING d.id, d.run, d.organization_id`.execute(trx);
  return [
    ...executions.map((row) => toWork('execution', row)),
    ...deliveries.map((row) => toWork('delivery', row)),
  ];
}

interface Again {
  id: string;
  run: number;
  organization_id: string;
}

const toWork = (kind: DueWork['kind'], { id, run, organization_id: organizationId }: Again): DueWork => ({
  kind,
  id,
  run,
  organizationId,
});

export type CancelResult = { status: 'cancelled' | 'requested' | 'ended' | 'not_found' };

/** `requested`: an attempt is under way; it is let finish, and if it succeeds, success wins. */
export async function cancelExecution(trx: Tx, id: string): Promise<CancelResult> {
  const { rows } = await sql<{ state: ExecutionState }>`
    SELECT state FROM workflow_executions WHERE id = ${id} FOR UPDATE`.execute(trx);
  const [row] = rows;
  if (!row) return { status: 'not_found' };
  if (hasEnded(row.state)) return { status: 'ended' };
  const cancelled = await cancelLocked(trx, [id]);
  return { status: cancelled.has(id) ? 'cancelled' : 'requested' };
}

/**
 * Cancels up to `limit` open executions of a workflow whose ids come after `after`. Returns the last id it
 * looked at; null when there are no more. For a loop of short transactions: a workflow can have any number.
 */
export async function cancelOpenExecutions(
  trx: Tx,
  batch: { workflowId: string; after: string | null; limit: number },
): Promise<string | null> {
  // Locked in the order of their ids, like every writer of deliveries does.
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM workflow_executions
    WHERE workflow_id = ${batch.workflowId} AND state IN ('queued', 'running', 'retrying', 'waiting')
      AND (${batch.after}::uuid IS NULL OR id > ${batch.after}::uuid)
    ORDER BY id LIMIT ${batch.limit} FOR UPDATE`.execute(trx);
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return null;
  await cancelLocked(trx, ids);
  return ids.at(-1) ?? null;
}

/**
 * Cancels what is not being sent at this moment. The rows of these executions are locked already, so nobody
 * else moves their deliveries meanwhile, except that gates let go what they held. Returns the executions that are cancelled now.
 */
async function cancelLocked(trx: Tx, ids: string[]): Promise<Set<string>> {
  // In the order of their ids: what is held may be let go at this moment, without a lock of its execution.
  await sql`
    SELECT FROM deliveries WHERE execution_id = ANY (${ids}::uuid[]) AND state IN ('pending', 'retrying', 'waiting')
    ORDER BY id FOR UPDATE`.execute(trx);
  await sql`
    UPDATE deliveries SET state = 'cancelled', outcome = 'cancelled', finished_at = now(), next_attempt_at = NULL,
      enqueued_at = NULL, gate = NULL, lease_token = NULL, lease_until = NULL, awaited_until = NULL
    WHERE execution_id = ANY (${ids}::uuid[]) AND state IN ('pending', 'retrying', 'waiting')`.execute(trx);
  await sql`
    UPDATE workflow_executions SET cancel_requested_at = coalesce(cancel_requested_at, now())
    WHERE id = ANY (${ids}::uuid[])`.execute(trx);
  const { rows } = await sql<{ id: string }>`
    UPDATE workflow_executions e SET state = 'cancelled', outcome = 'cancelled', finished_at = now()
    WHERE e.id = ANY (${ids}::uuid[]) AND NOT EXISTS (
      SELECT FROM deliveries d WHERE d.execution_id = e.id AND d.state = 'sending')
    RETURNING e.id`.execute(trx);
  return new Set(rows.map((row) => row.id));
}
