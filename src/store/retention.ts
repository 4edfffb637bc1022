import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';
import { idFloor } from './id-range.ts';

/**
 * Any number, the same in every process. Held in share by whoever makes or reopens an execution of a webhook that
 * was logged before, and alone by retention from its look for such executions until their bytes are gone.
 */
const LOGS_LOCK = 7_201_744_309;

const OPEN = sql`('queued', 'running', 'retrying', 'waiting')`;

/** From here to the end of the transaction, no bytes are taken away. Look whether they are there only after it. */
export async function holdLogs(trx: Tx): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock_shared(${LOGS_LOCK})`.execute(trx);
}

/** Before this time, nothing is kept. */
export const retentionCutoff = (days: number, now: Date = new Date()): Date =>
  new Date(now.getTime() - days * 86_400_000);

/**
 * Drops the daily partitions of `webhook_logs` that ended before the cutoff and belong to no execution that still has
 * to run. Returns how many. Safe to run in any number of processes at once.
 * @throws Error when somebody reads webhook_logs for so long that no more can be dropped now.
 */
export async function dropExpiredPartitions(db: Database, cutoff: Date): Promise<number> {
  let dropped = 0;
  for (const partition of await expiredPartitions(db, cutoff)) {
    const result = await dropPartition(db, partition);
    if (result === 'dropped') dropped++;
    // The others would wait for the same readers, and webhooks behind each of them.
    if (result === 'in_use')
      throw new Error(`kept for now, because webhook_logs is in use: ${partition.name}`);
  }
  return dropped;
}

interface Partition {
  name: string;
  /** Its range of ids: from, and up to but without. */
  first: string;
  end: string;
}

async function expiredPartitions(db: Database, cutoff: Date): Promise<Partition[]> {
  const { rows } = await sql<{ name: string; day: string }>`
    SELECT c.relname AS name, right(c.relname, 8) AS day
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'webhook_logs'::regclass AND c.relname ~ '^webhook_logs_[0-9]{8}$'
    ORDER BY 1`.execute(db);
  return rows.flatMap(({ name, day }) => {
    const start = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)));
    const end = start + 86_400_000;
    return end <= cutoff.getTime() ? [{ name, first: idFloor(start), end: idFloor(end) }] : [];
  });
}

/**
 * DROP needs webhook_logs for itself, and whoever wants to store a webhook waits behind it: so it may wait for others
 * this long at the most, and is tried again with the next round. (DETACH CONCURRENTLY, which waits for no one, is not
 * to be had beside a default partition.) It then takes milliseconds, whatever the size: the files go afterwards.
 */
const DROP_LOCK_TIMEOUT = '200ms';
/** For those who retry or replay something at this moment. */
const HOLD_TIMEOUT = '5s';
const LOCK_NOT_AVAILABLE = '55P03';

async function dropPartition(db: Database, partition: Partition): Promise<'dropped' | 'needed' | 'in_use'> {
  // Without the lock first: with many executions open the look takes a while, and usually tells enough.
  if (await hasOpenExecutions(db, partition)) return 'needed';
  try {
    return await db.transaction().execute(async (trx) => {
      await takeLogsLock(trx);
      if (await hasOpenExecutions(trx, partition)) return 'needed';
      await sql`SELECT set_config('lock_timeout', ${DROP_LOCK_TIMEOUT}, true)`.execute(trx);
      // Another process may have been faster.
      await sql`DROP TABLE IF EXISTS ${sql.table(partition.name)}`.execute(trx);
      return 'dropped';
    });
  } catch (error) {
    if ((error as { code?: unknown }).code === LOCK_NOT_AVAILABLE) return 'in_use';
    throw error;
  }
}

async function takeLogsLock(trx: Tx): Promise<void> {
  await sql`SELECT set_config('lock_timeout', ${HOLD_TIMEOUT}, true)`.execute(trx);
  await sql`SELECT pg_advisory_xact_lock(${LOGS_LOCK})`.execute(trx);
}

/** Of any kind: of the webhook itself, retried, or replayed. By organization, because the index begins with it. */
async function hasOpenExecutions(db: Database, { first, end }: Partition): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM organizations o CROSS JOIN LATERAL (
      SELECT FROM workflow_executions e
      WHERE e.organization_id = o.id AND e.state IN ${OPEN} AND e.log_id >= ${first} AND e.log_id < ${end} LIMIT 1
    ) AS open LIMIT 1`.execute(db);
  return rows.length > 0;
}

const BATCH = 500;

/**
 * Deletes what is before the cutoff from the default partition, which holds the rows of days that had none of their
 * own. Returns how many rows.
 */
