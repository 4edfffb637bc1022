import { sql } from 'kysely';
import { newId } from '../domain/ids.ts';
import type { TriggerType } from '../domain/states.ts';
import type { Tx } from './database.ts';
import { ENDPOINT_COLUMNS, type EndpointRow, type StoredEndpoint, toEndpoint } from './endpoints.ts';

export interface StoredTrigger {
  id: string;
  triggerTypes: TriggerType[];
  forward: 'request' | 'envelope';
  filter: string | null;
  transform: string | null;
  endpoint: StoredEndpoint;
}

export interface NewTrigger {
  endpointId: string;
  triggerTypes: TriggerType[];
  forward: 'request' | 'envelope';
  filter: string | null;
  transform: string | null;
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
      INSERT INTO workflow_triggers (id, organization_id, workflow_id, endpoint_id, trigger_types, forward, filter, transform)
      VALUES (${trigger.id}, ${owner.organizationId}, ${owner.workflowId}, ${trigger.endpointId},
        ${trigger.triggerTypes}::text[], ${trigger.forward}, ${trigger.filter}, ${trigger.transform})
      ON CONFLICT (id) DO UPDATE SET trigger_types = EXCLUDED.trigger_types, forward = EXCLUDED.forward,
        filter = EXCLUDED.filter, transform = EXCLUDED.transform, version = workflow_triggers.version + 1,
        updated_at = now()`.execute(trx);
  }
}

interface TriggerRow extends EndpointRow {
  id: string;
  workflow_id: string;
  trigger_types: TriggerType[];
  forward: 'request' | 'envelope';
  filter: string | null;
  transform: string | null;
  endpoint_id: string;
}

/** The triggers of workflows with their endpoints, by workflow, in the order they were made. */
export async function listTriggers(trx: Tx, workflowIds: string[]): Promise<Map<string, StoredTrigger[]>> {
  const { rows } = await sql<TriggerRow>`
    SELECT t.id, t.workflow_id, t.trigger_types, t.forward, t.filter, t.transform, t.endpoint_id, ${ENDPOINT_COLUMNS}
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
  filter: row.filter,
  transform: row.transform,
  endpoint: toEndpoint(row.endpoint_id, row),
});
