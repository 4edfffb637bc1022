import { Problem } from '../../domain/problem.ts';
import type { ExecutionState } from '../../domain/states.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { DueWork } from '../../store/due.ts';
import { insertInboundEvent } from '../../store/events.ts';
import { isConflict } from '../../store/faults.ts';
import { completeInboundEvent, findProcessedEvent } from '../../store/inbound-events.ts';
import { applyEvent, type Done, executionOf, prepareEvent, STARTED } from './apply-event.ts';
import type { EventHandlers, N8nEvent } from './event.ts';
import type { SignatureScheme } from './signature.ts';

export interface ReceiveEventPorts {
  db: Database;
  handlers: EventHandlers;
  queue: { accepting(organizationId: string): boolean; offer(work: DueWork[]): void };
  /** An execution has ended by what n8n said of it; `since`: when that was accepted. */
  onEnd: (execution: { state: ExecutionState; since: Date }) => void;
}

/** An event that was authenticated, with what is written down of how it came. */
export interface ReceivedEvent {
  event: N8nEvent;
  /** The bytes as they came. */
  body: Buffer;
  scheme: SignatureScheme;
  sourceIp: string;
  receivedAt: Date;
}

export interface EventResult extends Pick<Done, 'outcome' | 'duplicate' | 'executionId' | 'executionState'> {
  eventId: string;
  event: string;
}

export type ReceiveEvent = (received: ReceivedEvent) => Promise<EventResult>;

/** Between the two statements the event that was there can only have been deleted: more rounds mean a fault. */
const MAX_ROUNDS = 5;

/**
 * Writes an event down together with what it does, in one transaction. It is written first: of several with one
 * `webhook-id` at once, one does what it says and the others wait for it and change nothing.
 * @throws Problem when it is refused; nothing is written then, and its `webhook-id` is as good as new.
 */
export const createEventReceiver =
  ({ db, handlers, queue, onEnd }: ReceiveEventPorts): ReceiveEvent =>
  async (received) => {
    const { event } = received;
    const prepared = await prepareEvent(handlers, event);
    const started = executionOf(event, queue.accepting(event.organizationId));
    const { endedSince, ...result } = await insistently(() =>
      db.transaction().execute(async (trx) => {
        for (let round = 0; round < MAX_ROUNDS; round++) {
          if (await insertInboundEvent(trx, provisional(received))) {
            const done = await applyEvent(trx, { event, prepared, started });
            await completeInboundEvent(trx, event.id, { ...done, durationMs: since(received.receivedAt) });
            return { eventId: event.id, event: event.event, ...done };
          }
          const before = await findBefore(trx, received);
          if (before !== null) return before;
        }
        throw new Error(`the event ${event.webhookId} keeps appearing and vanishing`);
      }),
    );
    if (result.outcome === STARTED && !result.duplicate && started.enqueued) {
      queue.offer([{ kind: 'execution', id: started.id, run: 1, organizationId: event.organizationId }]);
    }
    if (endedSince !== null && result.executionState !== null) {
      onEnd({ state: result.executionState, since: endedSince });
    }
    return result;
  };

const MAX_TRIES = 3;

/** A transaction that is chosen to end a deadlock has done nothing wrong, and n8n seldom sends a thing twice. */
async function insistently<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (error) {
      if (tries === MAX_TRIES || !isConflict(error)) throw error;
    }
  }
}

const GIST = ['event', 'workflowId', 'executionId', 'deliveryId', 'status'] as const;

/** What an event says, without what may differ when it is made again: its data and its time. Both were read before. */
function gist(body: Buffer): string {
  const said = JSON.parse(body.toString()) as Record<string, unknown>;
  return JSON.stringify(GIST.map((name) => String(said[name] ?? '').toLowerCase()));
}

const since = (at: Date): number => Date.now() - at.getTime();

const provisional = ({ event, body, scheme, sourceIp, receivedAt }: ReceivedEvent) => ({
  id: event.id,
  organizationId: event.organizationId,
  event: event.event,
  state: 'processed' as const,
  outcome: 'recorded',
  endpointId: event.endpointId,
  workflowId: event.workflowId,
  executionId: event.executionId,
  deliveryId: event.deliveryId,
  webhookId: event.webhookId,
  body,
  bodyBytes: body.length,
  signatureScheme: scheme,
  signatureVerdict: 'valid',
  sourceIp,
  statusCode: 200,
  errorCode: null,
  durationMs: 0,
  receivedAt,
});

/** @throws Problem webhook_id_reused when the event of this id said something else: taken for a repetition, it would be lost. */
async function findBefore(trx: Tx, { event, body }: ReceivedEvent) {
  const { organizationId, endpointId, webhookId } = event;
  if (webhookId === null) return null;
  const before = await findProcessedEvent(trx, { organizationId, endpointId, webhookId });
  if (before === null) return null;
  const { id: eventId, body: earlier, ...rest } = before;
  if (gist(earlier) !== gist(body)) throw new Problem('webhook_id_reused');
  return { eventId, ...rest, duplicate: true, endedSince: null };
}
