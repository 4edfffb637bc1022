import type { Fault } from '../../domain/problem.ts';
import type { ProblemCode } from '../../domain/problems.ts';
import type { Tx } from '../../store/database.ts';

/** What n8n tells us: read, and signed by somebody who may act for the organization. */
export interface N8nEvent {
  /** Ours, new with each call. */
  id: string;
  organizationId: string;
  /** The endpoint whose own secret signed it; null: N8N_WEBHOOK_SECRET did. */
  endpointId: string | null;
  event: string;
  workflowId: string | null;
  executionId: string | null;
  deliveryId: string | null;
  n8nExecutionId: string | null;
  /** In our words or n8n's. */
  status: string | null;
  /** JSON text as it came. */
  data: string | null;
  sentAt: Date | null;
  attempt: number | null;
  /** The sender's own id of it: the same one changes nothing the second time. */
  webhookId: string | null;
  /** How many executions led to it. */
  hops: number;
}

/** `outcome`: what it did, in one word. A problem undoes all that was written. */
export type HandlerResult = { outcome: string } | { problem: ProblemCode; errors?: Fault[]; detail?: string };

/**
 * The transaction sees the event's organization and nothing else, and the event itself is written in it already. Called
 * once more, in another transaction, when a deadlock undid the first.
 */
export type ApplyEvent = (trx: Tx) => Promise<HandlerResult>;

/**
 * What is done with an event of a name of its own, in two steps: what takes long, such as evaluating expressions, is
 * prepared before there is a transaction; the result of that is applied in it. What is wrong is said by the second.
 */
export type EventHandler = (event: N8nEvent) => Promise<ApplyEvent>;

/** By the name of the event. */
export type EventHandlers = Readonly<Record<string, EventHandler>>;
