import { sql } from 'kysely';
import type { ConfirmedBy, DeliveryState, ExecutionState } from '../domain/states.ts';
import type { StoredCallback, StoredProgress } from './callback-text.ts';
import type { Tx } from './database.ts';
import { EXECUTION_COLUMNS, type StoredExecution, toExecution } from './executions.ts';

export interface StoredAttempt {
  attempt: number;
  run: number;
  startedAt: Date;
  durationMs: number | null;
  outcome: string;
  result: 'succeeded' | 'failed' | 'ambiguous';
  statusCode: number | null;
  error: string | null;
  advice: string | null;
  requestUrl: string;
  requestHeaders: [string, string][] | null;
  requestBytes: number | null;
  responseHeaders: [string, string][] | null;
  responseBody: Buffer | null;
  responseTruncated: boolean;
  nextAttemptAt: Date | null;
}

export interface StoredDelivery {
  id: string;
  triggerId: string;
  /** null: the endpoint was deleted since. */
  endpoint: { id: string; name: string; url: string } | null;
  /** The delivery to the trigger's own endpoint that this one stands in for. */
  fallbackOf: string | null;
  fallbackStep: number;
  isSuperseded: boolean;
  state: DeliveryState;
  run: number;
  attemptCount: number;
  /** Of one that is waiting: when somebody looks after it. */
  nextAttemptAt: Date | null;
  /** null unless it is waiting. */
  awaitedUntil: Date | null;
  outcome: string | null;
  confirmedBy: ConfirmedBy | null;
  /** What n8n said last. */
  callback: StoredCallback | null;
  n8nExecutionId: string | null;
  n8nWorkflowId: string | null;
  createdAt: Date;
  finishedAt: Date | null;
  /** The latest ones, oldest of them first. */
  attempts: StoredAttempt[];
}

export interface StoredTransition {
  seq: number;
  from: ExecutionState | null;
  to: ExecutionState;
  run: number;
  outcome: string | null;
  at: Date;
  /** What n8n reported on the way; left out: nothing, or it is not asked for. */
  data?: StoredProgress;
}

export interface ExecutionDetail extends StoredExecution {
  /** The JSON a manual execution was given. */
  input: Buffer | null;
  deliveries: StoredDelivery[];
  transitions: StoredTransition[];
}

/** Retried by hand often enough, a delivery has more attempts than an answer should carry. */
const MAX_ATTEMPTS_SHOWN = 100;

