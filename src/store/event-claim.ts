import { sql } from 'kysely';
import { HOPS_HEADER } from '../domain/hops.ts';
import type { Endpoint } from '../domain/workflow.ts';
import type { Database, Tx } from './database.ts';
import { readEventEndpoints } from './event-endpoints.ts';
import { type GatedDelivery, passGates, type ThroughGates } from './gate-claim.ts';
import type { SecretBox } from './secret-box.ts';

/** An event that somebody now holds the lease of. */
export interface LeasedEvent {
  id: string;
  organizationId: string;
  endpointId: string;
  event: string;
  executionId: string | null;
  /** Of the execution that it is about, if any. */
  hops: number | null;
  body: Buffer;
  /** null: its secret or its headers were encrypted under a key that is not there. */
  endpoint: Endpoint | null;
  leaseToken: string;
  run: number;
  /** The number of this attempt, over all runs. */
  attempt: number;
  /** The number of this attempt in this run: what the retry policy counts. */
  runAttempt: number;
  /** Whoever held the lease before never wrote how its attempt went. */
  afterLost: boolean;
  /** Set: it passed the gate of its endpoint, and others may wait for its place. */
  gate?: { probe: boolean };
}

export interface EventClaim {
  /** One lease for each event that may be taken. */
  leaseTokens: string[];
  leaseMs: number;
  /** How many of one endpoint may be under way here: of one without a pace, and of one whose pace decides. */
  share: { free: number; paced: number };
  /** Of the leases that stay free, how many times as many one organization may have under way; left out: all. */
  timesTheFree?: number;
  /** What is under way here: not to be taken, although its lease may have run out while the database was away. */
  inHand: readonly Pick<LeasedEvent, 'id' | 'endpointId' | 'organizationId'>[];
}

export interface ClaimedEvents {
  leased: LeasedEvent[];
  /** How many were held by a gate or came to their end: a reason to look again, since others may be behind them. */
  passedOver: number;
}

interface Candidate {
  id: string;
  endpoint_id: string;
  state: string;
  run: number;
  attempts: number;
  run_attempts: number;
  gate: 'admitted' | 'passing' | null;
  has_endpoint: boolean;
  is_gated: boolean;
  circuit_closed: boolean;
}

/** Those of an endpoint that is gone end without anything being sent, so many at a time. */
const REMOVED_SHARE = 100;

/**
 * Takes the lease of events that are due, of each endpoint its share at the most, so that one with many hides nobody
 * else's. Events of an endpoint that is not active wait; those of one that was deleted end. A lease that ran out
 * means that its holder died or was cut off: that attempt is recorded as ambiguous first. Any number of processes may
 * ask at once.
 */
export function claimEvents(db: Database, box: SecretBox, claim: EventClaim): Promise<ClaimedEvents> {
  return db.transaction().execute(async (trx) => {
    const candidates = await lockCandidates(trx, claim);
    const gone = candidates.filter((row) => !row.has_endpoint);
    const wanted = candidates.filter((row) => row.has_endpoint);
    await recordLost(
      trx,
      candidates.filter((row) => row.state === 'sending'),
    );
    await endRemoved(trx, gone);
    const { through, held } = await passGates(
      trx,
      wanted.filter((row) => row.is_gated).map(toGated),
      holdEvents,
    );
    const claimed = wanted.filter((row) => !held.has(row.id));
    const leased = await takeLeases(trx, box, { claimed, claim, through });
    return { leased, passedOver: gone.length + held.size };
  });
}

/** Pushes the end of these leases ahead. A lease that was lost meanwhile stays lost. */
export async function renewEventLeases(db: Database, leaseTokens: string[], leaseMs: number): Promise<void> {
  await sql`
    UPDATE webhook_events SET next_attempt_at = now() + ${leaseMs} * interval '1 ms'
    WHERE lease_token = ANY (${leaseTokens}::uuid[])`.execute(db);
}

/** What is due now or later, and not held: what `webhook_events_ready` has. */
export const READY = sql`next_attempt_at IS NOT NULL AND gate IS DISTINCT FROM 'held'`;

