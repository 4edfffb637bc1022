import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { DueWork } from './due.ts';
import { afterRelease, allow, type Gate } from './gate-rules.ts';
import { type GateNow, readGates } from './gates.ts';

export interface Released {
  /** Deliveries that are due now, and stamped as given to the queue. */
  work: DueWork[];
  /** Milliseconds until there is something to look at again; null: nothing is held. */
  nextInMs: number | null;
  /** Of the endpoints that were said to have a place free: those about which nothing was decided yet. */
  postponed: string[];
}

/** `events`: how many of those go too, which are due now and taken by whoever sends events. */
export type ReleasedAll = Released & { events: number };

/** Gates looked at in one go. */
const GATES = 50;
/** Of one gate in one go. */
const DELIVERIES = 200;

/**
 * Lets deliveries and events go that their gates held, as far as pace and circuit allow now. `freed`: endpoints one of whose
 * attempts has ended, which are looked at whatever their time is. Any number of processes may ask at once: nothing
 * is locked while it is decided, and of those who decide at once one has its way.
 */
export async function releaseHeld(db: Database, freed: string[]): Promise<ReleasedAll> {
  const due = await findDue(db, freed);
  const { left } = due;
  if (due.endpointIds.length === 0) return { work: [], events: 0, nextInMs: due.nextInMs, postponed: left };
  // In this order: whoever is held after the gates were read has changed them.
  const gates = await readGates(db, due.endpointIds);
  const held = await findHeld(db, due.endpointIds);
  const decisions = gates.map((now) => decide(now, held.get(now.gate.endpointId) ?? []));
  const { work, events, decided } = await carryOut(db, decisions);
  const waits = decisions.map((decision) => waitOf(decision, decided.has(decision.after.endpointId)));
  const nextInMs = Math.min(due.nextInMs ?? Number.POSITIVE_INFINITY, ...waits);
  const undecided = due.endpointIds.filter((id) => freed.includes(id) && !decided.has(id));
  const postponed = [...left, ...undecided];
  return { work, events, nextInMs: Number.isFinite(nextInMs) ? nextInMs : null, postponed };
}

/** Which gates to look at, and when the first of the others is due. */
async function findDue(db: Database, freed: string[]) {
  const { rows } = await sql<{ endpoint_id: string; in_ms: number }>`
    SELECT endpoint_id, (extract(epoch FROM release_at - clock_timestamp()) * 1000)::float8 AS in_ms
    FROM endpoint_gates WHERE release_at IS NOT NULL
    ORDER BY (endpoint_id = ANY (${freed}::uuid[])) DESC, release_at LIMIT ${GATES}`.execute(db);
  const isDue = (row: { endpoint_id: string; in_ms: number }) =>
    row.in_ms <= 0 || freed.includes(row.endpoint_id);
  const waits = rows.filter((row) => !isDue(row)).map((row) => row.in_ms);
  const last = rows.at(-1);
  const isFull = rows.length === GATES;
  // There are others, and they may be due.
  if (isFull && last && isDue(last)) waits.push(0);
  const found = new Set(rows.map((row) => row.endpoint_id));
  return {
    left: isFull ? freed.filter((id) => !found.has(id)) : [],
    endpointIds: rows.filter(isDue).map((row) => row.endpoint_id),
    nextInMs: waits.length === 0 ? null : Math.min(...waits),
  };
}

interface Held {
  id: string;
  isEvent: boolean;
}

/**
 * First those that wait longest; one more than may go, to tell whether others are held. Events of an endpoint that is
 * not active go on waiting.
 */
async function findHeld(db: Database, endpointIds: string[]): Promise<Map<string, Held[]>> {
  const limit = sql.lit(DELIVERIES + 1);
  const { rows } = await sql<{ endpoint_id: string; id: string; is_event: boolean }>`
    SELECT e.endpoint_id, held.id, held.is_event
    FROM unnest(${endpointIds}::uuid[]) AS e (endpoint_id) CROSS JOIN LATERAL (
      (SELECT id, next_attempt_at, false AS is_event FROM deliveries
        WHERE endpoint_id = e.endpoint_id AND gate = 'held' AND next_attempt_at IS NOT NULL
        ORDER BY next_attempt_at, id LIMIT ${limit})
      UNION ALL
      (SELECT id, next_attempt_at, true FROM webhook_events
        WHERE endpoint_id = e.endpoint_id AND gate = 'held' AND next_attempt_at IS NOT NULL
          AND NOT EXISTS (SELECT FROM webhook_endpoints w WHERE w.id = e.endpoint_id AND NOT w.is_active)
        ORDER BY next_attempt_at, id LIMIT ${limit})
      ORDER BY next_attempt_at, id LIMIT ${limit}
    ) AS held
    ORDER BY e.endpoint_id, held.next_attempt_at, held.id`.execute(db);
  const found = new Map(endpointIds.map((id) => [id, [] as Held[]]));
  for (const row of rows) found.get(row.endpoint_id)?.push({ id: row.id, isEvent: row.is_event });
  return found;
}

interface Decision {
  now: GateNow;
  after: Gate;
  going: Held[];
}

function decide(now: GateNow, held: Held[]): Decision {
  const allowance = allow(now.gate, now.around);
  const going = held.slice(0, Math.min(allowance.count, DELIVERIES));
  const ids = going.map(({ id }) => id);
  return { now, going, after: afterRelease(allowance, now.around, { ids, more: held.length > ids.length }) };
}