export async function findExecution(trx: Tx, id: string): Promise<ExecutionDetail | null> {
  const row = await trx
    .selectFrom('workflow_executions')
    .select([...EXECUTION_COLUMNS, 'input'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return null;
  return {
    ...toExecution(row),
    input: row.input,
    deliveries: await findDeliveries(trx, id),
    transitions: [firstTransition(row.created_at), ...(await findTransitions(trx, id))],
  };
}

/** An execution begins as queued; no row is spent on that. */
export const firstTransition = (at: Date): StoredTransition => ({
  seq: 0,
  from: null,
  to: 'queued',
  run: 1,
  outcome: null,
  at,
});

/** n8n may report a thousand times, at length. */
const MAX_PROGRESS_SHOWN = 100;

async function findTransitions(trx: Tx, executionId: string): Promise<StoredTransition[]> {
  const { rows } = await sql<TransitionRow>`
    SELECT seq, from_state, to_state, run, outcome, at, data FROM execution_transitions
    WHERE execution_id = ${executionId} AND (outcome IS DISTINCT FROM 'progress' OR seq >= coalesce((
      SELECT seq FROM execution_transitions WHERE execution_id = ${executionId} AND outcome = 'progress'
      ORDER BY seq DESC OFFSET ${MAX_PROGRESS_SHOWN - 1} LIMIT 1), 0))
    ORDER BY seq`.execute(trx);
  return rows.map((row) => ({
    seq: row.seq,
    from: row.from_state,
    to: row.to_state,
    run: row.run,
    outcome: row.outcome,
    at: row.at,
    ...(row.data !== null && { data: row.data }),
  }));
}

interface TransitionRow {
  seq: number;
  from_state: ExecutionState | null;
  to_state: ExecutionState;
  run: number;
  outcome: string | null;
  at: Date;
  data: StoredProgress | null;
}

interface DeliveryRow {
  id: string;
  trigger_id: string;
  endpoint_id: string;
  endpoint_name: string | null;
  endpoint_url: string | null;
  fallback_of: string | null;
  fallback_step: number;
  is_superseded: boolean;
  state: DeliveryState;
  run: number;
  attempts: number;
  next_attempt_at: Date | null;
  outcome: string | null;
  confirmed_by: ConfirmedBy | null;
  awaited_until: Date | null;
  callback: StoredCallback | null;
  n8n_execution_id: string | null;
  n8n_workflow_id: string | null;
  created_at: Date;
  finished_at: Date | null;
}

async function findDeliveries(trx: Tx, executionId: string): Promise<StoredDelivery[]> {
  const { rows } = await sql<DeliveryRow>`
    SELECT d.id, d.trigger_id, d.endpoint_id, e.name AS endpoint_name, e.url AS endpoint_url,
      d.fallback_of, d.fallback_step, d.is_superseded, d.state, d.run,
      d.attempts, d.next_attempt_at, d.outcome, d.confirmed_by, d.created_at, d.finished_at,
      d.awaited_until, d.callback, d.n8n_execution_id, d.n8n_workflow_id
    FROM deliveries d LEFT JOIN webhook_endpoints e ON e.id = d.endpoint_id
    WHERE d.execution_id = ${executionId} ORDER BY d.id`.execute(trx);
  const attempts = await findAttempts(
    trx,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    id: row.id,
    triggerId: row.trigger_id,
    endpoint:
      row.endpoint_name === null
        ? null
        : { id: row.endpoint_id, name: row.endpoint_name, url: row.endpoint_url ?? '' },
    fallbackOf: row.fallback_of,
    fallbackStep: row.fallback_step,
    isSuperseded: row.is_superseded,
    state: row.state,
    run: row.run,
    attemptCount: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    outcome: row.outcome,
    confirmedBy: row.confirmed_by,
    awaitedUntil: row.awaited_until,
    callback: row.callback,
    n8nExecutionId: row.n8n_execution_id,
    n8nWorkflowId: row.n8n_workflow_id,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
    attempts: attempts.get(row.id) ?? [],
  }));
}

interface AttemptRow {
  delivery_id: string;
  attempt: number;
  run: number;
  started_at: Date;
  duration_ms: number | null;
  outcome: string;
  result: 'succeeded' | 'failed' | 'ambiguous';
  status_code: number | null;
  error: string | null;
  advice: string | null;
  request_url: string;
  request_headers: [string, string][] | null;
  request_bytes: number | null;
  response_headers: [string, string][] | null;
  response_body: Buffer | null;
  response_truncated: boolean;
  next_attempt_at: Date | null;
}

async function findAttempts(trx: Tx, deliveryIds: string[]): Promise<Map<string, StoredAttempt[]>> {
  const { rows } = await sql<AttemptRow>`
    SELECT a.* FROM unnest(${deliveryIds}::uuid[]) AS d (id), LATERAL (
      SELECT delivery_id, attempt, run, started_at, duration_ms, outcome, result, status_code, error, advice,
        request_url, request_headers, request_bytes, response_headers, response_body, response_truncated,
        next_attempt_at
      FROM delivery_attempts WHERE delivery_id = d.id ORDER BY attempt DESC LIMIT ${MAX_ATTEMPTS_SHOWN}
    ) AS a ORDER BY a.delivery_id, a.attempt`.execute(trx);
  const found = new Map<string, StoredAttempt[]>();
  for (const row of rows) {
    const attempts = found.get(row.delivery_id) ?? [];
    attempts.push(toAttempt(row));
    found.set(row.delivery_id, attempts);
  }
  return found;
}

const toAttempt = (row: AttemptRow): StoredAttempt => ({
  attempt: row.attempt,
  run: row.run,
  startedAt: row.started_at,
  durationMs: row.duration_ms,
  outcome: row.outcome,
  result: row.result,
  statusCode: row.status_code,
  error: row.error,
  advice: row.advice,
  requestUrl: row.request_url,
  requestHeaders: row.request_headers,
  requestBytes: row.request_bytes,
  responseHeaders: row.response_headers,
  responseBody: row.response_body,
  responseTruncated: row.response_truncated,
  nextAttemptAt: row.next_attempt_at,
});
