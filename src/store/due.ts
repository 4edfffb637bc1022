import { sql } from 'kysely';
import type { Database } from './database.ts';
import { oldestDueEventSeconds } from './event-counts.ts';

/** Work that is due: an execution to plan or a delivery to send. */
export interface DueWork {
  kind: 'execution' | 'delivery';
  id: string;
  run: number;
}

/** How long a row that was given to the queue is left to it. Covers a worker that died holding the job. */
const ENQUEUED_LATELY = sql`interval '10 seconds'`;

/**
 * Takes rows that are due, hold no live lease and were not given to the queue lately, oldest first, and
 * stamps them as given. Any number of processes may ask at once: each row goes to one of them.
 */
export async function takeDue(db: Database, limit: number): Promise<DueWork[]> {
  const deliveries = await takeDueDeliveries(db, limit);
  const executions =
    deliveries.length < limit ? await takeQueuedExecutions(db, limit - deliveries.length) : [];
  return [...deliveries, ...executions];
}

async function takeDueDeliveries(db: Database, limit: number): Promise<DueWork[]> {
  const { rows } = await sql<{ id: string; run: number }>`
    WITH due AS (
      SELECT id FROM deliveries
      WHERE next_attempt_at <= now() AND gate IS DISTINCT FROM 'held'
        AND (enqueued_at IS NULL OR enqueued_at < now() - ${ENQUEUED_LATELY})
      ORDER BY next_attempt_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE deliveries d SET enqueued_at = now() FROM due WHERE d.id = due.id RETURNING d.id, d.run`.execute(
    db,
  );
  return rows.map((row) => ({ kind: 'delivery', ...row }));
}

async function takeQueuedExecutions(db: Database, limit: number): Promise<DueWork[]> {
  const { rows } = await sql<{ id: string; run: number }>`
    WITH due AS (
      SELECT id FROM workflow_executions
      WHERE state = 'queued' AND (enqueued_at IS NULL OR enqueued_at < now() - ${ENQUEUED_LATELY})
      ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE workflow_executions e SET enqueued_at = now() FROM due WHERE e.id = due.id RETURNING e.id, e.run`.execute(
    db,
  );
  return rows.map((row) => ({ kind: 'execution', ...row }));
}

/** Gives back what the queue did not take, so that it is due again at once. */
export async function releaseDue(db: Database, work: DueWork[]): Promise<void> {
  const ids = (kind: DueWork['kind']) => work.filter((item) => item.kind === kind).map((item) => item.id);
  await sql`UPDATE deliveries SET enqueued_at = NULL WHERE id = ANY (${ids('delivery')}::uuid[])`.execute(db);
  await sql`
    UPDATE workflow_executions SET enqueued_at = NULL
    WHERE state = 'queued' AND id = ANY (${ids('execution')}::uuid[])`.execute(db);
}

/**
 * Seconds since the oldest unfinished work fell due; 0 when nothing is due. What a pace or an open circuit holds
 * is not due. Of executions only their first run
 * is due since they were made: a retry queues old ones again, and their deliveries say since when. Events count too,
 * where they do not advance.
 */
export async function oldestDueSeconds(db: Database): Promise<number> {
  return Math.max(...(await Promise.all([oldestDueWorkSeconds(db), oldestDueEventSeconds(db)])));
}

async function oldestDueWorkSeconds(db: Database): Promise<number> {
  const { rows } = await sql<{ seconds: number }>`
    SELECT coalesce(extract(epoch FROM now() - least(
      (SELECT min(next_attempt_at) FROM deliveries
        WHERE next_attempt_at <= now() AND gate IS DISTINCT FROM 'held'),
      (SELECT created_at FROM workflow_executions WHERE state = 'queued' AND run = 1 ORDER BY id LIMIT 1)
    )), 0)::float8 AS seconds`.execute(db);
  return Math.max(0, rows[0]?.seconds ?? 0);
}
