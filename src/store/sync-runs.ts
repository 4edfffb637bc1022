import { sql } from 'kysely';
import type { RunState } from '../domain/sync.ts';
import { idCursor, type Page, type PageRequest, toPage } from './cursor.ts';
import type { Tx } from './database.ts';

export interface StoredSyncRun {
  id: string;
  configId: string;
  direction: 'inbound' | 'outbound';
  state: RunState;
  /** null: the other side has not said how many it has. */
  total: number | null;
  /** Of an outbound one: delivered. Of an inbound one: received. */
  done: number;
  failed: number;
  /** Records that are on their way. */
  sending: number;
  requestedBy: string;
  createdAt: Date;
  finishedAt: Date | null;
}

interface RunRow {
  id: string;
  config_id: string;
  direction: 'inbound' | 'outbound';
  state: RunState;
  total: number | null;
  done: number;
  failed: number;
  unsent: [string, number][];
  requested_by: string;
  created_at: Date;
  finished_at: Date | null;
}

const COLUMNS = sql`u.id, u.config_id, u.direction, u.state, u.total, u.done, u.failed, u.unsent, u.requested_by,
  u.created_at, u.finished_at`;

export interface NewSyncRun {
  id: string;
  organizationId: string;
  configId: string;
  direction: 'inbound' | 'outbound';
  total: number | null;
  requestedBy: string;
}

/** `running`: the config has one that has not ended. */
export async function insertSyncRun(trx: Tx, run: NewSyncRun): Promise<'begun' | 'running'> {
  const { rows } = await sql`
    INSERT INTO sync_runs (id, organization_id, config_id, direction, total, requested_by)
    VALUES (${run.id}, ${run.organizationId}, ${run.configId}, ${run.direction}, ${run.total}, ${run.requestedBy})
    ON CONFLICT (config_id) WHERE state IN ('running', 'paused') DO NOTHING RETURNING 1`.execute(trx);
  return rows.length > 0 ? 'begun' : 'running';
}

export async function findSyncRun(trx: Tx, configId: string, id: string): Promise<StoredSyncRun | null> {
  const { rows } = await sql<RunRow>`
    SELECT ${COLUMNS} FROM sync_runs u WHERE u.config_id = ${configId} AND u.id = ${id}`.execute(trx);
  return rows[0] === undefined ? null : toRun(rows[0]);
}

const cursors = idCursor('sync_runs');

/** Newest first. */
export async function listSyncRuns(
  trx: Tx,
  configId: string,
  { limit, cursor }: PageRequest,
): Promise<Page<StoredSyncRun>> {
  const before = cursor === undefined ? sql`true` : sql`u.id < ${cursors.decode(cursor)[0]}::uuid`;
  const { rows } = await sql<RunRow>`
    SELECT ${COLUMNS} FROM sync_runs u WHERE u.config_id = ${configId} AND ${before}
    ORDER BY u.id DESC LIMIT ${limit + 1}`.execute(trx);
  return toPage(rows, limit, { item: toRun, cursor: (row) => cursors.encode(row.id) });
}

/** The states that each command may be given in, and what it leads to. */
const MOVES = {
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  cancel: { from: ['running', 'paused'], to: 'cancelled' },
} as const;
export type RunCommand = keyof typeof MOVES;

/** Whether the state allowed it. */
export async function moveSyncRun(trx: Tx, id: string, command: RunCommand): Promise<boolean> {
  const { from, to } = MOVES[command];
  const { rows } = await sql`
    UPDATE sync_runs SET state = ${to}, next_step_at = now(),
      finished_at = CASE WHEN ${to === 'cancelled'} THEN now() END
    WHERE id = ${id} AND state = ANY (${[...from]}::text[]) RETURNING 1`.execute(trx);
  return rows.length > 0;
}

export interface ReceivedBatch {
  runId: string;
  records: number;
  /** How many there are in all, when the other side says so. */
  total: number | null;
  isLast: boolean;
}

/** Counts what came for an inbound run that is running. */
export async function countReceived(
  trx: Tx,
  { runId, records, total, isLast }: ReceivedBatch,
): Promise<void> {
  await sql`
    UPDATE sync_runs SET done = done + ${records}, total = coalesce(${total}::int, total),
      state = CASE WHEN ${isLast} THEN 'completed' ELSE state END,
      finished_at = CASE WHEN ${isLast} THEN now() END
    WHERE id = ${runId} AND state = 'running'`.execute(trx);
}

const toRun = (row: RunRow): StoredSyncRun => ({
  id: row.id,
  configId: row.config_id,
  direction: row.direction,
  state: row.state,
  total: row.total,
  done: row.done,
  failed: row.failed,
  sending: row.unsent.reduce((sum, [, records]) => sum + records, 0),
  requestedBy: row.requested_by,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
});