export function deleteExpiredLogs(db: Database, cutoff: Date, signal?: AbortSignal): Promise<number> {
  return inBatches(signal, (after) =>
    db.transaction().execute(async (trx) => {
      await takeLogsLock(trx);
      const { rows } = await sql<Batch>`
        WITH expired AS MATERIALIZED (
          SELECT id FROM ONLY webhook_logs_default
          WHERE id < ${idFloor(cutoff.getTime())} AND id > ${after}::uuid ORDER BY id LIMIT ${BATCH}
        ), needed AS (
          SELECT open.log_id FROM organizations o CROSS JOIN LATERAL (
            SELECT e.log_id FROM workflow_executions e
            WHERE e.organization_id = o.id AND e.state IN ${OPEN} AND e.log_id = ANY (ARRAY(SELECT id FROM expired))
          ) AS open
        ), gone AS (
          DELETE FROM ONLY webhook_logs_default
          WHERE id = ANY (ARRAY(SELECT id FROM expired)) AND id <> ALL (ARRAY(SELECT log_id FROM needed)) RETURNING 1
        )
        SELECT (SELECT count(*) FROM expired)::int AS looked, (SELECT count(*) FROM gone)::int AS deleted,
          (SELECT id FROM expired ORDER BY id DESC LIMIT 1) AS last`.execute(trx);
      return rows[0] ?? NOTHING;
    }),
  );
}

/**
 * Deletes executions that ended before the cutoff, with their deliveries, attempts and transitions. Returns how many.
 * What somebody else has locked stays for the next round.
 */
export function deleteExpiredExecutions(db: Database, cutoff: Date, signal?: AbortSignal): Promise<number> {
  return inBatches(signal, async (after) => {
    // By id, which is older than the end: of a finished_at there is no index, and storing webhooks would pay for it.
    const { rows } = await sql<Batch>`
      WITH old AS MATERIALIZED (
        SELECT id FROM workflow_executions
        WHERE id < ${idFloor(cutoff.getTime())} AND id > ${after}::uuid AND finished_at < ${cutoff}
        ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
      ), gone AS (
        DELETE FROM workflow_executions e USING old WHERE e.id = old.id RETURNING 1
      )
      SELECT (SELECT count(*) FROM old)::int AS looked, (SELECT count(*) FROM gone)::int AS deleted,
        (SELECT id FROM old ORDER BY id DESC LIMIT 1) AS last`.execute(db);
    return rows[0] ?? NOTHING;
  });
}

/**
 * Deletes events, of both directions, that ended before the cutoff, with their attempts. Returns how many. What is
 * still to be sent stays, however old it is.
 */
export function deleteExpiredEvents(db: Database, cutoff: Date, signal?: AbortSignal): Promise<number> {
  return inBatches(signal, async (after) => {
    const { rows } = await sql<Batch>`
      WITH old AS MATERIALIZED (
        SELECT id FROM webhook_events
        WHERE id < ${idFloor(cutoff.getTime())} AND id > ${after}::uuid AND finished_at < ${cutoff}
          AND next_attempt_at IS NULL
        ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
      ), gone AS (
        DELETE FROM webhook_events v USING old WHERE v.id = old.id RETURNING 1
      )
      SELECT (SELECT count(*) FROM old)::int AS looked, (SELECT count(*) FROM gone)::int AS deleted,
        (SELECT id FROM old ORDER BY id DESC LIMIT 1) AS last`.execute(db);
    return rows[0] ?? NOTHING;
  });
}

/** Deletes the counts of refusals of the minutes before the cutoff. Returns how many counts. */
export function deleteExpiredRefusalCounts(
  db: Database,
  cutoff: Date,
  signal?: AbortSignal,
): Promise<number> {
  return inBatches(signal, async () => {
    const { numAffectedRows } = await sql`
      DELETE FROM webhook_refusal_counts WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM webhook_refusal_counts WHERE minute < ${cutoff} LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))`.execute(
      db,
    );
    const deleted = Number(numAffectedRows ?? 0);
    // All it looked at is gone, so the next batch is found where this one was.
    return { looked: deleted, deleted, last: FIRST_ID };
  });
}

/** Deletes replays that ended before the cutoff; executions that came of them and are still kept stay. Returns how many. */
export async function deleteExpiredReplays(db: Database, cutoff: Date): Promise<number> {
  const result = await db.deleteFrom('replays').where('finished_at', '<', cutoff).executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** Deletes what was unusual and ended before the cutoff, with what was told of it to the operator. Returns how many. */
export async function deleteExpiredEpisodes(db: Database, cutoff: Date): Promise<number> {
  const result = await db.deleteFrom('alert_episodes').where('ended_at', '<', cutoff).executeTakeFirst();
  return Number(result.numDeletedRows);
}

interface Batch {
  looked: number;
  deleted: number;
  /** The last id it looked at. */
  last: string | null;
}

const NOTHING: Batch = { looked: 0, deleted: 0, last: null };
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Short statements one after the other, until nothing is left to look at. */
async function inBatches(
  signal: AbortSignal | undefined,
  batch: (after: string) => Promise<Batch>,
): Promise<number> {
  let total = 0;
  let after: string | null = FIRST_ID;
  while (after !== null && !signal?.aborted) {
    const { looked, deleted, last }: Batch = await batch(after);
    total += deleted;
    after = looked < BATCH ? null : last;
  }
  return total;
}