/** The endpoints that have such events, at one step each, however many events they have. After WITH RECURSIVE. */
export const ADDRESSED = sql`addressed AS (
      (SELECT endpoint_id FROM webhook_events WHERE ${READY} ORDER BY endpoint_id LIMIT 1)
      UNION ALL
      SELECT (SELECT endpoint_id FROM webhook_events v
        WHERE v.endpoint_id > addressed.endpoint_id AND ${READY} ORDER BY endpoint_id LIMIT 1)
      FROM addressed WHERE addressed.endpoint_id IS NOT NULL
    )`;

async function lockCandidates(trx: Tx, claim: EventClaim): Promise<Candidate[]> {
  const { leaseTokens, share, inHand, timesTheFree = null } = claim;
  const room = leaseTokens.length;
  const gated = sql`(e.pace_per_second IS NOT NULL OR e.pace_concurrency IS NOT NULL OR coalesce(g.circuit <> 'closed', false))`;
  const { rows } = await sql<Candidate>`
    WITH RECURSIVE ${ADDRESSED}, busy AS (
      SELECT endpoint_id, count(*) AS count FROM unnest(${inHand.map(({ endpointId }) => endpointId)}::uuid[])
        AS b (endpoint_id) GROUP BY endpoint_id
    ), busy_organizations AS (
      SELECT organization_id, count(*)::int AS count
      FROM unnest(${inHand.map(({ organizationId }) => organizationId)}::uuid[]) AS b (organization_id)
      GROUP BY organization_id
    ), ready AS (
    SELECT due.*, e.id IS NOT NULL AS has_endpoint, ${gated} AS is_gated,
      coalesce(g.circuit = 'closed', true) AS circuit_closed, coalesce(busy.count, 0) AS busy,
      row_number() OVER (PARTITION BY due.organization_id ORDER BY coalesce(busy.count, 0), due.next_attempt_at, due.id)
        AS turn
    FROM addressed LEFT JOIN webhook_endpoints e ON e.id = addressed.endpoint_id
    LEFT JOIN endpoint_gates g ON g.endpoint_id = addressed.endpoint_id
    LEFT JOIN busy ON busy.endpoint_id = addressed.endpoint_id
    CROSS JOIN LATERAL (
      SELECT id, organization_id, endpoint_id, state, run, attempts, run_attempts, gate, next_attempt_at
      FROM webhook_events v
      WHERE v.endpoint_id = addressed.endpoint_id AND next_attempt_at <= now() AND ${READY}
        AND id <> ALL (${inHand.map(({ id }) => id)}::uuid[])
      ORDER BY next_attempt_at, id
      LIMIT greatest(0, CASE WHEN e.id IS NULL THEN ${REMOVED_SHARE}::bigint
        ELSE CASE WHEN ${gated} THEN ${share.paced}::bigint ELSE ${share.free}::bigint END - coalesce(busy.count, 0) END)
      FOR UPDATE SKIP LOCKED
    ) AS due
    WHERE e.is_active IS NOT FALSE
    )
    SELECT ready.* FROM ready LEFT JOIN busy_organizations o ON o.organization_id = ready.organization_id
    WHERE ${timesTheFree}::int IS NULL OR (o.count IS NULL AND turn = 1)
      OR turn + coalesce(o.count, 0) <= ${timesTheFree}::int * (${room}::int - turn)
    ORDER BY turn, busy, next_attempt_at, id LIMIT ${room}`.execute(trx);
  return rows;
}

async function recordLost(trx: Tx, lost: Candidate[]): Promise<void> {
  if (lost.length === 0) return;
  await sql`
    INSERT INTO webhook_event_attempts (organization_id, event_id, attempt, run, started_at, outcome, result, error, advice,
      next_attempt_at)
    SELECT organization_id, id, attempts, run, next_attempt_at, 'worker_lost', 'ambiguous',
      'The process that sent this attempt ended, or lost the database, before it could record the answer.',
      'The receiver may have got it. If it is sent again, then under the same webhook-id, which tells the receiver so.',
      now()
    FROM webhook_events WHERE id = ANY (${lost.map((row) => row.id)}::uuid[])
    ON CONFLICT (event_id, attempt) DO NOTHING`.execute(trx);
}

