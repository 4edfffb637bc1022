import { CompiledQuery, sql } from 'kysely';
import type pg from 'pg';
import { createDatabase, type Database, type Tx } from './database.ts';
import { lockFailed, queueAgain } from './execution-actions.ts';
import {
  type EventClaim,
  encodeKeyed,
  INSERT_EXECUTIONS,
  type IngestRow,
  KEYED_INPUT_TABLE,
  LOCK_TIMEOUT_MS,
  LOG_COLUMNS,
  logValues,
} from './ingest-batch.ts';

// The keys come first and in order, so that processes that bring the same events wait for each other and never in
// a circle: nothing else is inserted before the last key is taken, which counting them makes sure of. A key that is
// our own already was taken by this very batch, whose commit was not confirmed.
const TAKE_EVENTS = {
  name: 'ingest_events',
  text: `
    WITH input AS MATERIALIZED (${KEYED_INPUT_TABLE}
    ), won AS (
      INSERT INTO webhook_dedup AS d (organization_id, workflow_id, key_sha256, execution_id, expires_at)
      SELECT DISTINCT ON (workflow_id, key_sha256) organization_id, workflow_id, key_sha256, execution_id,
        now() + make_interval(secs => window_seconds)
      FROM input WHERE window_seconds IS NOT NULL
      ORDER BY workflow_id, key_sha256, place
      ON CONFLICT (workflow_id, key_sha256) DO UPDATE
      SET execution_id = EXCLUDED.execution_id, expires_at = EXCLUDED.expires_at
      WHERE d.expires_at <= now() OR d.execution_id = EXCLUDED.execution_id
      RETURNING execution_id
    ), accepted AS (
      SELECT input.* FROM input LEFT JOIN won USING (execution_id)
      WHERE (window_seconds IS NULL OR won.execution_id IS NOT NULL) AND (SELECT count(*) FROM won) >= 0
    ), logged AS (
      INSERT INTO webhook_logs AS l (${LOG_COLUMNS})
      SELECT ${logValues('execution_id')}
      FROM accepted
      -- Written as a duplicate, whose confirmation was lost, while the time of the first one ran out.
      ON CONFLICT (id) DO UPDATE SET execution_id = EXCLUDED.execution_id, is_duplicate = false
      WHERE l.execution_id IS DISTINCT FROM EXCLUDED.execution_id
    ), started AS (
      ${INSERT_EXECUTIONS}
      FROM accepted
      ON CONFLICT (id) DO NOTHING
    )
    SELECT execution_id FROM won`,
};

/**
 * Stores the rows whose events nobody brought before, and those without one. Resolves to the others, which are
 * duplicates: of requests whose commit was waited for, so that a look at it finds it.
 */
export async function takeEvents(client: pg.PoolClient, rows: readonly IngestRow[]): Promise<IngestRow[]> {
  const result = await client.query<{ execution_id: string }>({ ...TAKE_EVENTS, values: encodeKeyed(rows) });
  const won = new Set(result.rows.map((row) => row.execution_id));
  const lost = rows.filter((row) => row.event !== null && !won.has(row.executionId));
  for (const row of lost) eventOf(row).step = 'taken';
  return lost;
}

// is_new: not yet written by an earlier try of the same batch.
const WRITE_DUPLICATES = {
  name: 'ingest_duplicates',
  text: `
    WITH input AS (${KEYED_INPUT_TABLE}
    ), known AS MATERIALIZED (
      SELECT input.*, d.execution_id AS first_id
      FROM input
        JOIN webhook_dedup d ON d.workflow_id = input.workflow_id AND d.key_sha256 = input.key_sha256
        LEFT JOIN workflow_executions e ON e.id = d.execution_id
      WHERE $17::bool OR e.state IS NULL OR e.state NOT IN ('failed', 'dead_lettered')
    ), logged AS (
      INSERT INTO webhook_logs (${LOG_COLUMNS}, is_duplicate)
      SELECT ${logValues('first_id')}, true
      FROM known
      ON CONFLICT (id) DO NOTHING
      RETURNING id
    )
    SELECT known.log_id, known.first_id, logged.id IS NOT NULL AS is_new
    FROM known LEFT JOIN logged ON logged.id = known.log_id`,
};

interface Duplicate {
  log_id: string;
  first_id: string;
  is_new: boolean;
}

/**
 * Stores duplicates, with what came first. Resolves to those of which that failed, or whose event has been forgotten
 * meanwhile.
 */
