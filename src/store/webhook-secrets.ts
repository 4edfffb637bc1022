import { sql } from 'kysely';
import { newId } from '../domain/ids.ts';
import type { WebhookSecret } from '../domain/workflow.ts';
import type { Database, Tx } from './database.ts';
import type { SecretBox } from './secret-box.ts';

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

/** Stores a secret, sealed and bound to its row, and returns its id. */
export async function insertWebhookSecret(
  trx: Tx,
  box: SecretBox,
  { organizationId, workflowId, secret }: SecretOwner & { secret: string },
): Promise<string> {
  const id = newId();
  const sealed = box.seal(secret, id);
  await trx
    .insertInto('webhook_secrets')
    .values({
      id,
      organization_id: organizationId,
      workflow_id: workflowId,
      ciphertext: sealed.ciphertext,
      encryption_key_id: sealed.encryptionKeyId,
    })
    .execute();
  return id;
}

/** The secrets that verify now, by workflow, newest first. */
export async function listWebhookSecrets(trx: Tx, workflowIds: string[]): Promise<Map<string, SecretInfo[]>> {
  const { rows } = await sql<{
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
  for (const row of rows) {
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

/** The secrets that verify now, in the clear, newest first. */
export async function openWebhookSecrets(
  trx: Tx,
  box: SecretBox,
  workflowId: string,
): Promise<WebhookSecret[]> {
  const { rows } = await sql<{
    id: string;
    ciphertext: Buffer;
    encryption_key_id: string;
    expires_at: Date | null;
  }>`
    SELECT id, ciphertext, encryption_key_id, expires_at FROM webhook_secrets
    WHERE workflow_id = ${workflowId} AND (expires_at IS NULL OR expires_at > now())
    ORDER BY id DESC`.execute(trx);
  return rows.map((row) => ({
    id: row.id,
    secret: box.open({ ciphertext: row.ciphertext, encryptionKeyId: row.encryption_key_id }, row.id),
    expiresAt: row.expires_at?.getTime() ?? null,
  }));
}

/**
 * Lets the secrets that verify now go on for `overlapSeconds` at the most; none is prolonged. Returns when the
 * last of them expires; null when there was none.
 */
export async function expireWebhookSecrets(
  trx: Tx,
  workflowId: string,
  overlapSeconds: number,
): Promise<Date | null> {
  const { rows } = await sql<{ expires_at: Date }>`
    UPDATE webhook_secrets SET expires_at = least(expires_at, now() + ${overlapSeconds} * interval '1 second')
    WHERE workflow_id = ${workflowId} AND (expires_at IS NULL OR expires_at > now())
    RETURNING expires_at`.execute(trx);
  const times = rows.map((row) => row.expires_at.getTime());
  return times.length === 0 ? null : new Date(Math.max(...times));
}

/** Notes that these were used just now. In order, so that two processes that do so cannot deadlock. */
export async function markSecretsUsed(db: Database, ids: string[]): Promise<void> {
  await sql`
    UPDATE webhook_secrets SET last_used_at = now()
    WHERE id IN (SELECT id FROM webhook_secrets WHERE id = ANY (${ids}::uuid[]) ORDER BY id FOR NO KEY UPDATE)`.execute(
    db,
  );
}