async function endRemoved(trx: Tx, gone: Candidate[]): Promise<void> {
  if (gone.length === 0) return;
  await sql`
    UPDATE webhook_events SET state = 'failed', outcome = 'endpoint_removed', finished_at = now(), next_attempt_at = NULL,
      lease_token = NULL, gate = NULL
    WHERE id = ANY (${gone.map((row) => row.id)}::uuid[])`.execute(trx);
}

async function holdEvents(trx: Tx, held: { id: string; dueMs: number }[]): Promise<void> {
  await sql`
    UPDATE webhook_events v SET gate = 'held', next_attempt_at = to_timestamp(h.due_ms / 1000)
    FROM unnest(${held.map(({ id }) => id)}::uuid[], ${held.map(({ dueMs }) => dueMs)}::float8[]) AS h (id, due_ms)
    WHERE v.id = h.id`.execute(trx);
}

const toGated = (row: Candidate): GatedDelivery => ({
  id: row.id,
  endpointId: row.endpoint_id,
  circuitClosed: row.circuit_closed,
  mark: row.state === 'sending' ? 'lost' : row.gate === 'admitted' ? 'admitted' : 'new',
});

/** Of the execution that an event is about. Of a webhook that is one more than its own header says: see `hopsOf`. */
const HOPS = sql`(
        SELECT greatest(e.hops, (
          SELECT max(least(coalesce(substring(h.header ->> 1 FROM '\\d{1,6}')::int, -1), 8) + 1)
          FROM webhook_logs l CROSS JOIN json_array_elements(l.headers) AS h (header)
          WHERE l.id = e.log_id AND lower(h.header ->> 0) = ${HOPS_HEADER}))
        FROM workflow_executions e WHERE e.id = v.execution_id)`;

interface Taken {
  id: string;
  organization_id: string;
  endpoint_id: string;
  event: string;
  execution_id: string | null;
  hops: number | null;
  body: Buffer;
  lease_token: string;
  run: number;
  attempts: number;
  run_attempts: number;
}

async function takeLeases(
  trx: Tx,
  box: SecretBox,
  { claimed, claim, through }: { claimed: Candidate[]; claim: EventClaim; through: ThroughGates['through'] },
): Promise<LeasedEvent[]> {
  if (claimed.length === 0) return [];
  const { rows } = await sql<Taken>`
    UPDATE webhook_events v SET state = 'sending', gate = lease.gate, attempts = attempts + 1,
      run_attempts = run_attempts + 1, lease_token = lease.token,
      next_attempt_at = now() + ${claim.leaseMs} * interval '1 ms'
    FROM unnest(${claimed.map((row) => row.id)}::uuid[], ${claim.leaseTokens.slice(0, claimed.length)}::uuid[],
      ${claimed.map((row) => (through.has(row.id) ? 'passing' : null))}::text[]) AS lease (id, token, gate)
    WHERE v.id = lease.id
    RETURNING v.id, v.organization_id, v.endpoint_id, v.event, v.execution_id,
      ${HOPS} AS hops, v.body, v.lease_token, v.run, v.attempts,
      v.run_attempts`.execute(trx);
  const endpoints = await readEventEndpoints(trx, box, [...new Set(rows.map((row) => row.endpoint_id))]);
  const lost = new Set(claimed.filter((row) => row.state === 'sending').map((row) => row.id));
  return rows.map((row) => {
    const gate = through.get(row.id);
    return {
      ...toLeased(row),
      endpoint: endpoints.get(row.endpoint_id) ?? null,
      afterLost: lost.has(row.id),
      ...(gate && { gate }),
    };
  });
}

const toLeased = (row: Taken): Omit<LeasedEvent, 'endpoint' | 'afterLost' | 'gate'> => ({
  id: row.id,
  organizationId: row.organization_id,
  endpointId: row.endpoint_id,
  event: row.event,
  executionId: row.execution_id,
  hops: row.hops,
  body: row.body,
  leaseToken: row.lease_token,
  run: row.run,
  attempt: row.attempts,
  runAttempt: row.run_attempts,
});
