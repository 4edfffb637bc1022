import { sql } from 'kysely';
import type { AuthType, WebhookConfig } from '../domain/webhook-config.ts';
import { type Page, type PageRequest, timeCursor, toPage } from './cursor.ts';
import type { Tx } from './database.ts';
import { listTriggers, type StoredTrigger } from './triggers.ts';
import { listWebhookSecrets, type SecretInfo } from './webhook-secrets.ts';

/** What a workflow's own row holds. */
export interface WorkflowFields {
  name: string;
  description: string | null;
  isActive: boolean;
  webhookEnabled: boolean;
  authType: AuthType;
  config: WebhookConfig;
}

/** What is undefined stays as it is. */
export type WorkflowFieldChanges = {
  [Field in keyof WorkflowFields]?: WorkflowFields[Field] | undefined;
};

export interface StoredWorkflow extends WorkflowFields {
  id: string;
  /** Counts its changes, those of its webhook, secrets and triggers included. */
  version: number;
  createdAt: Date;
  updatedAt: Date;
  secrets: SecretInfo[];
  triggers: StoredTrigger[];
}

interface Row {
  id: string;
  name: string;
  description: string | null;
  is_active: boolean;
  webhook_enabled: boolean;
  webhook_auth_type: AuthType;
  webhook_config: WebhookConfig;
  version: number;
  created_at: Date;
  created_us: string;
  updated_at: Date;
}

// In microseconds beside the Date, which has milliseconds only: a cursor cut short would skip rows.
const COLUMNS = sql`id, name, description, is_active, webhook_enabled, webhook_auth_type, webhook_config, version,
  created_at, (extract(epoch FROM created_at) * 1000000)::bigint::text AS created_us, updated_at`;

const cursors = timeCursor('workflows');

export async function insertWorkflow(
  trx: Tx,
  workflow: WorkflowFields & { id: string; organizationId: string },
): Promise<void> {
  await trx
    .insertInto('workflows')
    .values({
      id: workflow.id,
      organization_id: workflow.organizationId,
      name: workflow.name,
      description: workflow.description,
      is_active: workflow.isActive,
      webhook_enabled: workflow.webhookEnabled,
      webhook_auth_type: workflow.authType,
      webhook_config: JSON.stringify(workflow.config),
    })
    .execute();
}

/** null: there is none, or it was deleted. */
export async function findWorkflow(trx: Tx, id: string): Promise<StoredWorkflow | null> {
  const { rows } = await sql<Row>`
    SELECT ${COLUMNS} FROM workflows WHERE id = ${id} AND deleted_at IS NULL`.execute(trx);
  const [workflow] = await complete(trx, rows);
  return workflow ?? null;
}

export interface WorkflowFilter {
  /** A part of the name, in any case. */
  name?: string | undefined;
  isActive?: boolean | undefined;
}

export async function listWorkflows(
  trx: Tx,
  { name, isActive }: WorkflowFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<StoredWorkflow>> {
  const [micros, id] = cursor === undefined ? [] : cursors.decode(cursor);
  const after =
    micros === undefined
      ? sql`true`
      : sql`(created_at, id) < (timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond', ${id}::uuid)`;
  // Not LIKE, in which a % or _ that somebody searches for would be a wildcard.
  const named = name === undefined ? sql`true` : sql`strpos(lower(name), lower(${name})) > 0`;
  const active = isActive === undefined ? sql`true` : sql`is_active = ${isActive}`;
  const { rows } = await sql<Row>`
    SELECT ${COLUMNS} FROM workflows WHERE deleted_at IS NULL AND ${after} AND ${named} AND ${active}
    ORDER BY created_at DESC, id DESC LIMIT ${limit + 1}`.execute(trx);
  const page = toPage(rows, limit, {
    item: (row) => row,
    cursor: (row) => cursors.encode(row.created_us, row.id),
  });
  return { ...page, data: await complete(trx, page.data) };
}

/**
 * Locks a workflow against other changes of its settings. Not FOR UPDATE: that would also hold up the
 * executions that refer to it, and so the receiving of webhooks.
 */
export async function lockWorkflow(trx: Tx, id: string): Promise<StoredWorkflow | null> {
  await sql`SELECT FROM workflows WHERE id = ${id} AND deleted_at IS NULL FOR NO KEY UPDATE`.execute(trx);
  return findWorkflow(trx, id);
}

/** Counts one change of a workflow that is locked, of whatever kind, and writes its fields. */
export async function updateWorkflow(trx: Tx, id: string, changes: WorkflowFieldChanges): Promise<void> {
  await trx
    .updateTable('workflows')
    .set({
      version: sql`version + 1`,
      updated_at: sql`now()`,
      ...(changes.name !== undefined && { name: changes.name }),
      ...(changes.description !== undefined && { description: changes.description }),
      ...(changes.isActive !== undefined && { is_active: changes.isActive }),
      ...(changes.webhookEnabled !== undefined && { webhook_enabled: changes.webhookEnabled }),
      ...(changes.authType !== undefined && { webhook_auth_type: changes.authType }),
      ...(changes.config !== undefined && { webhook_config: JSON.stringify(changes.config) }),
    })
    .where('id', '=', id)
    .execute();
}

/** Marks a workflow as deleted, from when on nothing new starts. Its rows stay until their retention. */
export async function markWorkflowDeleted(
  trx: Tx,
  id: string,
): Promise<'deleted' | 'deleted_before' | 'not_found'> {
  const { rows } = await sql<{ deleted_at: Date | null }>`
    SELECT deleted_at FROM workflows WHERE id = ${id} FOR NO KEY UPDATE`.execute(trx);
  const [row] = rows;
  if (!row) return 'not_found';
  if (row.deleted_at !== null) return 'deleted_before';
  await sql`UPDATE workflows SET deleted_at = now() WHERE id = ${id}`.execute(trx);
  return 'deleted';
}

async function complete(trx: Tx, rows: Row[]): Promise<StoredWorkflow[]> {
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return [];
  const triggers = await listTriggers(trx, ids);
  const secrets = await listWebhookSecrets(trx, ids);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    isActive: row.is_active,
    webhookEnabled: row.webhook_enabled,
    authType: row.webhook_auth_type,
    config: row.webhook_config,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    secrets: secrets.get(row.id) ?? [],
    triggers: triggers.get(row.id) ?? [],
  }));
}
