import { sql } from 'kysely';
import type { ExecutionState } from '../domain/states.ts';
import type { Database, Tx } from './database.ts';

/** What came of an event, known only after it was written. */
export interface EventOutcome {
  outcome: string;
  workflowId: string | null;
  executionId: string | null;
  deliveryId: string | null;
  durationMs: number;
}

/** Completes an event that this transaction wrote. */
export async function completeInboundEvent(trx: Tx, id: string, done: EventOutcome): Promise<void> {
  await sql`
    UPDATE webhook_events SET outcome = ${done.outcome}, workflow_id = ${done.workflowId},
      execution_id = ${done.executionId}, delivery_id = ${done.deliveryId},
      duration_ms = ${Math.round(done.durationMs)}, finished_at = clock_timestamp()
    WHERE id = ${id}`.execute(trx);
}

/** An event that was processed, and the execution it was about as that is now. */
export interface ProcessedEvent {
  id: string;
  event: string;
  outcome: string;
  executionId: string | null;
  executionState: ExecutionState | null;
  /** As it came. */
  body: Buffer;
}

export interface SenderId {
  organizationId: string;
  endpointId: string | null;
  webhookId: string;
}

/** null: there is none any more. */
export async function findProcessedEvent(trx: Tx, sender: SenderId): Promise<ProcessedEvent | null> {
  const { rows } = await sql<{
    id: string;
    event: string;
    outcome: string | null;
    execution_id: string | null;
    body: Buffer | null;
    state: ExecutionState | null;
  }>`
    SELECT v.id, v.event, v.outcome, v.execution_id, v.body, e.state
    FROM webhook_events v LEFT JOIN workflow_executions e
      ON e.id = v.execution_id AND e.organization_id = v.organization_id
    WHERE v.organization_id = ${sender.organizationId} AND v.endpoint_id IS NOT DISTINCT FROM ${sender.endpointId}
      AND v.webhook_id = ${sender.webhookId} AND v.direction = 'in' AND v.state = 'processed'`.execute(trx);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    id: row.id,
    event: row.event,
    outcome: row.outcome ?? 'recorded',
    executionId: row.execution_id,
    executionState: row.state,
    body: row.body ?? Buffer.alloc(0),
  };
}

/** The execution that a delivery of the organization belongs to; null: there is no such delivery. */
export async function findExecutionOfDelivery(
  db: Database | Tx,
  { organizationId, deliveryId }: { organizationId: string; deliveryId: string },
): Promise<string | null> {
  const { rows } = await sql<{ execution_id: string }>`
    SELECT execution_id FROM deliveries
    WHERE id = ${deliveryId} AND organization_id = ${organizationId}`.execute(db);
  return rows[0]?.execution_id ?? null;
}
