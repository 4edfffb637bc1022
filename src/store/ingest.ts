import type pg from 'pg';
import { rerunFailed, takeEvents, writeDuplicates } from './dedup.ts';
import { isLockTimeout, NotSentError } from './faults.ts';
import {
  type EventClaim,
  encode,
  INSERT_EXECUTIONS,
  type IngestRow,
  inputTable,
  LOG_COLUMNS,
  logValues,
  STATEMENT_SETTINGS,
} from './ingest-batch.ts';

const STATEMENT = {
  name: 'ingest',
  text: `
    WITH input AS (${inputTable()}
    ), logged AS (
      INSERT INTO webhook_logs (${LOG_COLUMNS})
      SELECT ${logValues('execution_id')}
      FROM input
      ON CONFLICT (id) DO NOTHING
    )
    ${INSERT_EXECUTIONS}
    FROM input
    ON CONFLICT (id) DO NOTHING`,
};

/**
 * For sessions of our own that write: who stands still in the middle of a transaction must not keep a sender's events
 * from all others.
 */
export const INGEST_SESSION = '-c lock_timeout=1000 -c idle_in_transaction_session_timeout=5000';

/**
 * Commits all rows, or none, and writing the same rows again changes nothing. Resolves to those that this did not
 * store and that are to be written once more: events that others brought before.
 */
export async function writeIngestBatch(pool: pg.Pool, rows: readonly IngestRow[]): Promise<IngestRow[]> {
  const isAt = (step: EventClaim['step']) => (row: IngestRow) => row.event?.step === step;
  const failed = rows.filter(isAt('failed'));
  // Last of all: it may wait for whoever does something with the execution that failed.
  if (failed.length === rows.length && rows.length > 0) return rerunFailed(pool, rows);
  const taken = rows.filter(isAt('taken'));
  const write = taken.length > 0 ? writeDuplicates : rows.some(isAt('take')) ? takeUnlessLocked : insertAll;
  const now = taken.length > 0 ? taken : failed.length > 0 ? without(rows, failed) : rows;
  const client = await pool.connect().catch((error: unknown) => {
    throw new NotSentError('no database connection', { cause: error });
  });
  let left: IngestRow[];
  try {
    left = await write(client, now);
  } catch (error) {
    // A statement without a verdict still occupies its connection: never give that one back.
    client.release(true);
    throw error;
  }
  client.release();
  return now.length === rows.length ? left : [...left, ...without(rows, now)];
}

async function insertAll(client: pg.PoolClient, rows: readonly IngestRow[]): Promise<IngestRow[]> {
  await client.query({ ...STATEMENT, values: encode(rows) });
  return [];
}

/** What has no event does not wait for what others have locked. */
async function takeUnlessLocked(client: pg.PoolClient, rows: readonly IngestRow[]): Promise<IngestRow[]> {
  try {
    return await takeEvents(client, rows);
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
  }
  const others = rows.filter((row) => row.event === null);
  if (others.length > 0) await insertAll(client, others);
  return without(rows, others);
}

const without = (rows: readonly IngestRow[], others: readonly IngestRow[]): IngestRow[] => {
  const done = new Set(others);
  return rows.filter((row) => !done.has(row));
};

/** Records that these were answered otherwise than their rows say. Returns those that have a row. */
export async function markAnswered(
  pool: pg.Pool,
  logIds: readonly string[],
  status: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `UPDATE webhook_logs SET answered_status = $2 FROM ${STATEMENT_SETTINGS} WHERE id = ANY ($1::uuid[]) RETURNING id`,
    [logIds, status],
  );
  return rows.map(({ id }) => id);
}
