import { sql } from 'kysely';
import type { DeliveryState } from '../domain/states.ts';
import type { Database, Tx } from './database.ts';
import { BY_WORD, type DeliveryWord } from './early-callback.ts';
import { type GatedDelivery, passGates, type ThroughGates } from './gate-claim.ts';
import { type LockedExecution, lockExecutions, rollUpExecutions } from './roll-up.ts';
import type { Awaited, LeasedDelivery } from './work.ts';

export interface ClaimRequest {
  deliveryId: string;
  run: number;
  leaseToken: string;
}

export interface ClaimTerms {
  leaseMs: number;
  /** In how many milliseconds a delivery to this endpoint may be claimed; null, or left out: now. */
  putOffMs?: (endpoint: { endpointId: string; organizationId: string }) => number | null;
}

interface Candidate {
  id: string;
  organization_id: string;
  execution_id: string;
  trigger_id: string;
  endpoint_id: string;
  state: DeliveryState;
  is_undecided: boolean;
  run: number;
  attempts: number;
  run_attempts: number;
  is_due: boolean;
  lease_until: Date | null;
  cancel_requested: boolean;
  gate: 'held' | 'admitted' | 'passing' | null;
  /** Its endpoint has a pace, or a circuit that is not closed. */
  is_gated: boolean;
  circuit_closed: boolean;
  /** The pace of its endpoint says how many calls may be under way. */
  has_own_ceiling: boolean;
  early_callback: DeliveryWord | null;
  is_overdue: boolean;
  /** Of the attempt whose outcome is awaited; null unless `waiting`. */
  awaited_attempt: number | null;
  awaited_since: Date | null;
  n8n_execution_id: string | null;
}

/**
 * Takes the lease of deliveries that are due. What is missing from the answer is not due, has ended, belongs to
 * somebody else, or is held by the gate of its endpoint until pace and circuit let it go. A lease that ran out means
 * that its holder died or was cut off in the middle: that attempt is recorded as ambiguous first, so that no resend
 * goes unexplained; unless n8n has called back since, whose word ends the delivery. One that waits for n8n is only
 * looked after: it stays as it is, nothing is counted, and no gate is asked. What is put off stays as it is, too.
 */
export function claimDeliveries(
  db: Database,
  requests: ClaimRequest[],
  { leaseMs, putOffMs = () => null }: ClaimTerms,
): Promise<Map<string, LeasedDelivery>> {
  return db.transaction().execute(async (trx) => {
    const { executions, candidates } = await lockCandidates(trx, requests);
    const byId = new Map(requests.map((request) => [request.deliveryId, request]));
    const due = candidates.filter((row) => row.is_due && row.run === byId.get(row.id)?.run);
    const lost = due.filter((row) => row.state === 'sending');
    const settled = due.filter(isSettled);
    const cancelled = due.filter((row) => row.cancel_requested && !isSettled(row));
    const open = due.filter((row) => !row.cancel_requested && !isSettled(row));
    const awaited = open.filter((row) => row.state === 'waiting');
    const ready = open.filter((row) => row.state !== 'waiting');
    await recordLostAttempts(trx, lost);
    await settleDeliveries(trx, settled, executions);
    await cancelDeliveries(trx, cancelled);
    await leaseAwaited(trx, { claimed: awaited, requests: byId, leaseMs });
    const wanted = await putOff(trx, ready, putOffMs);
    const { through, held } = await passGates(trx, wanted.filter(isGated).map(toGated));
    const claimed = wanted.filter((row) => !held.has(row.id));
    await takeLeases(trx, { claimed, requests: byId, through, leaseMs });
    const toClaimed = (row: Candidate) =>
      toLeased(row, byId.get(row.id)?.leaseToken ?? '', through.get(row.id));
    return new Map([...awaited, ...claimed].map((row) => [row.id, toClaimed(row)]));
  });
}

/**
 * Pushes the end of these leases ahead. A lease that was lost meanwhile stays lost. In the order of their ids: a
 * callback has locked all deliveries of its execution, several of which may be renewed here.
 */
export async function renewLeases(db: Database, leaseTokens: string[], leaseMs: number): Promise<void> {
  await sql`
    WITH held AS (
      SELECT id FROM deliveries
      WHERE state IN ('sending', 'waiting') AND lease_token = ANY (${leaseTokens}::uuid[]) ORDER BY id FOR UPDATE
    )
    UPDATE deliveries d
    SET lease_until = now() + ${leaseMs} * interval '1 ms', next_attempt_at = now() + ${leaseMs} * interval '1 ms'
    FROM held WHERE d.id = held.id`.execute(db);
}

interface Locked {
  executions: Map<string, LockedExecution>;
  candidates: Candidate[];
}

