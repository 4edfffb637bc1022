import { sql } from 'kysely';
import type { FallbackTaken } from '../domain/fallback.ts';
import type { ConfirmedBy, DeliveryState, ExecutionState } from '../domain/states.ts';
import type { Database, Tx } from './database.ts';
import { type DeliveryWord, settleByWord } from './early-callback.ts';
import { beginFallbacks, withFallback } from './fallback.ts';
import {
  type DeliveryEnd,
  type ExecutionMove,
  type LockedExecution,
  lockExecutions,
  moveExecutions,
  moveOf,
} from './roll-up.ts';
import type { LeasedDelivery } from './work.ts';

/** How one attempt went and what follows from it. */
export interface AttemptRecord {
  delivery: LeasedDelivery;
  startedAt: Date;
  durationMs: number;
  result: 'succeeded' | 'failed' | 'ambiguous';
  outcome: string;
  statusCode: number | null;
  error: string | null;
  advice: string | null;
  requestUrl: string;
  requestHeaders: [string, string][];
  requestBytes: number;
  responseHeaders: [string, string][] | null;
  responseBody: Buffer | null;
  responseTruncated: boolean;
  /** What the delivery becomes. */
  state: Extract<DeliveryState, 'succeeded' | 'waiting' | 'retrying' | 'failed' | 'dead_lettered'>;
  confirmedBy: ConfirmedBy | null;
  /** Milliseconds until the next attempt; of `waiting`, until somebody looks after it. Null for all others. */
  retryInMs: number | null;
  /** Milliseconds until what is awaited is overdue; left out unless `waiting`. */
  awaitMs?: number;
  /** Its execution in n8n, when that is known. */
  n8n?: { executionId: string; workflowId: string | null };
  /** It could not even be tried, and does not use up the attempts of the retry policy. */
  isUncounted?: boolean;
}

export interface RecordedExecution {
  id: string;
  state: ExecutionState;
  createdAt: Date;
  /** What was done because nobody took the delivery; left out: nothing. */
  fallback?: FallbackTaken[];
}

interface Sibling {
  id: string;
  execution_id: string;
  state: DeliveryState;
  lease_token: string | null;
  outcome: string | null;
  confirmed_by: ConfirmedBy | null;
  is_superseded: boolean;
  early_callback: DeliveryWord | null;
}

/**
 * Writes attempts, moves their deliveries and rolls up their executions in one transaction. Can be repeated
 * when the commit was not confirmed: what is recorded already is not written again. An attempt whose lease was
 * lost writes nothing: whoever took it over has recorded it as ambiguous. Returns, by delivery id, the
 * executions as they are afterwards; lost attempts are missing from it.
 */
export function recordAttempts(
  db: Database,
  records: AttemptRecord[],
): Promise<Map<string, RecordedExecution>> {
  return db.transaction().execute(async (trx) => {
    const executionIds = [...new Set(records.map((record) => record.delivery.executionId))];
    const executions = await lockExecutions(trx, executionIds);
    const siblings = await readDeliveries(trx, executionIds);
    const byId = new Map(siblings.map((sibling) => [sibling.id, sibling]));
    const isHeld = ({ delivery }: AttemptRecord) =>
      byId.get(delivery.id)?.lease_token === delivery.leaseToken;
    const held = records
      .filter(isHeld)
      .map((record) => settleByWord(record, byId.get(record.delivery.id)?.early_callback ?? null))
      .map((record) => obeyCancel(record, executions.get(record.delivery.executionId)));
    const fallbacks = await beginFallbacks(trx, held);
    const written = held.map((record) => withFallback(record, fallbacks.get(record.delivery.id)));
    const moved = await writeHeld(trx, written, siblings, executions);
    const before = await findRecorded(
      trx,
      records.filter((record) => !isHeld(record)),
    );
    return new Map(
      [...held, ...before].map(({ delivery: { id, executionId } }) => {
        const execution = executions.get(executionId) as LockedExecution;
        const state = moved.get(executionId)?.state ?? execution.state;
        const fallback = fallbacks.get(id)?.taken;
        return [
          id,
          { id: executionId, state, createdAt: execution.created_at, ...(fallback && { fallback }) },
        ];
      }),
    );
  });
}

