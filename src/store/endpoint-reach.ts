import { sql } from 'kysely';
import { createDatabase, createPool, type Database } from './database.ts';

const PAGE = 1_000;

/** The endpoints of all organizations for which `isRefused` says so, by their ids. */
export async function findRefusedEndpoints(
  db: Database,
  isRefused: (url: string) => boolean,
  signal?: AbortSignal,
): Promise<string[]> {
  const refused: string[] = [];
  let after = '00000000-0000-0000-0000-000000000000';
  while (!signal?.aborted) {
    const rows = await db
      .selectFrom('webhook_endpoints')
      .select(['id', 'url'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .execute();
    refused.push(...rows.filter(({ url }) => isRefused(url)).map(({ id }) => id));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) break;
    after = last.id;
  }
  return refused;
}

/** The same for who has no connection yet. */
export async function inspectEndpoints(
  connectionString: string,
  isRefused: (url: string) => boolean,
): Promise<string[]> {
  const pool = createPool({
    connectionString,
    max: 1,
    applicationName: 'hookgate-doctor',
    // Whatever stands before the database.
    pooled: true,
    // Whoever is using the connection learns of its errors from their statement.
    onError: () => undefined,
  });
  const db = createDatabase(pool);
  try {
    return await findRefusedEndpoints(db, isRefused);
  } finally {
    await db.destroy();
  }
}

/** What an attempt is called that was not made because its endpoint leads to where none may. */
const NOT_ALLOWED = 'endpoint_not_allowed';

/** Has what waits be tried at once, whose endpoints are none of these: the settings that kept it may be others now. */
export async function hastenAllowed(db: Database, refused: readonly string[]): Promise<number> {
  return hasten(db, sql`v.endpoint_id <> ALL (${refused}::uuid[])`);
}

/** Has what waits be tried at once whose endpoint was changed since it was tried. */
export async function hastenChanged(db: Database): Promise<number> {
  return hasten(
    db,
    sql`EXISTS (SELECT FROM webhook_endpoints e WHERE e.id = v.endpoint_id AND e.updated_at > v.tried_at)`,
  );
}

/** By the lock that others do not hold: who holds it is about to try. */
async function hasten(db: Database, which: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await sql<{ deliveries: number; events: number }>`
    WITH waiting AS (
      SELECT v.id FROM (
        SELECT d.id, d.endpoint_id, (SELECT max(a.started_at) FROM delivery_attempts a WHERE a.delivery_id = d.id) AS tried_at
        FROM deliveries d WHERE d.state = 'retrying' AND d.outcome = ${NOT_ALLOWED} AND d.next_attempt_at > now()
      ) AS v WHERE ${which}
    ), locked AS (
      SELECT d.id FROM deliveries d JOIN waiting USING (id) ORDER BY d.id FOR UPDATE OF d SKIP LOCKED
    ), gone AS (
      UPDATE deliveries d SET next_attempt_at = now(), enqueued_at = NULL FROM locked
      WHERE d.id = locked.id AND d.state = 'retrying' RETURNING d.id
    ), waiting_events AS (
      SELECT v.id FROM (
        SELECT e.id, e.endpoint_id,
          (SELECT max(a.started_at) FROM webhook_event_attempts a WHERE a.event_id = e.id) AS tried_at
        FROM webhook_events e WHERE e.state = 'retrying' AND e.outcome = ${NOT_ALLOWED} AND e.next_attempt_at > now()
      ) AS v WHERE ${which}
    ), locked_events AS (
      SELECT e.id FROM webhook_events e JOIN waiting_events USING (id) ORDER BY e.id FOR UPDATE OF e SKIP LOCKED
    ), gone_events AS (
      UPDATE webhook_events e SET next_attempt_at = now() FROM locked_events
      WHERE e.id = locked_events.id AND e.state = 'retrying' RETURNING e.id
    )
    SELECT (SELECT count(*) FROM gone)::int AS deliveries, (SELECT count(*) FROM gone_events)::int AS events`.execute(
    db,
  );
  const [found] = rows;
  return (found?.deliveries ?? 0) + (found?.events ?? 0);
}
