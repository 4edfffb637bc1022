import { createHash } from 'node:crypto';
import { isTooFar } from '../../domain/hops.ts';
import { newId } from '../../domain/ids.ts';
import { type Fault, Problem } from '../../domain/problem.ts';
import type { ExecutionState } from '../../domain/states.ts';
import { applyCallback } from '../../store/callbacks.ts';
import { becomeTenant, type Tx } from '../../store/database.ts';
import { type StartResult, startExecution } from '../../store/idempotency.ts';
import { findExecutionOfDelivery } from '../../store/inbound-events.ts';
import type { ApplyEvent, EventHandlers, N8nEvent } from './event.ts';
import { meaningOf } from './status-words.ts';

/** A loop through n8n ends after as many executions. */

export const STARTED = 'started';

/** What an event did, and what that was done to. */
export interface Done {
  /** In one word. */
  outcome: string;
  /** Whether it had been processed before: nothing was changed. */
  duplicate: boolean;
  executionId: string | null;
  executionState: ExecutionState | null;
  workflowId: string | null;
  deliveryId: string | null;
  /** When the execution was accepted that this ended; null: it ended none. */
  endedSince: Date | null;
}

const nothing = ({ workflowId, executionId, deliveryId }: N8nEvent): Done => ({
  outcome: 'recorded',
  duplicate: false,
  executionId,
  executionState: null,
  workflowId,
  deliveryId,
  endedSince: null,
});

/**
 * What is done with an event that has a handler; null: it has none.
 * @throws Problem validation_failed when it is about an execution as well.
 */
export async function prepareEvent(handlers: EventHandlers, event: N8nEvent): Promise<ApplyEvent | null> {
  const handler = Object.hasOwn(handlers, event.event) ? handlers[event.event] : undefined;
  if (handler === undefined) return null;
  const named = (['executionId', 'deliveryId', 'workflowId'] as const).filter((name) => event[name] !== null);
  if (named.length === 0) return handler(event);
  const detail = `is not for ${event.event}: what an execution has come to is an event of its own`;
  throw invalid(named.map((name) => ({ pointer: `/body/${name}`, detail })));
}

export interface EventToApply {
  event: N8nEvent;
  prepared: ApplyEvent | null;
  /** In case it starts one. */
  started: ReturnType<typeof executionOf>;
}

/**
 * Does what an event says.
 * @throws Problem when it is refused: the transaction is to be undone.
 */
export async function applyEvent(trx: Tx, { event, prepared, started }: EventToApply): Promise<Done> {
  if (prepared === null && (event.executionId !== null || event.deliveryId !== null)) {
    return callBack(trx, event);
  }
  // Callbacks move what only the owner may write, and name the organization in each statement.
  await becomeTenant(trx, event.organizationId);
  if (prepared !== null) return handle(trx, event, prepared);
  return event.workflowId === null ? nothing(event) : start(trx, event, started);
}

async function callBack(trx: Tx, event: N8nEvent): Promise<Done> {
  const { organizationId, deliveryId } = event;
  const executionId =
    event.executionId ?? (deliveryId && (await findExecutionOfDelivery(trx, { organizationId, deliveryId })));
  if (executionId === null) throw new Problem('execution_not_found');
  const { n8nExecutionId, data, attempt, sentAt, workflowId, endpointId } = event;
  const result = await applyCallback(trx, {
    organizationId,
    executionId,
    deliveryId,
    workflowId,
    endpointId,
    status: meaningOf(event.status),
    n8nStatus: event.status,
    n8nExecutionId,
    data,
    attempt,
    sentAt,
    event: event.event,
    eventId: event.id,
  });
  if (result.status === 'not_found') throw new Problem('execution_not_found');
  if (result.status === 'ambiguous') throw ambiguous(result.deliveryIds);
  const { status: outcome, ...rest } = result;
  return { ...nothing(event), ...rest, outcome, executionId };
}

/** A workflow has at most as many triggers as one can read, but one may have had many over time. */
const MAX_NAMED = 20;

function ambiguous(deliveryIds: string[]): Problem {
  const named = deliveryIds.slice(0, MAX_NAMED).join(', ');
  const more = deliveryIds.length > MAX_NAMED ? ` and ${deliveryIds.length - MAX_NAMED} more` : '';
  const detail = `Several deliveries of this execution could be meant: ${named}${more}. Send deliveryId: n8n was told it in x-hookgate-delivery-id.`;
  return new Problem('delivery_ambiguous', { detail });
}

async function handle(trx: Tx, event: N8nEvent, apply: ApplyEvent): Promise<Done> {
  const result = await apply(trx);
  if ('outcome' in result) return { ...nothing(event), outcome: result.outcome };
  const { problem, ...options } = result;
  throw new Problem(problem, options);
}

const invalid = (errors: Fault[]): Problem => new Problem('validation_failed', { errors });

/** The execution that an event starts, if it does. */
export const executionOf = ({ id, organizationId, data, hops }: N8nEvent, enqueued: boolean) => ({
  id: newId(),
  organizationId,
  triggerType: 'n8n' as const,
  triggeredBy: `n8n_event:${id}`,
  input: data === null ? null : Buffer.from(data),
  createdAt: new Date(),
  enqueued,
  hops: hops + 1,
});

async function start(trx: Tx, event: N8nEvent, started: EventToApply['started']): Promise<Done> {
  const { workflowId } = event;
  if (workflowId === null) return nothing(event);
  // It was meant to report on an execution whose id got lost on the way: started anew, it would come back for ever.
  if (event.status !== null) {
    const detail = 'is required with status: without it this would start another execution';
    throw invalid([{ pointer: '/body/executionId', detail }]);
  }
  if (isTooFar(started.hops)) throw new Problem('hop_limit_reached');
  const result = await startExecution(trx, { ...started, workflowId }, keyOf(event));
  const done = { ...nothing(event), outcome: STARTED };
  switch (result.status) {
    case 'started':
      return { ...done, executionId: started.id, executionState: 'queued' };
    case 'replayed':
      return { ...done, duplicate: true, executionId: result.executionId };
    default:
      throw new Problem(REFUSED[result.status]);
  }
}

const REFUSED = {
  key_reused: 'idempotency_key_reused',
  workflow_not_found: 'workflow_not_found',
  workflow_inactive: 'execution_workflow_inactive',
} as const satisfies Record<Exclude<StartResult['status'], 'started' | 'replayed'>, string>;

/**
 * Beside the event itself, which may be deleted sooner: within one workflow, who signed and the id they gave. Two
 * endpoints can be two n8n, each with ids of its own. The body is no part of it: sent again, it may well differ in a timestamp.
 */
function keyOf({ endpointId, webhookId }: N8nEvent) {
  if (webhookId === null) return null;
  const key = `n8n:${endpointId ?? 'default'}:${webhookId}`;
  return { key, bodySha256: createHash('sha256').update(key).digest() };
}