async function writeHeld(
  trx: Tx,
  held: Held[],
  siblings: Sibling[],
  executions: Map<string, LockedExecution>,
): Promise<Map<string, ExecutionMove>> {
  if (held.length === 0) return new Map();
  await insertAttempts(trx, held);
  await moveDeliveries(trx, held);
  const moved = rollUpExecutions(held, siblings);
  await moveExecutions(trx, moved, executions);
  return moved;
}

/** Those of these attempts that an earlier call wrote, whose confirmation got lost. */
async function findRecorded(trx: Tx, records: AttemptRecord[]): Promise<AttemptRecord[]> {
  if (records.length === 0) return [];
  // The start tells ours from the one that somebody else recorded for us, as ambiguous.
  const { rows } = await sql<{ delivery_id: string }>`
    SELECT delivery_id FROM delivery_attempts
    JOIN unnest(
      ${records.map(({ delivery }) => delivery.id)}::uuid[], ${records.map(({ delivery }) => delivery.attempt)}::int[],
      ${records.map(({ startedAt }) => startedAt)}::timestamptz[]
    ) AS mine (delivery_id, attempt, started_at) USING (delivery_id, attempt, started_at)`.execute(trx);
  const found = new Set(rows.map((row) => row.delivery_id));
  return records.filter(({ delivery }) => found.has(delivery.id));
}

type Ending = AttemptRecord & {
  deliveryState: DeliveryState;
  deliveryOutcome: string;
};
type Held = Ending & {
  /** Another delivery was made in its place. */
  isSuperseded: boolean;
};

/** Cancelling lets a running attempt finish: its success wins, anything else ends cancelled. */
function obeyCancel(record: Ending, execution: LockedExecution | undefined): Ending {
  const cancelled = execution?.cancel_requested && record.deliveryState !== 'succeeded';
  return cancelled ? { ...record, deliveryState: 'cancelled', retryInMs: null } : record;
}

async function readDeliveries(trx: Tx, executionIds: string[]): Promise<Sibling[]> {
  const { rows } = await sql<Sibling>`
    SELECT id, execution_id, state, lease_token, outcome, confirmed_by, is_superseded, early_callback FROM deliveries
    WHERE execution_id = ANY (${executionIds}::uuid[]) ORDER BY id`.execute(trx);
  return rows;
}

async function insertAttempts(trx: Tx, held: Held[]): Promise<void> {
  await sql`
    INSERT INTO delivery_attempts (organization_id, delivery_id, attempt, run, started_at, duration_ms, outcome,
      result, status_code, error, advice, request_url, request_headers, request_bytes, response_headers,
      response_body, response_truncated, next_attempt_at)
    SELECT d.organization_id, a.delivery_id, a.attempt, a.run, a.started_at, a.duration_ms, a.outcome, a.result,
      a.status_code, a.error, a.advice, a.request_url, a.request_headers, a.request_bytes, a.response_headers,
      a.response_body, a.response_truncated, now() + a.retry_in_ms * interval '1 ms'
    FROM unnest(
      ${held.map((record) => record.delivery.id)}::uuid[], ${held.map((record) => record.delivery.attempt)}::int[],
      ${held.map((record) => record.delivery.run)}::int[], ${held.map((record) => record.startedAt)}::timestamptz[],
      ${held.map((record) => Math.round(record.durationMs))}::int[], ${held.map((record) => record.outcome)}::text[],
      ${held.map((record) => record.result)}::text[], ${held.map((record) => record.statusCode)}::smallint[],
      ${held.map((record) => storable(record.error))}::text[], ${held.map((record) => record.advice)}::text[],
      ${held.map((record) => storable(record.requestUrl))}::text[],
      ${held.map((record) => JSON.stringify(record.requestHeaders))}::json[],
      ${held.map((record) => record.requestBytes)}::int[],
      ${held.map((record) => record.responseHeaders && JSON.stringify(record.responseHeaders))}::json[],
      ${held.map((record) => record.responseBody)}::bytea[], ${held.map((record) => record.responseTruncated)}::bool[],
      ${held.map((record) => (record.deliveryState === 'retrying' ? record.retryInMs : null))}::float8[]
    ) AS a (delivery_id, attempt, run, started_at, duration_ms, outcome, result, status_code, error, advice,
      request_url, request_headers, request_bytes, response_headers, response_body, response_truncated, retry_in_ms)
    JOIN deliveries d ON d.id = a.delivery_id`.execute(trx);
}

