import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';
import {
  afterOutcomes,
  type CircuitState,
  type Gate,
  type OutcomeTally,
  type Surroundings,
} from './gate-rules.ts';

/** A gate and what it depends on, all of one moment. */
export interface GateNow {
  gate: Gate;
  around: Surroundings;
  /** Raised by every change of the gate, and by those who line up behind what is held. Of eight bytes, as text. */
  version: string;
  lineVersion: string;
}

interface GateRow {
  endpoint_id: string;
  circuit: CircuitState;
  open_until_ms: number | null;
  probe_delivery_id: string | null;
  window_started_ms: number;
  closed_ms: number | null;
  attempts: number;
  failures: number;
  next_slot_ms: number;
  last_slot_ms: number | null;
  release_ms: number | null;
  version: string;
  line_version: string;
  now_ms: number;
  per_second: number | null;
  concurrency: number | null;
  breaker_enabled: boolean;
  through: string;
  admitted: string;
  probe_is_open: boolean;
}

const MS = (column: string) => sql.raw(`(extract(epoch FROM ${column}) * 1000)::float8`);

/**
 * Locks the gates of these endpoints, in the order of their ids, and makes those that are missing. Whoever locks
 * executions too does that before. Endpoints that were deleted are missing from the answer, unless they hold
 * something still: nothing paces those.
 */
export async function lockGates(trx: Tx, endpointIds: string[]): Promise<GateNow[]> {
  // All are made before any is locked: so nobody who has one waits for another to be made.
  await sql`
    INSERT INTO endpoint_gates (endpoint_id, organization_id)
    SELECT id, organization_id FROM webhook_endpoints e
    WHERE id = ANY (${endpointIds}::uuid[]) AND NOT EXISTS (SELECT FROM endpoint_gates WHERE endpoint_id = e.id)
    ORDER BY id ON CONFLICT DO NOTHING`.execute(trx);
  await sql`
    SELECT FROM endpoint_gates WHERE endpoint_id = ANY (${endpointIds}::uuid[])
    ORDER BY endpoint_id FOR UPDATE`.execute(trx);
  return readGates(trx, endpointIds);
}

/** Whoever locked them asks in a statement of its own: so it sees what was committed while it waited. */
export async function readGates(db: Database, endpointIds: string[]): Promise<GateNow[]> {
  const { rows } = await sql<GateRow>`
    SELECT g.endpoint_id, g.circuit, ${MS('g.open_until')} AS open_until_ms, g.probe_delivery_id,
      ${MS('g.window_started_at')} AS window_started_ms, ${MS('g.closed_at')} AS closed_ms,
      g.attempts, g.failures,
      ${MS('g.next_slot_at')} AS next_slot_ms, ${MS('g.last_slot_at')} AS last_slot_ms,
      ${MS('g.release_at')} AS release_ms, g.version::text, g.line_version::text,
      ${MS('clock_timestamp()')} AS now_ms,
      e.pace_per_second AS per_second, e.pace_concurrency AS concurrency,
      e.id IS NOT NULL AND coalesce((e.circuit_breaker ->> 'enabled')::boolean, true) AS breaker_enabled, t.*
    FROM endpoint_gates g LEFT JOIN webhook_endpoints e ON e.id = g.endpoint_id CROSS JOIN LATERAL (
      SELECT count(*) AS through, count(*) FILTER (WHERE d.gate = 'admitted') AS admitted,
        coalesce(bool_or(d.id = g.probe_delivery_id), false) AS probe_is_open
      FROM (
        SELECT id, gate FROM deliveries
        WHERE endpoint_id = g.endpoint_id AND gate IN ('admitted', 'passing') AND next_attempt_at IS NOT NULL
        UNION ALL
        -- Events of an endpoint that is not active wait: they must take no places from deliveries, which go on. Also
        -- what was under way and lost its sender, which nobody takes over until then.
        SELECT v.id, v.gate FROM webhook_events v
        WHERE v.endpoint_id = g.endpoint_id AND v.gate IN ('admitted', 'passing') AND v.next_attempt_at IS NOT NULL
          AND (e.is_active IS NOT FALSE OR (v.gate = 'passing' AND v.next_attempt_at > clock_timestamp()))
      ) AS d
    ) AS t
    WHERE g.endpoint_id = ANY (${endpointIds}::uuid[]) ORDER BY g.endpoint_id`.execute(db);
  return rows.map((row) => ({
    gate: toGate(row),
    around: {
      nowMs: row.now_ms,
      perSecond: row.per_second,
      concurrency: row.concurrency,
      breakerEnabled: row.breaker_enabled,
      through: Number(row.through),
      admitted: Number(row.admitted),
      probeIsOpen: row.probe_is_open,
    },
    version: row.version,
    lineVersion: row.line_version,
  }));
}

const toGate = (row: GateRow): Gate => ({
  endpointId: row.endpoint_id,
  circuit: row.circuit,
  openUntilMs: row.open_until_ms,
  probeDeliveryId: row.probe_delivery_id,
  windowStartedMs: row.window_started_ms,
  closedMs: row.closed_ms,
  attempts: row.attempts,
  failures: row.failures,
  nextSlotMs: row.next_slot_ms,
  lastSlotMs: row.last_slot_ms,
  releaseMs: row.release_ms,
});

