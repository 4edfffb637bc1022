import { sql } from 'kysely';
import { deleteOldDailyUse } from './daily-use.ts';
import type { Database } from './database.ts';
import { deleteExpiredEventKeys } from './dedup.ts';
import {
  deleteExpiredEpisodes,
  deleteExpiredEvents,
  deleteExpiredExecutions,
  deleteExpiredLogs,
  deleteExpiredRefusalCounts,
  deleteExpiredReplays,
  dropExpiredPartitions,
  retentionCutoff,
} from './retention.ts';

const DAYS_AHEAD = 7;

/** Makes the coming days' partitions of `webhook_logs`; how many were missing. */
export async function createPartitions(db: Database): Promise<number> {
  const { rows } = await sql<{
    made: number;
  }>`SELECT create_webhook_log_partitions(${DAYS_AHEAD}) AS made`.execute(db);
  return rows[0]?.made ?? 0;
}

/** Forgets idempotency keys whose time is over; how many there were. */
async function deleteExpiredIdempotencyKeys(db: Database): Promise<number> {
  const result = await db
    .deleteFrom('idempotency_keys')
    .where('expires_at', '<', sql<Date>`now()`)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** Forgets what was remembered for a time of its own. */
export const expiryTasks = (db: Database) => [
  { name: 'delete_old_daily_use', run: () => deleteOldDailyUse(db) },
  { name: 'delete_expired_idempotency_keys', run: () => deleteExpiredIdempotencyKeys(db) },
  {
    name: 'delete_expired_event_keys',
    run: (signal: AbortSignal) => deleteExpiredEventKeys(db, signal),
  },
];

/** Takes away what is older than this many days. Bytes first: the executions tell what became of them a while longer. */
export const retentionTasks = (db: Database, days: number) => [
  { name: 'drop_expired_logs', run: () => dropExpiredPartitions(db, retentionCutoff(days)) },
  {
    name: 'delete_expired_logs',
    run: (signal: AbortSignal) => deleteExpiredLogs(db, retentionCutoff(days), signal),
  },
  {
    name: 'delete_expired_executions',
    run: (signal: AbortSignal) => deleteExpiredExecutions(db, retentionCutoff(days), signal),
  },
  {
    name: 'delete_expired_events',
    run: (signal: AbortSignal) => deleteExpiredEvents(db, retentionCutoff(days), signal),
  },
  {
    name: 'delete_expired_refusal_counts',
    run: (signal: AbortSignal) => deleteExpiredRefusalCounts(db, retentionCutoff(days), signal),
  },
  { name: 'delete_expired_alerts', run: () => deleteExpiredEpisodes(db, retentionCutoff(days)) },
  { name: 'delete_expired_replays', run: () => deleteExpiredReplays(db, retentionCutoff(days)) },
];