/** Text columns cannot hold NUL, which a receiver may well send. */
const storable = (text: string | null): string | null => text?.replaceAll('\u0000', '\uFFFD') ?? null;

async function moveDeliveries(trx: Tx, held: Held[]): Promise<void> {
  await sql`
    UPDATE deliveries d
    SET state = m.state, outcome = m.outcome, confirmed_by = m.confirmed_by, lease_token = NULL, lease_until = NULL,
      gate = NULL, is_undecided = m.is_undecided, attempts = greatest(attempts, m.attempt),
      run_attempts = run_attempts - m.uncounted, early_callback = NULL,
      enqueued_at = NULL, next_attempt_at = now() + m.retry_in_ms * interval '1 ms',
      awaited_until = now() + m.await_ms * interval '1 ms',
      n8n_execution_id = coalesce(m.n8n_execution_id, d.n8n_execution_id),
      n8n_workflow_id = coalesce(m.n8n_workflow_id, d.n8n_workflow_id),
      finished_at = CASE WHEN m.state NOT IN ('retrying', 'waiting') THEN now() END
    FROM unnest(
      ${held.map((record) => record.delivery.id)}::uuid[], ${held.map((record) => record.deliveryState)}::text[],
      ${held.map((record) => record.deliveryOutcome)}::text[], ${held.map((record) => record.confirmedBy)}::text[],
      ${held.map((record) => record.retryInMs)}::float8[],
      ${held.map((record) => (record.deliveryState === 'waiting' ? record.awaitMs : null))}::float8[],
      ${held.map((record) => record.delivery.attempt)}::int[],
      ${held.map((record) => record.delivery.isUndecided)}::bool[],
      ${held.map((record) => (record.isUncounted ? 1 : 0))}::int[],
      ${held.map((record) => storable(record.n8n?.executionId ?? null))}::text[],
      ${held.map((record) => storable(record.n8n?.workflowId ?? null))}::text[]
    ) AS m (id, state, outcome, confirmed_by, retry_in_ms, await_ms, attempt, is_undecided, uncounted, n8n_execution_id,
      n8n_workflow_id)
    WHERE d.id = m.id`.execute(trx);
}

/** What the executions of these attempts become, once the attempts are written. */
function rollUpExecutions(held: Held[], siblings: Sibling[]): Map<string, ExecutionMove> {
  const written = new Map(held.map((record) => [record.delivery.id, record]));
  const executionIds = new Set(held.map((record) => record.delivery.executionId));
  const endOf = (sibling: Sibling): DeliveryEnd => {
    const { state, outcome, confirmed_by: confirmedBy, is_superseded: isSuperseded } = sibling;
    const record = written.get(sibling.id);
    if (!record) return { state, outcome, confirmedBy, isSuperseded };
    // What stands in for it has only been made.
    if (record.isSuperseded)
      return { state: 'pending', outcome: null, confirmedBy: null, isSuperseded: false };
    const { deliveryState, deliveryOutcome } = record;
    return { state: deliveryState, outcome: deliveryOutcome, confirmedBy: record.confirmedBy, isSuperseded };
  };
  const ofExecution = (id: string) => siblings.filter((sibling) => sibling.execution_id === id);
  return new Map([...executionIds].map((id) => [id, moveOf(ofExecution(id).map(endOf))]));
}
