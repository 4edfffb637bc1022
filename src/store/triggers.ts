import { sql } from 'kysely';
import { newId } from '../domain/ids.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../domain/retry-policy.ts';
import type { TriggerType } from '../domain/states.ts';
import type { Tx } from './database.ts';
import type { SecretBox } from './secret-box.ts';

export interface StoredEndpoint {
  id: string;
  name: string;
  url: string;
  timeoutMs: number;
  retryPolicy: RetryPolicy;
  onAmbiguous: 'retry' | 'hold';
  retryWorkflowErrors: boolean;
  payloadLimitBytes: number | null;
  isActive: boolean;
}

export interface StoredTrigger {
  id: string;
  triggerTypes: TriggerType[];
  forward: 'request' | 'envelope';
  endpoint: StoredEndpoint;
}

/** An endpoint to be made. What is undefined gets the table's default. */
export interface NewEndpoint {
  id: string;
  organizationId: string;
  name: string;
  url: string;
  secret: string;
  timeoutMs?: number | undefined;
  retryPolicy?: Partial<RetryPolicy> | undefined;
  onAmbiguous?: 'retry' | 'hold' | undefined;
  retryWorkflowErrors?: boolean | undefined;
  payloadLimitBytes?: number | null | undefined;
}

export interface NewTrigger {
  endpointId: string;
  triggerTypes: TriggerType[];
  forward: 'request' | 'envelope';
}

/** @throws a unique violation when the organization has an endpoint of this name. */
export async function insertEndpoint(trx: Tx, box: SecretBox, endpoint: NewEndpoint): Promise<void> {
  const sealed = box.seal(endpoint.secret, endpoint.id);
  await trx
    .insertInto('webhook_endpoints')
    .values({
      id: endpoint.id,
      organization_id: endpoint.organizationId,
      name: endpoint.name,
      url: endpoint.url,
      secret_ciphertext: sealed.ciphertext,
      encryption_key_id: sealed.encryptionKeyId,
      retry_policy: JSON.stringify(endpoint.retryPolicy ?? {}),
      payload_limit_bytes: endpoint.payloadLimitBytes ?? null,
      ...(endpoint.timeoutMs !== undefined && { timeout_ms: endpoint.timeoutMs }),
      ...(endpoint.onAmbiguous !== undefined && { on_ambiguous: endpoint.onAmbiguous }),
      ...(endpoint.retryWorkflowErrors !== undefined && {
        retry_workflow_errors: endpoint.retryWorkflowErrors,
      }),
    })
    .execute();
}

/** Which of these endpoints the organization has. */
export async function findEndpointIds(trx: Tx, ids: string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM webhook_endpoints WHERE id = ANY (${ids}::uuid[])`.execute(trx);
  return new Set(rows.map((row) => row.id));
}

/**
 * Makes these the triggers of a workflow. One that leads to the same endpoint as before keeps its id, because
 * deliveries under way find their endpoint by it.
 */
export async function replaceTriggers(
  trx: Tx,
  owner: { organizationId: string; workflowId: string },
  triggers: NewTrigger[],
): Promise<void> {
  const { rows: before } = await sql<{ id: string; endpoint_id: string }>`
    SELECT id, endpoint_id FROM workflow_triggers
    WHERE workflow_id = ${owner.workflowId} ORDER BY id`.execute(trx);
  const kept = triggers.map((trigger) => {
    const at = before.findIndex((row) => row.endpoint_id === trigger.endpointId);
    const [old] = at === -1 ? [] : before.splice(at, 1);
    return { ...trigger, id: old?.id ?? newId() };
  });
  await sql`DELETE FROM workflow_triggers WHERE id = ANY (${before.map((row) => row.id)}::uuid[])`.execute(
    trx,
  );
  for (const trigger of kept) {
    await sql`
      INSERT INTO workflow_triggers (id, organization_id, workflow_id, endpoint_id, trigger_types, forward)
      VALUES (${trigger.id}, ${owner.organizationId}, ${owner.workflowId}, ${trigger.endpointId},
        ${trigger.triggerTypes}::text[], ${trigger.forward})
      ON CONFLICT (id) DO UPDATE SET trigger_types = EXCLUDED.trigger_types, forward = EXCLUDED.forward`.execute(
      trx,
    );
  }
}

interface TriggerRow {
  id: string;
  workflow_id: string;
  trigger_types: TriggerType[];
  forward: 'request' | 'envelope';
  endpoint_id: string;
  name: string;
  url: string;
  timeout_ms: number;
  retry_policy: Partial<RetryPolicy>;
  on_ambiguous: 'retry' | 'hold';
  retry_workflow_errors: boolean;
  payload_limit_bytes: number | null;
  is_active: boolean;
}

/** The triggers of workflows with their endpoints, by workflow, in the order they were made. */
export async function listTriggers(trx: Tx, workflowIds: string[]): Promise<Map<string, StoredTrigger[]>> {
  const { rows } = await sql<TriggerRow>`
    SELECT t.id, t.workflow_id, t.trigger_types, t.forward, t.endpoint_id, e.name, e.url, e.timeout_ms,
      e.retry_policy, e.on_ambiguous, e.retry_workflow_errors, e.payload_limit_bytes, e.is_active
    FROM workflow_triggers t JOIN webhook_endpoints e ON e.id = t.endpoint_id
    WHERE t.workflow_id = ANY (${workflowIds}::uuid[]) ORDER BY t.id`.execute(trx);
  const found = new Map<string, StoredTrigger[]>();
  for (const row of rows) found.set(row.workflow_id, [...(found.get(row.workflow_id) ?? []), toTrigger(row)]);
  return found;
}

const toTrigger = (row: TriggerRow): StoredTrigger => ({
  id: row.id,
  triggerTypes: row.trigger_types,
  forward: row.forward,
  endpoint: {
    id: row.endpoint_id,
    name: row.name,
    url: row.url,
    timeoutMs: row.timeout_ms,
    retryPolicy: { ...DEFAULT_RETRY_POLICY, ...row.retry_policy },
    onAmbiguous: row.on_ambiguous,
    retryWorkflowErrors: row.retry_workflow_errors,
    payloadLimitBytes: row.payload_limit_bytes,
    isActive: row.is_active,
  },
});