/** Writes gates that are locked. */
export async function saveGates(trx: Tx, gates: Gate[]): Promise<void> {
  if (gates.length === 0) return;
  await sql`
    UPDATE endpoint_gates g SET circuit = n.circuit, open_until = to_timestamp(n.open_until / 1000),
      probe_delivery_id = n.probe_delivery_id, window_started_at = to_timestamp(n.window_started / 1000),
      closed_at = to_timestamp(n.closed / 1000), attempts = n.attempts, failures = n.failures,
      next_slot_at = to_timestamp(n.next_slot / 1000), last_slot_at = to_timestamp(n.last_slot / 1000),
      release_at = to_timestamp(n.release / 1000), version = version + 1
    FROM unnest(
      ${gates.map((gate) => gate.endpointId)}::uuid[], ${gates.map((gate) => gate.circuit)}::text[],
      ${gates.map((gate) => gate.openUntilMs)}::float8[], ${gates.map((gate) => gate.probeDeliveryId)}::uuid[],
      ${gates.map((gate) => gate.windowStartedMs)}::float8[], ${gates.map((gate) => gate.closedMs)}::float8[],
      ${gates.map((gate) => gate.attempts)}::int[],
      ${gates.map((gate) => gate.failures)}::int[], ${gates.map((gate) => gate.nextSlotMs)}::float8[],
      ${gates.map((gate) => gate.lastSlotMs)}::float8[], ${gates.map((gate) => gate.releaseMs)}::float8[]
    ) AS n (endpoint_id, circuit, open_until, probe_delivery_id, window_started, closed, attempts, failures, next_slot,
      last_slot, release)
    WHERE g.endpoint_id = n.endpoint_id`.execute(trx);
}

export interface CircuitMove {
  endpointId: string;
  to: 'open' | 'closed';
  /** Null unless it opened. */
  openUntil: Date | null;
}

/** Adds what a process saw of endpoints to what all saw. Returns the circuits that this opened or closed. */
export function countOutcomes(db: Database, tallies: OutcomeTally[]): Promise<CircuitMove[]> {
  const byEndpoint = new Map(tallies.map((tally) => [tally.endpointId, tally]));
  return db.transaction().execute(async (trx) => {
    const before = await lockGates(trx, [...byEndpoint.keys()]);
    const after = before.map(({ gate, around }) => {
      const tally = byEndpoint.get(gate.endpointId) as OutcomeTally;
      // By the clock of the database, like all that is known of gates.
      const aheadMs = around.nowMs - Date.now();
      const outcomes = tally.outcomes.map((outcome) => ({
        ...outcome,
        startedMs: outcome.startedMs + aheadMs,
      }));
      return afterOutcomes(gate, { ...tally, outcomes }, around);
    });
    await saveGates(trx, after);
    return after.flatMap(({ endpointId, circuit, openUntilMs }, i): CircuitMove[] => {
      if (circuit === 'half_open' || circuit === before[i]?.gate.circuit) return [];
      return [{ endpointId, to: circuit, openUntil: openUntilMs === null ? null : new Date(openUntilMs) }];
    });
  });
}

export interface Circuit {
  state: CircuitState;
  /** Until when nothing is sent; after that one delivery is tried. Null unless it is open. */
  openUntil: Date | null;
}

/** The circuits of these endpoints, each of which has one. */
export async function circuitsOf(db: Database, endpointIds: string[]): Promise<Map<string, Circuit>> {
  const { rows } = await sql<{ endpoint_id: string; circuit: CircuitState; open_until: Date | null }>`
    SELECT endpoint_id, circuit, open_until FROM endpoint_gates
    WHERE endpoint_id = ANY (${endpointIds}::uuid[])`.execute(db);
  const found = new Map(rows.map((row) => [row.endpoint_id, row]));
  return new Map(
    endpointIds.map((id) => {
      const row = found.get(id);
      return [id, { state: row?.circuit ?? 'closed', openUntil: row?.open_until ?? null }];
    }),
  );
}

/** How many deliveries and events are held, by what holds them. */
export async function countHeld(db: Database): Promise<{ pace: number; circuit: number }> {
  const { rows } = await sql<{ pace: string; circuit: string }>`
    SELECT count(*) FILTER (WHERE g.circuit = 'closed') AS pace, count(*) FILTER (WHERE g.circuit <> 'closed') AS circuit
    FROM endpoint_gates g CROSS JOIN LATERAL (
      SELECT FROM deliveries
      WHERE endpoint_id = g.endpoint_id AND gate = 'held' AND next_attempt_at IS NOT NULL
      UNION ALL
      SELECT FROM webhook_events
      WHERE endpoint_id = g.endpoint_id AND gate = 'held' AND next_attempt_at IS NOT NULL
    ) AS held
    WHERE g.release_at IS NOT NULL`.execute(db);
  return { pace: Number(rows[0]?.pace ?? 0), circuit: Number(rows[0]?.circuit ?? 0) };
}

/** How many circuits let nothing through now: those that nobody has wanted to pass since their time was over do. */
export async function countOpenCircuits(db: Database): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    SELECT count(*) FROM endpoint_gates g WHERE circuit <> 'closed' AND (open_until > now() OR EXISTS (
      SELECT FROM deliveries d WHERE d.id = g.probe_delivery_id AND d.endpoint_id = g.endpoint_id
        AND d.gate IN ('admitted', 'passing') AND d.next_attempt_at IS NOT NULL) OR EXISTS (
      SELECT FROM webhook_events v WHERE v.id = g.probe_delivery_id AND v.endpoint_id = g.endpoint_id
        AND v.gate IN ('admitted', 'passing') AND v.next_attempt_at IS NOT NULL))`.execute(db);
  return Number(rows[0]?.count ?? 0);
}
