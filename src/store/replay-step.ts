import { sql } from 'kysely';
import type { ReplayKind } from '../domain/states.ts';
import { becomeTenant, type Database, type Tx } from './database.ts';
import { type DeadLetterFilter, scanDeadLetters } from './dead-letters.ts';
import { redriveExecutions } from './execution-actions.ts';
import { insertReplays } from './log-replay.ts';
import { scanLogs } from './log-scan.ts';
import { replayColumn, type StoredFilter } from './replays.ts';
import { holdLogs } from './retention.ts';

export type ReplayStep =
  /** No replay is due. */
  | { status: 'idle' }
  | { status: 'moved'; replayId: string; replayed: number; skipped: number }
  /** Too many of its executions have not ended yet. */
  | { status: 'waiting'; replayId: string }
  | { status: 'ended'; replayId: string; state: 'completed' | 'stopped' };

interface DueReplay {
  id: string;
  kind: ReplayKind;
  organization_id: string;
  filter: Record<string, unknown>;
  rate_per_second: number;
  /** Of deliveries, where dead letters run again. */
  last_log_id: string | null;
  until_log_id: string;
  requested_by: string;
  /** As text: a Date would cut it to milliseconds. */
  created_at: string;
}

/** Four steps a second: in smaller ones a replay would run more smoothly, and cost more statements. */
const STEPS_PER_SECOND = 4;
const FAILED_STEP_PAUSE = sql`interval '10 seconds'`;

/**
 * Does one step of one replay that is due: makes the executions of its next logs and remembers how far it came, in one
 * transaction, so that each log runs once, whoever is killed when. Any number of processes may call this at once.
 */
export async function stepReplay(db: Database): Promise<ReplayStep> {
  const claimed: { id: string | null } = { id: null };
  try {
    return await db.transaction().execute(async (trx) => {
      const replay = await claimDue(trx);
      if (replay === null) return { status: 'idle' };
      claimed.id = replay.id;
      await becomeTenant(trx, replay.organization_id);
      return step(trx, replay);
    });
  } catch (error) {
    // One that cannot be done must not keep the others from their turn.
    if (claimed.id !== null) await postpone(db, claimed.id);
    throw error;
  }
}

async function claimDue(trx: Tx): Promise<DueReplay | null> {
  const { rows } = await sql<DueReplay>`
    SELECT id, kind, organization_id, filter, rate_per_second, last_log_id, until_log_id, requested_by,
      created_at::text AS created_at
    FROM replays
    WHERE state = 'running' AND next_step_at <= now() ORDER BY next_step_at LIMIT 1 FOR UPDATE SKIP LOCKED`.execute(
    trx,
  );
  return rows[0] ?? null;
}

async function postpone(db: Database, id: string): Promise<void> {
  await sql`
    UPDATE replays SET next_step_at = now() + ${FAILED_STEP_PAUSE} WHERE id = ${id} AND state = 'running'`.execute(
    db,
  );
}

async function step(trx: Tx, replay: DueReplay): Promise<ReplayStep> {
  const { id } = replay;
  const recent = await recentExecutions(trx, replay);
  if (recent.ended >= MIN_JUDGED && recent.failed * 2 > recent.ended) return end(trx, id, 'stopped');
  if (recent.open >= MAX_OPEN) {
    await sql`UPDATE replays SET next_step_at = now() + interval '1 second' WHERE id = ${id}`.execute(trx);
    return { status: 'waiting', replayId: id };
  }
  const limit = Math.ceil(replay.rate_per_second / STEPS_PER_SECOND);
  const { next, ...counts } = await (replay.kind === 'dead_letters' ? redrive : runLogs)(trx, replay, limit);
  await advance(trx, replay, { ...counts, lastLogId: next });
  if (next === null) return end(trx, id, 'completed');
  return { status: 'moved', replayId: id, ...counts };
}

interface Moved {
  replayed: number;
  skipped: number;
  /** The log or the delivery after which to go on; null: nothing is left. */
  next: string | null;
}

async function runLogs(trx: Tx, replay: DueReplay, limit: number): Promise<Moved> {
  await holdLogs(trx);
  const { rows, next } = await scanLogs(trx, {
    filter: toFilter(replay.filter as StoredFilter),
    order: 'asc',
    after: replay.last_log_id ?? undefined,
    through: replay.until_log_id,
    limit,
  });
  const made = await insertReplays(trx, {
    logIds: rows.map((row) => row.id),
    triggeredBy: replay.requested_by,
    enqueued: false,
    replayId: replay.id,
  });
  return { replayed: made.length, skipped: rows.length - made.length, next };
}

async function redrive(trx: Tx, replay: DueReplay, limit: number): Promise<Moved> {
  const { executionIds: ids, next } = await scanDeadLetters(trx, {
    filter: toFilter(replay.filter as StoredFilter<DeadLetterFilter>),
    after: replay.last_log_id,
    through: replay.until_log_id,
    diedBefore: replay.created_at,
    limit,
  });
  const again = await redriveExecutions(trx, { ids, redriveId: replay.id });
  return { replayed: again.length, skipped: ids.length - again.length, next };
}

/** How many ended executions it takes to judge by, and how many of the latest are judged at the most. */
const MIN_JUDGED = 20;
const MAX_JUDGED = 50;
/** Beyond that it would only pile up what an endpoint that is slow, or away, has to take later. */
const MAX_OPEN = 2_000;

/** The state of the latest executions of a replay: how many are open, and of the last that ended, how many failed. */
async function recentExecutions(
  trx: Tx,
  { id, kind }: DueReplay,
): Promise<{ open: number; ended: number; failed: number }> {
  const { rows } = await sql<{ open: number; ended: number; failed: number }>`
    WITH recent AS (
      SELECT id, state, finished_at FROM workflow_executions WHERE ${replayColumn(kind)} = ${id}
      ORDER BY id DESC LIMIT ${MAX_OPEN}
    ), judged AS (
      SELECT state FROM recent WHERE finished_at IS NOT NULL ORDER BY id DESC LIMIT ${MAX_JUDGED}
    )
    SELECT (SELECT count(*) FROM recent WHERE finished_at IS NULL)::int AS open,
      (SELECT count(*) FROM judged)::int AS ended,
      (SELECT count(*) FROM judged WHERE state IN ('failed', 'dead_lettered'))::int AS failed`.execute(trx);
  return rows[0] ?? { open: 0, ended: 0, failed: 0 };
}

/** What was skipped costs nobody anything, so only what was made is waited for. */
async function advance(
  trx: Tx,
  { id, rate_per_second }: DueReplay,
  moved: { replayed: number; skipped: number; lastLogId: string | null },
): Promise<void> {
  const seconds = moved.replayed / rate_per_second;
  await sql`
    UPDATE replays SET replayed = replayed + ${moved.replayed}, skipped = skipped + ${moved.skipped},
      last_log_id = coalesce(${moved.lastLogId}::uuid, last_log_id),
      next_step_at = now() + ${seconds}::float8 * interval '1 second'
    WHERE id = ${id}`.execute(trx);
}

async function end(trx: Tx, id: string, state: 'completed' | 'stopped'): Promise<ReplayStep> {
  await sql`UPDATE replays SET state = ${state}, finished_at = now() WHERE id = ${id}`.execute(trx);
  return { status: 'ended', replayId: id, state };
}

const toFilter = <F extends { from?: string; to?: string }>({ from, to, ...filter }: F) => ({
  ...filter,
  ...(from !== undefined && { from: new Date(from) }),
  ...(to !== undefined && { to: new Date(to) }),
});
