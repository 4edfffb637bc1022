import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type pg from 'pg';
import { createPool } from '../../src/store/database.ts';
import { writeIngestBatch } from '../../src/store/ingest.ts';
import { claimEvent, type IngestRow } from '../../src/store/ingest-batch.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { ingestRow, insertWorkflow } from '../helpers/rows.ts';
import type { Test } from '../helpers/tap.ts';

export const INGEST = 'test-ingest';

/** A workflow whose events have ids, and two processes that receive them. */
export async function receiving(t: Test, urls: string[] = []) {
  const { url, db } = await openTestDatabase(t);
  const openPool = () => {
    const pool = createPool({
      connectionString: url,
      max: 5,
      applicationName: INGEST,
      onError: () => undefined,
    });
    t.teardown(() => pool.end());
    return pool;
  };
  const { workflowId, triggers } = await insertWorkflow(db, urls);
  /** A request that brings the event with this id; the same rows again after `reset`. */
  const bring = (id: string, overrides: Partial<IngestRow> = {}) =>
    ingestRow(workflowId, { event: claimEvent(digest(id), 3_600), ...overrides });
  const counts = async () => {
    const { rows } = await sql<{ logs: number; duplicates: number; executions: number; keys: number }>`
      SELECT (SELECT count(*) FROM webhook_logs)::int AS logs,
        (SELECT count(*) FROM webhook_logs WHERE is_duplicate)::int AS duplicates,
        (SELECT count(*) FROM workflow_executions)::int AS executions,
        (SELECT count(*) FROM webhook_dedup)::int AS keys`.execute(db);
    return rows[0];
  };
  const runOf = async (executionId: string) =>
    await db
      .selectFrom('workflow_executions')
      .select(['state', 'run'])
      .where('id', '=', executionId)
      .executeTakeFirst();
  /** Breaks all connections of those who receive. */
  const terminate = () =>
    sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = ${INGEST} AND datname = current_database()`.execute(db);
  return {
    url,
    db,
    one: openPool(),
    other: openPool(),
    workflowId,
    triggers,
    bring,
    counts,
    runOf,
    terminate,
  };
}

export const digest = (id: string) => createHash('sha256').update(id).digest();

/** Writes until all is stored, as the receiving process does; answers with the execution of each row. */
export async function writeAll(pool: pg.Pool, rows: readonly IngestRow[]): Promise<string[]> {
  let left = [...rows];
  for (let writes = 0; left.length > 0; writes++) {
    if (writes === 10) throw new Error('it never ends');
    left = await writeIngestBatch(pool, left);
  }
  return rows.map(startedBy);
}

/** The execution that a sender is told of. */
export const startedBy = (row: IngestRow): string => row.event?.duplicateOf ?? row.executionId;

/** The same request as the process knew it before it wrote it. */
export const unwritten = (row: IngestRow): IngestRow => ({
  ...row,
  event: row.event && claimEvent(row.event.sha256, row.event.windowSeconds),
});