async function lockCandidates(trx: Tx, requests: ClaimRequest[]): Promise<Locked> {
  const ids = requests.map((request) => request.deliveryId);
  const executions = await lockExecutions(
    trx,
    sql`SELECT execution_id FROM deliveries WHERE id = ANY (${ids}::uuid[])`,
  );
  const { rows } = await sql<Candidate>`
    SELECT d.id, d.organization_id, d.execution_id, d.trigger_id, d.endpoint_id, d.state, d.is_undecided, d.run, d.attempts,
      d.run_attempts, d.lease_until, d.gate,
      coalesce(d.next_attempt_at <= clock_timestamp() AND d.gate IS DISTINCT FROM 'held', false) AS is_due,
      e.cancel_requested_at IS NOT NULL AS cancel_requested,
      coalesce(w.pace_per_second IS NOT NULL OR w.pace_concurrency IS NOT NULL OR g.circuit <> 'closed', false)
        AS is_gated, coalesce(g.circuit = 'closed', true) AS circuit_closed,
      w.pace_concurrency IS NOT NULL AS has_own_ceiling,
      d.early_callback, coalesce(d.awaited_until <= clock_timestamp(), true) AS is_overdue,
      a.attempt AS awaited_attempt, a.started_at AS awaited_since, d.n8n_execution_id
    FROM deliveries d JOIN workflow_executions e ON e.id = d.execution_id
    LEFT JOIN webhook_endpoints w ON w.id = d.endpoint_id
    LEFT JOIN endpoint_gates g ON g.endpoint_id = d.endpoint_id
    LEFT JOIN delivery_attempts a ON d.state = 'waiting' AND a.delivery_id = d.id AND a.attempt = d.attempts
    WHERE d.id = ANY (${ids}::uuid[]) ORDER BY d.next_attempt_at, d.id`.execute(trx);
  return { executions, candidates: rows };
}

/** n8n called back before the attempt was lost. Its failure is no end that somebody waits for who has cancelled. */
const isSettled = ({ state, early_callback: word, cancel_requested: isCancelled }: Candidate): boolean =>
  state === 'sending' && word !== null && (word === 'success' || !isCancelled);

async function settleDeliveries(
  trx: Tx,
  settled: Candidate[],
  executions: Map<string, LockedExecution>,
): Promise<void> {
  if (settled.length === 0) return;
  const ends = settled.map((row) => BY_WORD[row.early_callback ?? 'failure']);
  await sql`
    UPDATE deliveries d SET state = s.state, outcome = s.outcome, confirmed_by = s.confirmed_by, finished_at = now(),
      next_attempt_at = NULL, enqueued_at = NULL, lease_token = NULL, lease_until = NULL, gate = NULL,
      early_callback = NULL
    FROM unnest(
      ${settled.map(({ id }) => id)}::uuid[], ${ends.map(({ state }) => state)}::text[],
      ${ends.map(({ outcome }) => outcome)}::text[], ${ends.map(({ confirmedBy }) => confirmedBy)}::text[]
    ) AS s (id, state, outcome, confirmed_by) WHERE d.id = s.id`.execute(trx);
  const ids = new Set(settled.map((row) => row.execution_id));
  await rollUpExecutions(trx, new Map([...executions].filter(([id]) => ids.has(id))));
}

async function recordLostAttempts(trx: Tx, lost: Candidate[]): Promise<void> {
  if (lost.length === 0) return;
  await sql`
    INSERT INTO delivery_attempts (organization_id, delivery_id, attempt, run, started_at, outcome, result, error,
      advice, request_url, next_attempt_at)
    SELECT d.organization_id, d.id, d.attempts, d.run, d.lease_until, 'worker_lost', 'ambiguous',
      'The process that sent this attempt ended, or lost the database, before it could record the answer.',
      'The receiver may have got it. If it is sent again, then under the same x-hookgate-delivery-id, which tells the receiver so.',
      coalesce(e.url, ''), now()
    FROM deliveries d LEFT JOIN webhook_endpoints e ON e.id = d.endpoint_id
    WHERE d.id = ANY (${lost.map((row) => row.id)}::uuid[])
    ON CONFLICT (delivery_id, attempt) DO NOTHING`.execute(trx);
}

async function cancelDeliveries(trx: Tx, cancelled: Candidate[]): Promise<void> {
  if (cancelled.length === 0) return;
  await sql`
    UPDATE deliveries SET state = 'cancelled', outcome = 'cancelled', finished_at = now(), next_attempt_at = NULL,
      lease_token = NULL, lease_until = NULL, gate = NULL, awaited_until = NULL, early_callback = NULL
    WHERE id = ANY (${cancelled.map((row) => row.id)}::uuid[])`.execute(trx);
  await sql`
    UPDATE workflow_executions e SET state = 'cancelled', outcome = 'cancelled', finished_at = now()
    WHERE e.id = ANY (${cancelled.map((row) => row.execution_id)}::uuid[]) AND NOT EXISTS (
      SELECT FROM deliveries d WHERE d.execution_id = e.id AND d.next_attempt_at IS NOT NULL)`.execute(trx);
}

