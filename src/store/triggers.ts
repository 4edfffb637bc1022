import { sql } from 'kysely';
import { type AwaitCallback, DEFAULT_AWAIT_CALLBACK } from '../domain/await-callback.ts';
import type { FallbackAction } from '../domain/fallback.ts';
import { newId } from '../domain/ids.ts';
import type { TriggerType } from '../domain/states.ts';
import { type Page, type PageRequest, timeCursor, toPage } from './cursor.ts';
import type { Tx } from './database.ts';
import { ENDPOINT_COLUMNS, type EndpointRow, leadsTo, type StoredEndpoint, toEndpoint } from './endpoints.ts';

export interface TriggerSettings {
  triggerTypes: TriggerType[];
  forward: 'request' | 'envelope';
  filter: string | null;
  transform: string | null;
  awaitCallback: AwaitCallback | null;
  fallback: FallbackAction[];
  isActive: boolean;
}

export interface StoredTrigger extends TriggerSettings {
  id: string;
  workflowId: string;
  endpoint: StoredEndpoint;
  /** Counts its changes, not those of its endpoint. */
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export interface NewTrigger extends TriggerSettings {
  endpointId: string;
}

interface Owner {
  organizationId: string;
  workflowId: string;
}

/**
 * Makes these the triggers of a workflow. One that leads to the same endpoint as before keeps its id, because
 * deliveries under way find their endpoint by it.
 */
export async function replaceTriggers(trx: Tx, owner: Owner, triggers: NewTrigger[]): Promise<void> {
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
  for (const trigger of kept) await putTrigger(trx, owner, trigger);
}

/** Adds one to those that a workflow has; its id. */
export async function insertTrigger(trx: Tx, owner: Owner, trigger: NewTrigger): Promise<string> {
  const id = newId();
  await putTrigger(trx, owner, { ...trigger, id });
  return id;
}

async function putTrigger(
  trx: Tx,
  { organizationId, workflowId }: Owner,
  trigger: NewTrigger & { id: string },
): Promise<void> {
  await sql`
    INSERT INTO workflow_triggers (id, organization_id, workflow_id, endpoint_id, trigger_types, forward, filter,
      transform, await_callback, fallback, is_active)
    VALUES (${trigger.id}, ${organizationId}, ${workflowId}, ${trigger.endpointId}, ${trigger.triggerTypes}::text[],
      ${trigger.forward}, ${trigger.filter}, ${trigger.transform}, ${storedAwait(trigger.awaitCallback)}::jsonb,
      ${JSON.stringify(trigger.fallback)}::jsonb, ${trigger.isActive})
    ON CONFLICT (id) DO UPDATE SET trigger_types = EXCLUDED.trigger_types, forward = EXCLUDED.forward,
      filter = EXCLUDED.filter, transform = EXCLUDED.transform, await_callback = EXCLUDED.await_callback,
      fallback = EXCLUDED.fallback, is_active = EXCLUDED.is_active,
      version = workflow_triggers.version + 1, updated_at = now()`.execute(trx);
}

const storedAwait = (setting: AwaitCallback | null): string | null => setting && JSON.stringify(setting);

/** Changes a trigger whose workflow is locked. What is left out stays. */
export async function updateTrigger(trx: Tx, id: string, changes: Partial<TriggerSettings>): Promise<void> {
  const { triggerTypes, forward, filter, transform, awaitCallback, fallback, isActive } = changes;
  await trx
    .updateTable('workflow_triggers')
    .set({
      version: sql`version + 1`,
      updated_at: sql`now()`,
      ...(triggerTypes !== undefined && { trigger_types: triggerTypes }),
      ...(forward !== undefined && { forward }),
      ...(filter !== undefined && { filter }),
      ...(transform !== undefined && { transform }),
      ...(awaitCallback !== undefined && { await_callback: storedAwait(awaitCallback) }),
      ...(fallback !== undefined && { fallback: JSON.stringify(fallback) }),
      ...(isActive !== undefined && { is_active: isActive }),
    })
    .where('id', '=', id)
    .execute();
}

export async function deleteTrigger(trx: Tx, id: string): Promise<void> {
  await sql`DELETE FROM workflow_triggers WHERE id = ${id}`.execute(trx);
}

interface TriggerRow extends EndpointRow {
  id: string;
  workflow_id: string;
  trigger_types: TriggerType[];
  forward: 'request' | 'envelope';
  filter: string | null;
  transform: string | null;
  await_callback: Partial<AwaitCallback> | null;
  fallback: FallbackAction[];
  is_active: boolean;
  version: number;
  created_at: Date;
  created_us: string;
  updated_at: Date;
  endpoint_id: string;
}

const COLUMNS = sql`t.id, t.workflow_id, t.trigger_types, t.forward, t.filter, t.transform, t.await_callback,
  t.fallback, t.is_active, t.version,
  t.created_at, (extract(epoch FROM t.created_at) * 1000000)::bigint::text AS created_us, t.updated_at,
  t.endpoint_id, ${ENDPOINT_COLUMNS}`;

/** The triggers of workflows with their endpoints, by workflow, in the order they were made. */
export async function listTriggers(trx: Tx, workflowIds: string[]): Promise<Map<string, StoredTrigger[]>> {
  const { rows } = await sql<TriggerRow>`
    SELECT ${COLUMNS} FROM workflow_triggers t JOIN webhook_endpoints e ON e.id = t.endpoint_id
    WHERE t.workflow_id = ANY (${workflowIds}::uuid[]) ORDER BY t.id`.execute(trx);
  const found = new Map<string, StoredTrigger[]>();
  for (const row of rows) found.set(row.workflow_id, [...(found.get(row.workflow_id) ?? []), toTrigger(row)]);
  return found;
}

/** Those of workflows that are not deleted. */
const LIVE = sql`workflow_triggers t JOIN webhook_endpoints e ON e.id = t.endpoint_id
  JOIN workflows w ON w.id = t.workflow_id AND w.deleted_at IS NULL`;

/** null: there is none, or its workflow was deleted. */
export async function findTrigger(trx: Tx, id: string): Promise<StoredTrigger | null> {
  const { rows } = await sql<TriggerRow>`SELECT ${COLUMNS} FROM ${LIVE} WHERE t.id = ${id}`.execute(trx);
  return rows[0] === undefined ? null : toTrigger(rows[0]);
}

export interface TriggerFilter {
  workflowId?: string | undefined;
  endpointId?: string | undefined;
}

const cursors = timeCursor('workflow_triggers');

/** Of all workflows, newest first. */
export async function pageTriggers(
  trx: Tx,
  { workflowId, endpointId }: TriggerFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<StoredTrigger>> {
  const [micros, id] = cursor === undefined ? [] : cursors.decode(cursor);
  const after =
    micros === undefined
      ? sql`true`
      : sql`(t.created_at, t.id) < (timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond', ${id}::uuid)`;
  const ofWorkflow = workflowId === undefined ? sql`true` : sql`t.workflow_id = ${workflowId}::uuid`;
  const toEndpointOf = endpointId === undefined ? sql`true` : leadsTo(endpointId);
  const { rows } = await sql<TriggerRow>`
    SELECT ${COLUMNS} FROM ${LIVE} WHERE ${after} AND ${ofWorkflow} AND ${toEndpointOf}
    ORDER BY t.created_at DESC, t.id DESC LIMIT ${limit + 1}`.execute(trx);
  return toPage(rows, limit, { item: toTrigger, cursor: (row) => cursors.encode(row.created_us, row.id) });
}

const toTrigger = (row: TriggerRow): StoredTrigger => ({
  id: row.id,
  workflowId: row.workflow_id,
  triggerTypes: row.trigger_types,
  forward: row.forward,
  filter: row.filter,
  transform: row.transform,
  awaitCallback: row.await_callback && { ...DEFAULT_AWAIT_CALLBACK, ...row.await_callback },
  fallback: row.fallback,
  isActive: row.is_active,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  endpoint: toEndpoint(row.endpoint_id, row),
});
