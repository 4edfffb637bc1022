import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { LeasedEvent } from './event-claim.ts';

/** How one attempt at an event went and what follows from it. */
export interface EventAttempt {
  event: LeasedEvent;
  startedAt: Date;
  durationMs: number;
  result: 'succeeded' | 'failed' | 'ambiguous';
  outcome: string;
  statusCode: number | null;
  error: string | null;
  advice: string | null;
  responseBody: Buffer | null;
  responseTruncated: boolean;
  /** What the event becomes. */
  state: 'succeeded' | 'retrying' | 'failed' | 'dead_lettered';
  /** Milliseconds until the next attempt; null unless `retrying`. */
  retryInMs: number | null;
  /** It could not even be tried, and does not use up the attempts of the retry policy. */
  isUncounted?: boolean;
}

/**
 * Writes attempts and moves their events. Can be repeated when the commit was not confirmed. An attempt whose lease
 * was lost writes nothing: whoever took it over has recorded it as ambiguous. Returns the ids of the events whose
 * attempts are recorded, by this call or by one before.
 */
export async function recordEventAttempts(db: Database, attempts: EventAttempt[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    WITH made AS (
      SELECT * FROM unnest(
        ${attempts.map(({ event }) => event.id)}::uuid[], ${attempts.map(({ event }) => event.leaseToken)}::uuid[],
        ${attempts.map(({ event }) => event.attempt)}::int[], ${attempts.map(({ event }) => event.run)}::int[],
        ${attempts.map(({ startedAt }) => startedAt)}::timestamptz[],
        ${attempts.map(({ durationMs }) => Math.round(durationMs))}::int[],
        ${attempts.map(({ outcome }) => outcome)}::text[], ${attempts.map(({ result }) => result)}::text[],
        ${attempts.map(({ statusCode }) => statusCode)}::smallint[],
        ${attempts.map(({ error }) => storable(error))}::text[], ${attempts.map(({ advice }) => advice)}::text[],
        ${attempts.map(({ responseBody }) => responseBody)}::bytea[],
        ${attempts.map(({ responseTruncated }) => responseTruncated)}::bool[],
        ${attempts.map(({ state }) => state)}::text[], ${attempts.map(({ retryInMs }) => retryInMs)}::float8[],
        ${attempts.map(({ isUncounted }) => (isUncounted ? 1 : 0))}::int[]
      ) AS a (id, token, attempt, run, started_at, duration_ms, outcome, result, status_code, error, advice,
        response_body, response_truncated, state, retry_in_ms, uncounted)
    ), held AS MATERIALIZED (
      SELECT v.id FROM webhook_events v JOIN made ON made.id = v.id AND made.token = v.lease_token
      ORDER BY v.id FOR UPDATE OF v
    ), moved AS (
      UPDATE webhook_events v SET state = made.state, outcome = made.outcome, status_code = made.status_code,
        duration_ms = made.duration_ms, lease_token = NULL, gate = NULL, run_attempts = run_attempts - made.uncounted,
        next_attempt_at = now() + made.retry_in_ms * interval '1 ms',
        finished_at = CASE WHEN made.state <> 'retrying' THEN now() END
      FROM made JOIN held USING (id) WHERE v.id = made.id
      RETURNING v.id, v.organization_id
    ), written AS (
      INSERT INTO webhook_event_attempts (organization_id, event_id, attempt, run, started_at, duration_ms, outcome,
        result, status_code, error, advice, response_body, response_truncated, next_attempt_at)
      SELECT moved.organization_id, made.id, made.attempt, made.run, made.started_at, made.duration_ms, made.outcome,
        made.result, made.status_code, made.error, made.advice, made.response_body, made.response_truncated,
        now() + made.retry_in_ms * interval '1 ms'
      FROM moved JOIN made USING (id)
    )
    SELECT id FROM moved
    UNION
    -- The start tells ours from the one that somebody else recorded for us, as ambiguous.
    SELECT made.id FROM made JOIN webhook_event_attempts a
      ON a.event_id = made.id AND a.attempt = made.attempt AND a.started_at = made.started_at`.execute(db);
  return new Set(rows.map((row) => row.id));
}

/** Text columns cannot hold NUL, which a receiver may well send. */
const storable = (text: string | null): string | null => text?.replaceAll('\u0000', '\uFFFD') ?? null;