export async function writeDuplicates(
  client: pg.PoolClient,
  rows: readonly IngestRow[],
): Promise<IngestRow[]> {
  const values = [...encodeKeyed(rows), false];
  const written = await client.query<Duplicate>({ ...WRITE_DUPLICATES, values });
  return settle(rows, written.rows, 'failed');
}

/** Who stands still in the middle of a transaction must not keep a sender's events from all others. */
const RERUN_SETTINGS = { lock_timeout: LOCK_TIMEOUT_MS, idle_in_transaction_session_timeout: 5_000 };

/**
 * Stores duplicates of what failed, and has that run again: once, however many duplicates there are at once. Resolves
 * to those that are not duplicates any more, because their event has been forgotten, or the bytes are gone that would
 * have to run again.
 */
export async function rerunFailed(pool: pg.Pool, rows: readonly IngestRow[]): Promise<IngestRow[]> {
  const written = await createDatabase(pool, { local: RERUN_SETTINGS })
    .transaction()
    .execute(async (trx) => {
      const { again, expired } = await lockFailed(trx, await findFirsts(trx, rows));
      await forgetEvents(trx, rows, expired);
      const values = [...encodeKeyed(rows), true];
      const result = await trx.executeQuery<Duplicate>(CompiledQuery.raw(WRITE_DUPLICATES.text, values));
      // Its log row is what tells that a duplicate has had its run already, in a try whose commit was not confirmed.
      const asked = new Set(result.rows.filter((row) => row.is_new).map((row) => row.first_id));
      const chosen = again.filter((id) => asked.has(id));
      if (chosen.length > 0) await queueAgain(trx, chosen, false);
      return result.rows;
    });
  return settle(rows, written, 'take');
}

/** As the two arrays of a table of keys. */
const keysOf = (rows: readonly IngestRow[]) =>
  sql`unnest(${rows.map((row) => row.workflowId)}::uuid[], ${rows.map((row) => eventOf(row).sha256)}::bytea[])
    AS k (workflow_id, key_sha256)`;

async function findFirsts(trx: Tx, rows: readonly IngestRow[]): Promise<string[]> {
  const { rows: firsts } = await sql<{ execution_id: string }>`
    SELECT DISTINCT d.execution_id FROM webhook_dedup d JOIN ${keysOf(rows)} USING (workflow_id, key_sha256)`.execute(
    trx,
  );
  return firsts.map((row) => row.execution_id);
}

async function forgetEvents(trx: Tx, rows: readonly IngestRow[], executionIds: string[]): Promise<void> {
  if (executionIds.length === 0) return;
  // In the order in which everybody locks them.
  await sql`
    WITH locked AS (
      SELECT d.workflow_id, d.key_sha256 FROM webhook_dedup d JOIN ${keysOf(rows)} USING (workflow_id, key_sha256)
      WHERE d.execution_id = ANY (${executionIds}::uuid[])
      ORDER BY d.workflow_id, d.key_sha256 FOR UPDATE OF d
    )
    DELETE FROM webhook_dedup d USING locked
    WHERE d.workflow_id = locked.workflow_id AND d.key_sha256 = locked.key_sha256`.execute(trx);
}

/** Tells the rows that were written what they are duplicates of; returns the others, for their next step. */
function settle(
  rows: readonly IngestRow[],
  written: readonly Duplicate[],
  next: EventClaim['step'],
): IngestRow[] {
  const firstOf = new Map(written.map((row) => [row.log_id, row.first_id]));
  return rows.filter((row) => {
    const event = eventOf(row);
    const first = firstOf.get(row.logId);
    if (first === undefined) event.step = next;
    // Its own: an earlier try got in after all.
    else event.duplicateOf = first === row.executionId ? null : first;
    return first === undefined;
  });
}

function eventOf(row: IngestRow): EventClaim {
  if (row.event === null) throw new Error('a row without an event cannot be a duplicate');
  return row.event;
}

const BATCH = 1_000;

/** Forgets events whose window is over; how many there were. What somebody takes over at this moment stays. */
export async function deleteExpiredEventKeys(db: Database, signal?: AbortSignal): Promise<number> {
  let total = 0;
  while (!signal?.aborted) {
    const { numAffectedRows } = await sql`
      DELETE FROM webhook_dedup WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM webhook_dedup WHERE expires_at < now() ORDER BY expires_at LIMIT ${BATCH}
        FOR UPDATE SKIP LOCKED))`.execute(db);
    const deleted = Number(numAffectedRows ?? 0);
    total += deleted;
    if (deleted < BATCH) break;
  }
  return total;
}
