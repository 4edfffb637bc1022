import { sql } from 'kysely';
import type { ConfirmedBy, ExecutionState, TriggerType } from '../domain/states.ts';
import { idCursor, type Page, type PageRequest, toPage } from './cursor.ts';
import type { Database, Tx } from './database.ts';
import { idFloor } from './id-range.ts';

export interface StoredExecution {
  id: string;
  workflowId: string;
  state: ExecutionState;
  triggerType: TriggerType;
  triggeredBy: string | null;
  logId: string | null;
  /** The execution whose request runs again in this one; it may be gone. */
  replayOf: string | null;
  /** The replay of many that made it. */
  replayId: string | null;
  run: number;
  outcome: string | null;
  confirmedBy: ConfirmedBy | null;
  cancelRequestedAt: Date | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

export interface ExecutionFilter {
  workflowId?: string | undefined;
  state?: ExecutionState | undefined;
  triggerType?: TriggerType | undefined;
  /** Created at this time or later. */
  from?: Date | undefined;
  /** Created before this time. */
  to?: Date | undefined;
}

export interface ExecutionRow {
  id: string;
  workflow_id: string;
  state: ExecutionState;
  trigger_type: TriggerType;
  triggered_by: string | null;
  log_id: string | null;
  replay_of: string | null;
  replay_id: string | null;
  run: number;
  outcome: string | null;
  confirmed_by: ConfirmedBy | null;
  cancel_requested_at: Date | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

export const EXECUTION_COLUMNS = [
  'id',
  'workflow_id',
  'state',
  'trigger_type',
  'triggered_by',
  'log_id',
  'replay_of',
  'replay_id',
  'run',
  'outcome',
  'confirmed_by',
  'cancel_requested_at',
  'created_at',
  'started_at',
  'finished_at',
] as const;

const cursors = idCursor('executions');

/**
 * An id is made a moment after the time it is stored with (a body is received in between). The range on the
 * id is this much wider, so that it only narrows the scan and the exact times decide.
 */
const ID_SLACK_MS = 60_000;

export async function listExecutions(
  trx: Tx,
  filter: ExecutionFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<StoredExecution>> {
  const rows = await executionsQuery(trx, filter, cursor)
    .limit(limit + 1)
    .execute();
  return toPage(rows, limit, { item: toExecution, cursor: (row) => cursors.encode(row.id) });
}

/** The statement behind the list, newest first, without its limit. */
export function executionsQuery(trx: Tx, filter: ExecutionFilter, cursor?: string | undefined) {
  let query = trx.selectFrom('workflow_executions').select(EXECUTION_COLUMNS).orderBy('id', 'desc');
  if (cursor !== undefined) query = query.where('id', '<', cursors.decode(cursor)[0] as string);
  if (filter.workflowId !== undefined) query = query.where('workflow_id', '=', filter.workflowId);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.triggerType !== undefined) query = query.where('trigger_type', '=', filter.triggerType);
  if (filter.from !== undefined) {
    const floor = idFloor(filter.from.getTime() - ID_SLACK_MS);
    query = query.where('id', '>=', floor).where('created_at', '>=', filter.from);
  }
  if (filter.to !== undefined) {
    const ceiling = idFloor(filter.to.getTime() + ID_SLACK_MS);
    query = query.where('id', '<', ceiling).where('created_at', '<', filter.to);
  }
  return query;
}

/** Which of these have ended. */
export async function findEnded(db: Database, ids: string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM workflow_executions
    WHERE id = ANY (${ids}::uuid[]) AND state IN ('succeeded', 'failed', 'cancelled', 'dead_lettered')`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

export const toExecution = (row: ExecutionRow): StoredExecution => ({
  id: row.id,
  workflowId: row.workflow_id,
  state: row.state,
  triggerType: row.trigger_type,
  triggeredBy: row.triggered_by,
  logId: row.log_id,
  replayOf: row.replay_of,
  replayId: row.replay_id,
  run: row.run,
  outcome: row.outcome,
  confirmedBy: row.confirmed_by,
  cancelRequestedAt: row.cancel_requested_at,
  createdAt: row.created_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
});
