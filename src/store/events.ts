import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';

/** What n8n sent us, and what came of it. */
export interface InboundEvent {
  id: string;
  organizationId: string;
  event: string;
  /** `refused`: its signature or its content was. */
  state: 'processed' | 'refused';
  /** What it did, e.g. `applied`, `late`, `started`; of a refused one its reason. */
  outcome: string;
  /** The endpoint whose secret signed it; null: N8N_WEBHOOK_SECRET did. */
  endpointId: string | null;
  workflowId: string | null;
  executionId: string | null;
  deliveryId: string | null;
  /** The sender's own id of it: the same one is processed once. */
  webhookId: string | null;
  /** null: not kept, because it was refused. */
  body: Buffer | null;
  bodyBytes: number;
  signatureScheme: string | null;
  /** `valid`, or why it is not. */
  signatureVerdict: string;
  sourceIp: string;
  statusCode: number;
  errorCode: string | null;
  durationMs: number;
  receivedAt: Date;
}

/** An event of ours, for an endpoint of n8n's. */
export interface OutboundEvent {
  id: string;
  organizationId: string;
  endpointId: string;
  event: string;
  /** The JSON document that is sent. */
  body: Buffer;
  /** What it is about, if anything. */
  workflowId?: string | null;
  executionId?: string | null;
  deliveryId?: string | null;
}

/** false: this event of this sender was processed before, and nothing was written. */
export async function insertInboundEvent(db: Database | Tx, event: InboundEvent): Promise<boolean> {
  const { rows } = await sql`
    INSERT INTO webhook_events (id, organization_id, direction, event, state, outcome, endpoint_id, workflow_id,
      execution_id, delivery_id, webhook_id, body, body_bytes, signature_scheme, signature_verdict, source_ip,
      status_code, error_code, duration_ms, created_at, finished_at)
    VALUES (${event.id}, ${event.organizationId}, 'in', ${event.event}, ${event.state}, ${event.outcome},
      ${event.endpointId}, ${event.workflowId}, ${event.executionId}, ${event.deliveryId}, ${event.webhookId},
      ${event.body}, ${event.bodyBytes}, ${event.signatureScheme}, ${event.signatureVerdict}, ${event.sourceIp},
      ${event.statusCode}, ${event.errorCode}, ${Math.round(event.durationMs)}, ${event.receivedAt}, now())
    ON CONFLICT (organization_id, endpoint_id, webhook_id)
      WHERE direction = 'in' AND state = 'processed' AND webhook_id IS NOT NULL DO NOTHING
    RETURNING id`.execute(db);
  return rows.length > 0;
}

/** Puts events into the outbox, due at once: the event sender of any process takes them from there after the commit. */
export async function insertOutboundEvents(db: Database | Tx, events: OutboundEvent[]): Promise<void> {
  if (events.length === 0) return;
  await sql`
    INSERT INTO webhook_events (id, organization_id, direction, event, state, endpoint_id, workflow_id, execution_id,
      delivery_id, body, body_bytes, next_attempt_at)
    SELECT e.id, e.organization_id, 'out', e.event, 'pending', e.endpoint_id, e.workflow_id, e.execution_id,
      e.delivery_id, e.body, octet_length(e.body), now()
    FROM unnest(
      ${events.map(({ id }) => id)}::uuid[], ${events.map(({ organizationId }) => organizationId)}::uuid[],
      ${events.map(({ event }) => event)}::text[], ${events.map(({ endpointId }) => endpointId)}::uuid[],
      ${events.map(({ workflowId }) => workflowId ?? null)}::uuid[],
      ${events.map(({ executionId }) => executionId ?? null)}::uuid[],
      ${events.map(({ deliveryId }) => deliveryId ?? null)}::uuid[], ${events.map(({ body }) => body)}::bytea[]
    ) AS e (id, organization_id, event, endpoint_id, workflow_id, execution_id, delivery_id, body)`.execute(
    db,
  );
}
