import { sql } from 'kysely';
import type { DeliveryState } from '../domain/states.ts';
import type { Database, Tx } from './database.ts';
import { type GatedDelivery, passGates, type ThroughGates } from './gate-claim.ts';
import type { LeasedDelivery } from './work.ts';

export interface ClaimRequest {
  deliveryId: string;
  run: number;
  leaseToken: string;
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
}

/**
 * Takes the lease of deliveries that are due. What is missing from the answer is not due, has ended, belongs to
 * somebody else, or is held by the gate of its endpoint until pace and circuit let it go. A lease that ran out means that its holder died or was cut off in the middle:
 * that attempt is recorded as ambiguous first, so that no resend goes unexplained.
 */
export function claimDeliveries(
  db: Database,
  requests: ClaimRequest[],
  leaseMs: number,
): Promise<Map<string, LeasedDelivery>> {
  return db.transaction().execute(async (trx) => {
    const candidates = await lockCandidates(trx, requests);
    const byId = new Map(requests.map((request) => [request.deliveryId, request]));
    const due = candidates.filter((row) => row.is_due && row.run === byId.get(row.id)?.run);
    const lost = due.filter((row) => row.state === 'sending');
    const cancelled = due.filter((row) => row.cancel_requested);
    const wanted = due.filter((row) => !row.cancel_requested);
    await recordLostAttempts(trx, lost);
    await cancelDeliveries(trx, cancelled);
    const { through, held } = await passGates(trx, wanted.filter(isGated).map(toGated));
    const claimed = wanted.filter((row) => !held.has(row.id));
    await takeLeases(trx, { claimed, requests: byId, through, leaseMs });
    const toClaimed = (row: Candidate) =>
      toLeased(row, byId.get(row.id)?.leaseToken ?? '', through.get(row.id));
    return new Map(claimed.map((row) => [row.id, toClaimed(row)]));
  });
}

/** Pushes the end of these leases ahead. A lease that was lost meanwhile stays lost. */
export async function renewLeases(db: Database, leaseTokens: string[], leaseMs: number): Promise<void> {
  await sql`
    UPDATE deliveries
    SET lease_until = now() + ${leaseMs} * interval '1 ms', next_attempt_at = now() + ${leaseMs} * interval '1 ms'
    WHERE state = 'sending' AND lease_token = ANY (${leaseTokens}::uuid[])`.execute(db);
}

/** Every writer of deliveries locks their executions first, in order: so siblings never see each other half done. */
async function lockCandidates(trx: Tx, requests: ClaimRequest[]): Promise<Candidate[]> {
  const ids = requests.map((request) => request.deliveryId);
  await sql`
    SELECT id FROM workflow_executions
    WHERE id IN (SELECT execution_id FROM deliveries WHERE id = ANY (${ids}::uuid[]))
    ORDER BY id FOR UPDATE`.execute(trx);
  const { rows } = await sql<Candidate>`
    SELECT d.id, d.organization_id, d.execution_id, d.trigger_id, d.endpoint_id, d.state, d.is_undecided, d.run, d.attempts,
      d.run_attempts, d.lease_until, d.gate,
      coalesce(d.next_attempt_at <= clock_timestamp() AND d.gate IS DISTINCT FROM 'held', false) AS is_due,
      e.cancel_requested_at IS NOT NULL AS cancel_requested,
      coalesce(w.pace_per_second IS NOT NULL OR w.pace_concurrency IS NOT NULL OR g.circuit <> 'closed', false)
        AS is_gated, coalesce(g.circuit = 'closed', true) AS circuit_closed
    FROM deliveries d JOIN workflow_executions e ON e.id = d.execution_id
    LEFT JOIN webhook_endpoints w ON w.id = d.endpoint_id
    LEFT JOIN endpoint_gates g ON g.endpoint_id = d.endpoint_id
    WHERE d.id = ANY (${ids}::uuid[]) ORDER BY d.next_attempt_at, d.id`.execute(trx);
  return rows;
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
      lease_token = NULL, lease_until = NULL, gate = NULL
    WHERE id = ANY (${cancelled.map((row) => row.id)}::uuid[])`.execute(trx);
  await sql`
    UPDATE workflow_executions e SET state = 'cancelled', outcome = 'cancelled', finished_at = now()
    WHERE e.id = ANY (${cancelled.map((row) => row.execution_id)}::uuid[]) AND NOT EXISTS (
      SELECT FROM deliveries d WHERE d.execution_id = e.id AND d.next_attempt_at IS NOT NULL)`.execute(trx);
}

const isGated = (row: Candidate): boolean => row.is_gated;

const toGated = (row: Candidate): GatedDelivery => ({
  id: row.id,
  endpointId: row.endpoint_id,
  circuitClosed: row.circuit_closed,
  mark: row.state === 'sending' ? 'lost' : row.gate === 'admitted' ? 'admitted' : 'new',
});

interface Taking {
  claimed: Candidate[];
  requests: Map<string, ClaimRequest>;
  through: ThroughGates['through'];
  leaseMs: number;
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
        next_attempt_at = now() + ${leaseMs} * interval '1 ms', enqueued_at = NULL
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
  runAttempt: row.run_attempts + 1,
  afterLost: row.state === 'sending',
  isUndecided: row.is_undecided,
  ...(gate && { gate }),
});
