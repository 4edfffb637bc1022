import { sql } from 'kysely';
import type { EventDirection, EventState } from '../domain/event-states.ts';
import { idCursor, type Page, type PageRequest, toPage } from './cursor.ts';
import type { Tx } from './database.ts';
import { idFloor } from './id-range.ts';

export interface StoredEvent {
  id: string;
  direction: EventDirection;
  event: string;
  state: EventState;
  outcome: string | null;
  endpointId: string | null;
  workflowId: string | null;
  executionId: string | null;
  deliveryId: string | null;
  webhookId: string | null;
  bodyBytes: number;
  signatureScheme: string | null;
  signatureVerdict: string | null;
  sourceIp: string | null;
  statusCode: number | null;
  errorCode: string | null;
  durationMs: number | null;
  run: number;
  attempts: number;
  /** null: it has ended, or is being sent. */
  nextAttemptAt: Date | null;
  /** What it waits for besides its time: the pace or the circuit of its endpoint. */
  isHeld: boolean;
  createdAt: Date;
  finishedAt: Date | null;
}

export interface StoredEventAttempt {
  attempt: number;
  run: number;
  startedAt: Date;
  durationMs: number | null;
  result: 'succeeded' | 'failed' | 'ambiguous';
  outcome: string;
  statusCode: number | null;
  error: string | null;
  advice: string | null;
  responseBody: Buffer | null;
  responseTruncated: boolean;
  nextAttemptAt: Date | null;
}

export interface EventDetail extends StoredEvent {
  /** null: it was not kept, because it was refused. */
  body: Buffer | null;
  attemptList: StoredEventAttempt[];
}

export interface EventFilter {
  direction?: EventDirection | undefined;
  event?: string | undefined;
  state?: EventState | undefined;
  endpointId?: string | undefined;
  executionId?: string | undefined;
  workflowId?: string | undefined;
  /** Created at this time or later. */
  from?: Date | undefined;
  /** Created before this time. */
  to?: Date | undefined;
}

const COLUMNS = [
  'id',
  'direction',
  'event',
  'state',
  'outcome',
  'endpoint_id',
  'workflow_id',
  'execution_id',
  'delivery_id',
  'webhook_id',
  'body_bytes',
  'signature_scheme',
  'signature_verdict',
  'source_ip',
  'status_code',
  'error_code',
  'duration_ms',
  'run',
  'attempts',
  'next_attempt_at',
  'gate',
  'created_at',
  'finished_at',
] as const;

type Row = Awaited<ReturnType<ReturnType<typeof eventsQuery>['execute']>>[number];

const cursors = idCursor('webhook-events');

/** An id is made a moment before or after the time that is stored: the range on it only narrows the scan. */
const ID_SLACK_MS = 60_000;

