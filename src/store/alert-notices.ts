import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

/** What is still to be told at the address that hears of the alerts of all organizations. */
export interface Notice {
  id: string;
  event: string;
  body: Buffer;
  /** The number of this attempt. */
  attempt: number;
}

export interface NewNotice {
  id: string;
  episodeId: string;
  event: string;
  body: Buffer;
}

export async function insertNotices(trx: Tx, notices: NewNotice[]): Promise<void> {
  await sql`
    INSERT INTO alert_notices (id, episode_id, event, body)
    SELECT * FROM unnest(
      ${notices.map(({ id }) => id)}::uuid[], ${notices.map(({ episodeId }) => episodeId)}::uuid[],
      ${notices.map(({ event }) => event)}::text[], ${notices.map(({ body }) => body)}::bytea[]
    )`.execute(trx);
}

/**
 * Takes notices that are due, oldest first. Whoever takes one has so long to settle it; after that it is due again,
 * because who took it may have died. Any number of processes may ask at once.
 */
export async function claimNotices(
  db: Database,
  { limit, leaseMs }: { limit: number; leaseMs: number },
): Promise<Notice[]> {
  const { rows } = await sql<{ id: string; event: string; body: Buffer; attempts: number }>`
    WITH due AS (
      SELECT id FROM alert_notices WHERE next_attempt_at <= now()
      ORDER BY next_attempt_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE alert_notices n SET attempts = attempts + 1, next_attempt_at = now() + ${leaseMs} * interval '1 ms'
    FROM due WHERE n.id = due.id RETURNING n.id, n.event, n.body, n.attempts`.execute(db);
  return rows.map(({ attempts, ...notice }) => ({ ...notice, attempt: attempts }));
}

/** `outcome`: it is told, or given up. `retryInMs`: neither. Whoever took so long that somebody else has it changes nothing. */
export async function settleNotice(
  db: Database,
  { id, attempt }: Notice,
  end: { outcome: 'told' | 'given_up' } | { retryInMs: number },
): Promise<void> {
  const [outcome, retryInMs] = 'outcome' in end ? [end.outcome, null] : [null, end.retryInMs];
  await sql`
    UPDATE alert_notices SET outcome = ${outcome}, next_attempt_at = now() + ${retryInMs}::float8 * interval '1 ms'
    WHERE id = ${id} AND attempts = ${attempt} AND outcome IS NULL`.execute(db);
}
