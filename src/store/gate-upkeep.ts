import { sql } from 'kysely';
import type { Database } from './database.ts';

/**
 * Has gates looked at that hold deliveries or events and that nobody would look at, or that are not even there. Nothing
 * makes such gates: this is for what nobody has thought of, so that nothing waits for ever. Returns how many there were.
 */
export async function remindGates(db: Database): Promise<number> {
  const deliveries = await remind(db, 'deliveries');
  return deliveries + (await remind(db, 'webhook_events'));
}

async function remind(db: Database, holding: 'deliveries' | 'webhook_events'): Promise<number> {
  const table = sql.table(holding);
  // Events of an endpoint that is not active are not forgotten: they wait until it is.
  const waits = sql`EXISTS (SELECT FROM webhook_endpoints w WHERE w.id = gated.endpoint_id AND NOT w.is_active)`;
  const isMeant = holding === 'deliveries' ? sql`true` : sql`NOT ${waits}`;
  // One step for each endpoint with a gate, however much it holds.
  const { rows } = await sql`
    WITH RECURSIVE gated AS (
      (SELECT endpoint_id FROM ${table} WHERE gate IS NOT NULL AND next_attempt_at IS NOT NULL
        ORDER BY endpoint_id LIMIT 1)
      UNION ALL
      SELECT (SELECT endpoint_id FROM ${table} d
        WHERE d.endpoint_id > gated.endpoint_id AND gate IS NOT NULL AND next_attempt_at IS NOT NULL
        ORDER BY endpoint_id LIMIT 1)
      FROM gated WHERE gated.endpoint_id IS NOT NULL
    )
    INSERT INTO endpoint_gates AS g (endpoint_id, organization_id, release_at)
    SELECT gated.endpoint_id, held.organization_id, now() FROM gated CROSS JOIN LATERAL (
      SELECT organization_id FROM ${table} d
      WHERE d.endpoint_id = gated.endpoint_id AND d.gate = 'held' AND d.next_attempt_at IS NOT NULL LIMIT 1
    ) AS held
    WHERE NOT EXISTS (
      SELECT FROM endpoint_gates known WHERE known.endpoint_id = gated.endpoint_id AND known.release_at IS NOT NULL)
      AND ${isMeant}
    ORDER BY gated.endpoint_id
    ON CONFLICT (endpoint_id) DO UPDATE SET release_at = now(), version = g.version + 1 WHERE g.release_at IS NULL
    RETURNING g.endpoint_id`.execute(db);
  return rows.length;
}

/** Forgets the gates of deleted endpoints that hold nothing any more; how many there were. */
export async function deleteLeftGates(db: Database): Promise<number> {
  const { rows } = await sql`
    WITH abandoned AS (
      SELECT endpoint_id FROM endpoint_gates g
      WHERE release_at IS NULL AND NOT EXISTS (SELECT FROM webhook_endpoints WHERE id = g.endpoint_id)
      ORDER BY endpoint_id FOR UPDATE SKIP LOCKED
    )
    DELETE FROM endpoint_gates g USING abandoned WHERE g.endpoint_id = abandoned.endpoint_id
    RETURNING g.endpoint_id`.execute(db);
  return rows.length;
}