export async function listEvents(
  trx: Tx,
  filter: EventFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<StoredEvent>> {
  const rows = await eventsQuery(trx, filter, cursor)
    .limit(limit + 1)
    .execute();
  return toPage(rows, limit, { item: toEvent, cursor: (row) => cursors.encode(row.id) });
}

const FAILED: readonly EventState[] = ['refused', 'failed', 'dead_lettered'];
const OPEN: readonly EventState[] = ['pending', 'sending', 'retrying'];

/** The statement behind the list, newest first, without its limit. */
export function eventsQuery(trx: Tx, filter: EventFilter, cursor?: string | undefined) {
  const { direction, event, state, endpointId, executionId, workflowId, from, to } = filter;
  let query = trx.selectFrom('webhook_events').select(COLUMNS).orderBy('id', 'desc');
  if (cursor !== undefined) query = query.where('id', '<', cursors.decode(cursor)[0] as string);
  if (direction !== undefined) query = query.where('direction', '=', direction);
  if (event !== undefined) query = query.where('event', '=', event);
  if (state !== undefined) {
    query = query.where('state', '=', state);
    // Those are few among the many that went well, and the indexes of just those say so.
    if (FAILED.includes(state))
      query = query.where(sql<boolean>`state IN ('refused', 'failed', 'dead_lettered')`);
    if (OPEN.includes(state)) query = query.where('next_attempt_at', 'is not', null);
  }
  if (endpointId !== undefined) query = query.where('endpoint_id', '=', endpointId);
  if (executionId !== undefined) query = query.where('execution_id', '=', executionId);
  if (workflowId !== undefined) query = query.where('workflow_id', '=', workflowId);
  if (from !== undefined) {
    query = query.where('id', '>=', idFloor(from.getTime() - ID_SLACK_MS)).where('created_at', '>=', from);
  }
  if (to !== undefined) {
    query = query.where('id', '<', idFloor(to.getTime() + ID_SLACK_MS)).where('created_at', '<', to);
  }
  return query;
}

/** null: there is none, or it is somebody else's. */
export async function findEvent(trx: Tx, id: string): Promise<EventDetail | null> {
  const row = await trx
    .selectFrom('webhook_events')
    .select([...COLUMNS, 'body'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return null;
  const attempts = await trx
    .selectFrom('webhook_event_attempts')
    .selectAll()
    .where('event_id', '=', id)
    .orderBy('attempt')
    .execute();
  return {
    ...toEvent(row),
    body: row.body,
    attemptList: attempts.map((attempt) => ({
      attempt: attempt.attempt,
      run: attempt.run,
      startedAt: attempt.started_at,
      durationMs: attempt.duration_ms,
      result: attempt.result,
      outcome: attempt.outcome,
      statusCode: attempt.status_code,
      error: attempt.error,
      advice: attempt.advice,
      responseBody: attempt.response_body,
      responseTruncated: attempt.response_truncated,
      nextAttemptAt: attempt.next_attempt_at,
    })),
  };
}

export type EventRetry =
  | { status: 'queued' | 'not_found' | 'inbound' | 'endpoint_removed' }
  | { status: 'not_ended'; state: EventState };

/** Makes an event that came to nothing due again, as a new run under the same id. */
export async function retryEvent(trx: Tx, id: string): Promise<EventRetry> {
  const { rows } = await sql<{ direction: EventDirection; state: EventState; has_endpoint: boolean }>`
    SELECT direction, state, EXISTS (SELECT FROM webhook_endpoints e WHERE e.id = v.endpoint_id) AS has_endpoint
    FROM webhook_events v WHERE id = ${id} FOR UPDATE OF v`.execute(trx);
  const [found] = rows;
  if (found === undefined) return { status: 'not_found' };
  if (found.direction === 'in') return { status: 'inbound' };
  if (found.state !== 'failed' && found.state !== 'dead_lettered')
    return { status: 'not_ended', state: found.state };
  if (!found.has_endpoint) return { status: 'endpoint_removed' };
  await sql`
    UPDATE webhook_events SET state = 'pending', outcome = NULL, run = run + 1, run_attempts = 0, next_attempt_at = now(),
      finished_at = NULL
    WHERE id = ${id}`.execute(trx);
  return { status: 'queued' };
}

const toEvent = (row: Row): StoredEvent => ({
  id: row.id,
  direction: row.direction,
  event: row.event,
  state: row.state,
  outcome: row.outcome,
  endpointId: row.endpoint_id,
  workflowId: row.workflow_id,
  executionId: row.execution_id,
  deliveryId: row.delivery_id,
  webhookId: row.webhook_id,
  bodyBytes: row.body_bytes,
  signatureScheme: row.signature_scheme,
  signatureVerdict: row.signature_verdict,
  sourceIp: row.source_ip,
  statusCode: row.status_code,
  errorCode: row.error_code,
  durationMs: row.duration_ms,
  run: row.run,
  attempts: row.attempts,
  // Of one that is being sent it is the end of the lease.
  nextAttemptAt: row.state === 'sending' ? null : row.next_attempt_at,
  isHeld: row.gate === 'held',
  createdAt: row.created_at,
  finishedAt: row.finished_at,
});
