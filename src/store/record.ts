import { sql } from 'kysely';
import { type ConfirmedBy, type DeliveryState, type ExecutionState, rollUp } from '../domain/states.ts';
import type { Database, Tx } from './database.ts';
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
  state: Extract<DeliveryState, 'succeeded' | 'retrying' | 'failed' | 'dead_lettered'>;
  confirmedBy: ConfirmedBy | null;
  /** Milliseconds until the next attempt; null unless `retrying`. */
  retryInMs: number | null;
  /** It could not even be tried, and does not use up the attempts of the retry policy. */
  isUncounted?: boolean;
}

export interface RecordedExecution {
  id: string;
  state: ExecutionState;
  createdAt: Date;
}

interface Locked {
  id: string;
  state: ExecutionState;
  created_at: Date;
  cancel_requested: boolean;
}

interface Sibling {
  id: string;
  execution_id: string;
  state: DeliveryState;
  lease_token: string | null;
  outcome: string | null;
  confirmed_by: ConfirmedBy | null;
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
    const leases = new Map(siblings.map((sibling) => [sibling.id, sibling.lease_token]));
    const isHeld = ({ delivery }: AttemptRecord) => leases.get(delivery.id) === delivery.leaseToken;
    const held = records
      .filter(isHeld)
      .map((record) => obeyCancel(record, executions.get(record.delivery.executionId)));
    const moved = await writeHeld(trx, held, siblings, executions);
    const before = await findRecorded(
      trx,
      records.filter((record) => !isHeld(record)),
    );
    return new Map(
      [...held, ...before].map(({ delivery: { id, executionId } }) => {
        const execution = executions.get(executionId) as Locked;
        const state = moved.get(executionId)?.state ?? execution.state;
        return [id, { id: executionId, state, createdAt: execution.created_at }];
      }),
    );
  });
}

async function writeHeld(
  trx: Tx,
  held: Held[],
  siblings: Sibling[],
  executions: Map<string, Locked>,
): Promise<Map<string, Move>> {
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

type Held = AttemptRecord & { deliveryState: DeliveryState };

/** Cancelling lets a running attempt finish: its success wins, anything else ends cancelled. */
function obeyCancel(record: AttemptRecord, execution: Locked | undefined): Held {
  const cancelled = execution?.cancel_requested && record.state !== 'succeeded';
  return cancelled
    ? { ...record, deliveryState: 'cancelled', retryInMs: null }
    : { ...record, deliveryState: record.state };
}

/** Every writer of deliveries locks their executions first, in order: so siblings never see each other half done. */
async function lockExecutions(trx: Tx, ids: string[]): Promise<Map<string, Locked>> {
  const { rows } = await sql<Locked>`
    SELECT id, state, created_at, cancel_requested_at IS NOT NULL AS cancel_requested
    FROM workflow_executions WHERE id = ANY (${ids}::uuid[]) ORDER BY id FOR UPDATE`.execute(trx);
  return new Map(rows.map((row) => [row.id, row]));
}

async function readDeliveries(trx: Tx, executionIds: string[]): Promise<Sibling[]> {
  const { rows } = await sql<Sibling>`
    SELECT id, execution_id, state, lease_token, outcome, confirmed_by FROM deliveries
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
      ${held.map((record) => record.retryInMs)}::float8[]
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
      gate = NULL, is_undecided = m.is_undecided, run_attempts = run_attempts - m.uncounted,
      enqueued_at = NULL, next_attempt_at = now() + m.retry_in_ms * interval '1 ms',
      finished_at = CASE WHEN m.state <> 'retrying' THEN now() END
    FROM unnest(
      ${held.map((record) => record.delivery.id)}::uuid[], ${held.map((record) => record.deliveryState)}::text[],
      ${held.map((record) => record.outcome)}::text[], ${held.map((record) => record.confirmedBy)}::text[],
      ${held.map((record) => record.retryInMs)}::float8[],
      ${held.map((record) => record.delivery.isUndecided)}::bool[],
      ${held.map((record) => (record.isUncounted ? 1 : 0))}::int[]
    ) AS m (id, state, outcome, confirmed_by, retry_in_ms, is_undecided, uncounted)
    WHERE d.id = m.id`.execute(trx);
}

interface Move {
  state: ExecutionState;
  outcome: string | null;
  confirmedBy: ConfirmedBy | null;
}

/** What the executions of these attempts become, once the attempts are written. */
function rollUpExecutions(held: Held[], siblings: Sibling[]): Map<string, Move> {
  const written = new Map(held.map((record) => [record.delivery.id, record]));
  const moves = new Map<string, Move>();
  for (const executionId of new Set(held.map((record) => record.delivery.executionId))) {
    const deliveries = siblings
      .filter((sibling) => sibling.execution_id === executionId)
      .map(({ id, state, outcome, confirmed_by }) => {
        const record = written.get(id);
        return record
          ? { state: record.deliveryState, outcome: record.outcome, confirmedBy: record.confirmedBy }
          : { state, outcome, confirmedBy: confirmed_by };
      });
    const state = rollUp(deliveries.map((delivery) => delivery.state));
    // Of the delivery that decides, which need not be the one that ended last.
    const decisive = deliveries.find((delivery) => delivery.state === state);
    moves.set(executionId, {
      state,
      outcome: decisive?.outcome ?? null,
      confirmedBy: decisive?.confirmedBy ?? null,
    });
  }
  return moves;
}

async function moveExecutions(trx: Tx, moves: Map<string, Move>, before: Map<string, Locked>): Promise<void> {
  const changed = [...moves].filter(([id, move]) => before.get(id)?.state !== move.state);
  if (changed.length === 0) return;
  await sql`
    UPDATE workflow_executions e
    SET state = m.state, outcome = m.outcome, confirmed_by = m.confirmed_by,
      finished_at = CASE WHEN m.state NOT IN ('running', 'retrying', 'waiting') THEN now() END
    FROM unnest(
      ${changed.map(([id]) => id)}::uuid[], ${changed.map(([, move]) => move.state)}::text[],
      ${changed.map(([, move]) => move.outcome)}::text[],
      ${changed.map(([, move]) => (move.state === 'succeeded' ? move.confirmedBy : null))}::text[]
    ) AS m (id, state, outcome, confirmed_by)
    WHERE e.id = m.id`.execute(trx);
}