const waitOf = ({ now, after }: Decision, wasDecided: boolean): number => {
  if (!wasDecided) return 0;
  return after.releaseMs === null ? Number.POSITIVE_INFINITY : after.releaseMs - now.around.nowMs;
};

/** `id`: null where none of the gate went. */
interface Gone {
  endpoint_id: string;
  id: string | null;
  run: number;
  organization_id: string;
  events: number;
}

/**
 * Only where the gate is still as it was: otherwise somebody else let some through meanwhile. A gate that holds
 * nothing any more is left alone when others have lined up since: they rely on being looked for. Deliveries are
 * locked in the order of their ids, as by those who cancel them.
 */
async function carryOut(db: Database, decisions: Decision[]) {
  const gates = decisions.map(({ after }) => after);
  const all = decisions.flatMap(({ after, going }) =>
    going.map((held) => ({ ...held, endpointId: after.endpointId })),
  );
  const items = all.filter(({ isEvent }) => !isEvent);
  const events = all.filter(({ isEvent }) => isEvent);
  const { rows } = await sql<Gone>`
    WITH locked AS (
      SELECT endpoint_id FROM endpoint_gates
      WHERE endpoint_id = ANY (${gates.map((gate) => gate.endpointId)}::uuid[])
      ORDER BY endpoint_id FOR UPDATE
    ), decided AS (
      UPDATE endpoint_gates g SET circuit = n.circuit, open_until = to_timestamp(n.open_until / 1000),
        probe_delivery_id = n.probe_delivery_id, next_slot_at = to_timestamp(n.next_slot / 1000),
        window_started_at = to_timestamp(n.window_started / 1000), closed_at = to_timestamp(n.closed / 1000),
        attempts = n.attempts, failures = n.failures,
        last_slot_at = CASE WHEN n.release IS NOT NULL THEN g.last_slot_at END,
        release_at = to_timestamp(n.release / 1000), version = g.version + 1
      FROM locked, unnest(
        ${gates.map((gate) => gate.endpointId)}::uuid[], ${decisions.map(({ now }) => now.version)}::bigint[],
        ${decisions.map(({ now }) => now.lineVersion)}::bigint[], ${gates.map((gate) => gate.circuit)}::text[],
        ${gates.map((gate) => gate.openUntilMs)}::float8[], ${gates.map((gate) => gate.probeDeliveryId)}::uuid[],
        ${gates.map((gate) => gate.nextSlotMs)}::float8[], ${gates.map((gate) => gate.releaseMs)}::float8[],
        ${gates.map((gate) => gate.windowStartedMs)}::float8[], ${gates.map((gate) => gate.closedMs)}::float8[],
        ${gates.map((gate) => gate.attempts)}::int[], ${gates.map((gate) => gate.failures)}::int[]
      ) AS n (endpoint_id, version, line_version, circuit, open_until, probe_delivery_id, next_slot, release,
        window_started, closed, attempts, failures)
      WHERE g.endpoint_id = locked.endpoint_id AND g.endpoint_id = n.endpoint_id AND g.version = n.version
        AND (n.release IS NOT NULL OR g.line_version = n.line_version)
      RETURNING g.endpoint_id
    ), going AS (
      SELECT d.id FROM decided JOIN unnest(
        ${items.map(({ id }) => id)}::uuid[], ${items.map(({ endpointId }) => endpointId)}::uuid[]
      ) AS i (id, endpoint_id) ON i.endpoint_id = decided.endpoint_id JOIN deliveries d ON d.id = i.id
      WHERE d.gate = 'held' AND d.next_attempt_at IS NOT NULL
      ORDER BY d.id FOR UPDATE OF d
    ), gone AS (
      UPDATE deliveries d SET gate = 'admitted', next_attempt_at = now(), enqueued_at = now() FROM going
      WHERE d.id = going.id AND d.gate = 'held' AND d.next_attempt_at IS NOT NULL
      RETURNING d.id, d.run, d.endpoint_id, d.organization_id
    ), going_events AS (
      SELECT v.id FROM decided JOIN unnest(
        ${events.map(({ id }) => id)}::uuid[], ${events.map(({ endpointId }) => endpointId)}::uuid[]
      ) AS i (id, endpoint_id) ON i.endpoint_id = decided.endpoint_id JOIN webhook_events v ON v.id = i.id
      WHERE v.gate = 'held' ORDER BY v.id FOR UPDATE OF v
    ), gone_events AS (
      UPDATE webhook_events v SET gate = 'admitted', next_attempt_at = now() FROM going_events
      WHERE v.id = going_events.id AND v.gate = 'held'
      RETURNING v.id
    )
    SELECT decided.endpoint_id, gone.id, gone.run, gone.organization_id, (SELECT count(*) FROM gone_events)::int AS events
    FROM decided LEFT JOIN gone ON gone.endpoint_id = decided.endpoint_id`.execute(db);
  const work = rows.flatMap(({ id, run, organization_id: organizationId }): DueWork[] =>
    id === null ? [] : [{ kind: 'delivery', id, run, organizationId }],
  );
  return { work, events: rows[0]?.events ?? 0, decided: new Set(rows.map((row) => row.endpoint_id)) };
}
