import { sql } from 'kysely';
import type { WebhookSecret } from '../domain/workflow.ts';
import type { Database, Tx } from './database.ts';
import type { SecretBox } from './secret-box.ts';
import { openSecret, type SealedRow, secretRows } from './secret-rows.ts';

/** What may be shown of a secret. */
export interface SecretInfo {
  id: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

export interface SecretOwner {
  organizationId: string;
  workflowId: string;
}

const rows = secretRows('webhook_secrets', 'workflow_id');

/** Stores a secret, sealed and bound to its row, and returns its id. */
export const insertWebhookSecret = (
  trx: Tx,
  box: SecretBox,
  { organizationId, workflowId, secret }: SecretOwner & { secret: string },
): Promise<string> => rows.insert(trx, box, { organizationId, ownerId: workflowId, secret });

/** The secrets of a workflow that verify now, in the clear, newest first. */
export const openWebhookSecrets = rows.open;

/**
 * Lets the secrets of a workflow that verify now go on for `overlapSeconds` at the most; none is prolonged. Returns
 * when the last of them expires; null when there was none.
 */
export const expireWebhookSecrets = rows.expire;

/** The secrets that verify now, by workflow, newest first. */
export async function listWebhookSecrets(trx: Tx, workflowIds: string[]): Promise<Map<string, SecretInfo[]>> {
  const { rows: live } = await sql<{
    id: string;
    workflow_id: string;
    created_at: Date;
    expires_at: Date | null;
    last_used_at: Date | null;
  }>`
    SELECT id, workflow_id, created_at, expires_at, last_used_at FROM webhook_secrets
    WHERE workflow_id = ANY (${workflowIds}::uuid[]) AND (expires_at IS NULL OR expires_at > now())
    ORDER BY id DESC`.execute(trx);
  const found = new Map<string, SecretInfo[]>();
  for (const row of live) {
    const secrets = found.get(row.workflow_id) ?? [];
    secrets.push({
      id: row.id,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      lastUsedAt: row.last_used_at,
    });
    found.set(row.workflow_id, secrets);
  }
  return found;
}

/**
 * The secrets of a workflow in the clear, those that verify now first, then those that expired last.
 * @throws when the key of one is unknown or its ciphertext was changed
 */
export async function loadAllWebhookSecrets(
  db: Database,
  box: SecretBox,
  { workflowId, limit }: { workflowId: string; limit: number },
): Promise<WebhookSecret[]> {
  const { rows: found } = await sql<SealedRow>`
    SELECT id, ciphertext, encryption_key_id, expires_at FROM webhook_secrets WHERE workflow_id = ${workflowId}
    ORDER BY expires_at DESC NULLS FIRST, id DESC LIMIT ${limit}`.execute(db);
  return found.map((row) => openSecret(box, row));
}

/** Notes that these were used just now. In order, so that two processes that do so cannot deadlock. */
export async function markSecretsUsed(db: Database, ids: string[]): Promise<void> {
  await sql`
    UPDATE webhook_secrets SET last_used_at = now()
    WHERE id IN (SELECT id FROM webhook_secrets WHERE id = ANY (${ids}::uuid[]) ORDER BY id FOR NO KEY UPDATE)`.execute(
    db,
  );
}
