import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

/** How long whoever claimed something has for it before another process takes it up. */
const CLAIM = sql`interval '30 seconds'`;
/** Until something that waits for others is looked at again. */
const PAUSE = sql`interval '200 milliseconds'`;

/** The states of an event that is still to be sent. */
const UNSENT: ReadonlySet<string> = new Set(['pending', 'sending', 'retrying']);

export type SentState = 'unsent' | 'succeeded' | 'failed';

/** What became of events of ours. One that is gone ended long ago, and nobody knows how: as failed. */
export async function findSentStates(trx: Tx, eventIds: string[]): Promise<Map<string, SentState>> {
  const found = new Map<string, SentState>(eventIds.map((id) => [id, 'failed']));
  if (eventIds.length === 0) return found;
  const { rows } = await sql<{ id: string; state: string }>`
    SELECT id, state FROM webhook_events WHERE id = ANY (${eventIds}::uuid[])`.execute(trx);
  for (const { id, state } of rows) {
    if (UNSENT.has(state)) found.set(id, 'unsent');
    else if (state === 'succeeded') found.set(id, 'succeeded');
  }
  return found;
}

export interface ClaimedSync {
  id: string;
  organizationId: string;
}

/** Claims a config with records that wait to be sent; null: none is due. */
export async function claimPending(db: Database): Promise<ClaimedSync | null> {
  const { rows } = await sql<ClaimedSync>`
    UPDATE data_sync_configs SET send_at = now() + ${CLAIM} WHERE id = (
      SELECT id FROM data_sync_configs WHERE send_at <= now() ORDER BY send_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    ) RETURNING id, organization_id AS "organizationId"`.execute(db);
  return rows[0] ?? null;
}

/** The events of a config's records that waited, as far as they are still to be sent. */
export async function findUnsentEvents(trx: Tx, configId: string): Promise<string[]> {
  const { rows } = await sql<{ ids: string[] }>`
    SELECT unsent_event_ids AS ids FROM data_sync_configs WHERE id = ${configId}`.execute(trx);
  const ids = rows[0]?.ids ?? [];
  const states = await findSentStates(trx, ids);
  return ids.filter((id) => states.get(id) === 'unsent');
}

/** `when`: `never`: nothing waits any more. The config is locked. */
export async function planSending(
  trx: Tx,
  configId: string,
  { when, unsent }: { when: 'now' | 'later' | 'never'; unsent: string[] },
): Promise<void> {
  const at = { now: sql`now()`, later: sql`now() + ${PAUSE}`, never: sql`NULL` }[when];
  await sql`
    UPDATE data_sync_configs SET send_at = ${at}, unsent_event_ids = ${unsent}::uuid[] WHERE id = ${configId}`.execute(
    trx,
  );
}

/** Claims a full sync of ours that has something to do; null: none is due. */
export async function claimRun(db: Database): Promise<ClaimedSync | null> {
  const { rows } = await sql<ClaimedSync>`
    UPDATE sync_runs SET next_step_at = now() + ${CLAIM} WHERE id = (
      SELECT id FROM sync_runs WHERE state = 'running' AND direction = 'outbound' AND next_step_at <= now()
      ORDER BY next_step_at LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING id, organization_id AS "organizationId"`.execute(db);
  return rows[0] ?? null;
}

/** Where a full sync is. */
export interface RunPosition {
  configId: string;
  /** The last record that was taken; null: none was. */
  lastKey: string | null;
  /** Whether there are no more records. */
  isWalked: boolean;
  done: number;
  failed: number;
  /** The batches on their way: the event, and how many records it has. */
  unsent: [eventId: string, records: number][];
}

/** Locks a full sync that is running; null: it is not. */
export async function lockRun(trx: Tx, id: string): Promise<RunPosition | null> {
  const { rows } = await sql<RunPosition>`
    SELECT config_id AS "configId", last_key AS "lastKey", is_walked AS "isWalked", done, failed, unsent
    FROM sync_runs WHERE id = ${id} AND state = 'running' FOR UPDATE`.execute(trx);
  return rows[0] ?? null;
}

export async function saveRun(
  trx: Tx,
  id: string,
  { position, next }: { position: RunPosition; next: 'now' | 'later' | 'end' },
): Promise<void> {
  const { lastKey, isWalked, done, failed, unsent } = position;
  const known = done + failed + unsent.reduce((sum, [, records]) => sum + records, 0);
  await sql`
    UPDATE sync_runs SET last_key = ${lastKey}, is_walked = ${isWalked}, done = ${done}, failed = ${failed},
      unsent = ${JSON.stringify(unsent)}, total = CASE WHEN ${next === 'end'} THEN ${known}::int
        ELSE greatest(total, ${known}::int) END,
      next_step_at = ${next === 'later' ? sql`now() + ${PAUSE}` : sql`now()`},
      state = CASE WHEN ${next === 'end'} THEN 'completed' ELSE state END,
      finished_at = CASE WHEN ${next === 'end'} THEN now() END
    WHERE id = ${id}`.execute(trx);
}
