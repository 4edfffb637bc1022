import { sql } from 'kysely';
import { newId } from '../domain/ids.ts';
import type { Tx } from './database.ts';
import { idFloor } from './id-range.ts';
import { holdLogs } from './retention.ts';

export type ReplayLogResult =
  | { status: 'started'; executionId: string; replayOf: string; workflowId: string }
  | {
      status: 'log_not_found' | 'body_not_kept' | 'body_expired' | 'workflow_not_found' | 'workflow_inactive';
    };

interface Row {
  workflow_id: string;
  execution_id: string | null;
  has_body: boolean;
  is_active: boolean | null;
}

/**
 * Makes a new execution of the same bytes. `enqueued`: it goes to the queue right after the commit; if not, the relay
 * takes it from here.
 */
export async function replayLog(
  trx: Tx,
  { logId, triggeredBy, enqueued }: { logId: string; triggeredBy: string; enqueued: boolean },
): Promise<ReplayLogResult> {
  await holdLogs(trx);
  const { rows } = await sql<Row>`
    SELECT l.workflow_id, l.execution_id, l.body IS NOT NULL AS has_body, w.is_active
    FROM webhook_logs l LEFT JOIN workflows w ON w.id = l.workflow_id AND w.deleted_at IS NULL
    WHERE l.id = ${logId}`.execute(trx);
  const [log] = rows;
  if (!log) return { status: (await hasExecution(trx, logId)) ? 'body_expired' : 'log_not_found' };
  if (log.execution_id === null) return { status: 'body_not_kept' };
  if (!log.has_body) return { status: 'body_expired' };
  if (log.is_active === null) return { status: 'workflow_not_found' };
  if (!log.is_active) return { status: 'workflow_inactive' };
  const [executionId] = await insertReplays(trx, { logIds: [logId], triggeredBy, enqueued, replayId: null });
  if (executionId === undefined) return { status: 'workflow_inactive' };
  return { status: 'started', executionId, replayOf: log.execution_id, workflowId: log.workflow_id };
}

/** An execution gets its id together with its log, so it is found near it without an index of its own. */
const NEAR_MS = 1_000;

/** Whether the execution of a log is still there: then the log was, too. */
async function hasExecution(trx: Tx, logId: string): Promise<boolean> {
  const ms = Number.parseInt(logId.replace('-', '').slice(0, 12), 16);
  const { rows } = await sql`
    SELECT FROM workflow_executions
    WHERE id >= ${idFloor(ms)} AND id < ${idFloor(ms + NEAR_MS)} AND log_id = ${logId} LIMIT 1`.execute(trx);
  return rows.length > 0;
}

export interface NewReplays {
  logIds: readonly string[];
  triggeredBy: string;
  enqueued: boolean;
  /** The replay of many that they belong to. */
  replayId: string | null;
}

/**
 * Makes an execution for each of these logs that has its body and whose workflow is active; returns their ids. Among
 * many, what came again is left out: the event runs again by the log in which it came first. The caller holds the logs.
 */
export async function insertReplays(trx: Tx, replays: NewReplays): Promise<string[]> {
  const { logIds, triggeredBy, enqueued, replayId } = replays;
  const { rows } = await sql<{ id: string }>`
    INSERT INTO workflow_executions (id, organization_id, workflow_id, log_id, trigger_type, triggered_by, enqueued_at,
      replay_of, replay_id)
    SELECT n.id, l.organization_id, l.workflow_id, l.id, 'webhook', ${triggeredBy},
      CASE WHEN ${enqueued}::boolean THEN now() END, l.execution_id, ${replayId}::uuid
    FROM unnest(${logIds.map(() => newId())}::uuid[], ${logIds}::uuid[]) AS n (id, log_id)
      JOIN webhook_logs l ON l.id = n.log_id
      JOIN workflows w ON w.id = l.workflow_id AND w.is_active AND w.deleted_at IS NULL
    WHERE l.id = ANY (${logIds}::uuid[]) AND l.body IS NOT NULL AND l.execution_id IS NOT NULL
      AND (${replayId}::uuid IS NULL OR NOT l.is_duplicate)
    RETURNING id`.execute(trx);
  return rows.map((row) => row.id);
}