/** Those that are not. One that was lost goes on: only a worker that has its lease can judge what that means. */
async function putOff(
  trx: Tx,
  ready: Candidate[],
  putOffMs: NonNullable<ClaimTerms['putOffMs']>,
): Promise<Candidate[]> {
  const later = new Map<string, number>();
  for (const row of ready) {
    if (row.has_own_ceiling || row.state === 'sending') continue;
    const ms = putOffMs({ endpointId: row.endpoint_id, organizationId: row.organization_id });
    if (ms !== null) later.set(row.id, ms);
  }
  if (later.size === 0) return ready;
  await sql`
    UPDATE deliveries d SET next_attempt_at = now() + later.ms * interval '1 ms', enqueued_at = NULL
    FROM unnest(${[...later.keys()]}::uuid[], ${[...later.values()]}::float8[]) AS later (id, ms)
    WHERE d.id = later.id`.execute(trx);
  return ready.filter((row) => !later.has(row.id));
}

const isGated = (row: Candidate): boolean => row.is_gated;

const toGated = (row: Candidate): GatedDelivery => ({
  id: row.id,
  endpointId: row.endpoint_id,
  circuitClosed: row.circuit_closed,
  mark: row.state === 'sending' ? 'lost' : row.gate === 'admitted' ? 'admitted' : 'new',
});

interface Leasing {
  claimed: Candidate[];
  requests: Map<string, ClaimRequest>;
  leaseMs: number;
}

async function leaseAwaited(trx: Tx, { claimed, requests, leaseMs }: Leasing): Promise<void> {
  if (claimed.length === 0) return;
  await sql`
    UPDATE deliveries d SET lease_token = lease.token, lease_until = now() + ${leaseMs} * interval '1 ms',
      next_attempt_at = now() + ${leaseMs} * interval '1 ms', enqueued_at = NULL
    FROM unnest(${claimed.map((row) => row.id)}::uuid[],
      ${claimed.map((row) => requests.get(row.id)?.leaseToken)}::uuid[]) AS lease (id, token)
    WHERE d.id = lease.id`.execute(trx);
}

interface Taking extends Leasing {
  through: ThroughGates['through'];
}

async function takeLeases(trx: Tx, { claimed, requests, through, leaseMs }: Taking): Promise<void> {
  if (claimed.length === 0) return;
  await sql`
    WITH lease AS (
      SELECT * FROM unnest(${claimed.map((row) => row.id)}::uuid[],
        ${claimed.map((row) => requests.get(row.id)?.leaseToken)}::uuid[],
        ${claimed.map((row) => (through.has(row.id) ? 'passing' : null))}::text[]) AS l (id, token, gate)
    ), taken AS (
      UPDATE deliveries d SET state = 'sending', gate = lease.gate, attempts = attempts + 1, run_attempts = run_attempts + 1,
        lease_token = lease.token, lease_until = now() + ${leaseMs} * interval '1 ms',
        next_attempt_at = now() + ${leaseMs} * interval '1 ms', enqueued_at = NULL,
        callback = NULL, early_callback = NULL, n8n_execution_id = NULL, n8n_workflow_id = NULL
      FROM lease WHERE d.id = lease.id
    )
    UPDATE workflow_executions SET state = 'running', started_at = coalesce(started_at, now())
    WHERE id = ANY (${claimed.map((row) => row.execution_id)}::uuid[])
      AND state IN ('queued', 'retrying', 'waiting')`.execute(trx);
}

const toLeased = (
  row: Candidate,
  leaseToken: string,
  gate: { probe: boolean } | undefined,
): LeasedDelivery => ({
  id: row.id,
  executionId: row.execution_id,
  triggerId: row.trigger_id,
  endpointId: row.endpoint_id,
  leaseToken,
  run: row.run,
  attempt: row.attempts + 1,
  // What is only looked after was counted when it was sent.
  runAttempt: row.run_attempts + (row.state === 'waiting' ? 0 : 1),
  afterLost: row.state === 'sending',
  isUndecided: row.is_undecided,
  ...(gate && { gate }),
  ...(row.state === 'waiting' && { awaited: toAwaited(row) }),
});

const toAwaited = (row: Candidate): Awaited => ({
  isOverdue: row.is_overdue,
  attempt: row.awaited_attempt ?? row.attempts,
  since: row.awaited_since ?? new Date(0),
  n8nExecutionId: row.n8n_execution_id,
});
