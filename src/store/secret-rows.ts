import { sql } from 'kysely';
import { newId } from '../domain/ids.ts';
import type { WebhookSecret } from '../domain/workflow.ts';
import type { Tx } from './database.ts';
import type { SecretBox } from './secret-box.ts';

/** A secret as it is stored. Only its expiry ever changes. */
export interface SealedRow {
  id: string;
  ciphertext: Buffer;
  encryption_key_id: string;
  expires_at: Date | null;
}

/** Sealed secrets of which several may be live, so that one can be changed without losing what the other signed. */
export interface SecretRows {
  /** Stores a secret, sealed and bound to its row, and returns its id. */
  insert(
    trx: Tx,
    box: SecretBox,
    secret: { organizationId: string; ownerId: string; secret: string },
  ): Promise<string>;
  /** Those that verify now, in the clear, newest first. */
  open(trx: Tx, box: SecretBox, ownerId: string): Promise<WebhookSecret[]>;
  /**
   * Lets those that verify now go on for `overlapSeconds` at the most; none is prolonged. Returns when the last of
   * them expires; null when there was none.
   */
  expire(trx: Tx, ownerId: string, overlapSeconds: number): Promise<Date | null>;
}

export function secretRows(
  table: 'webhook_secrets' | 'endpoint_inbound_secrets',
  owner: 'workflow_id' | 'endpoint_id',
): SecretRows {
  const [rows, ownerColumn] = [sql.table(table), sql.ref(owner)];
  const isLive = sql`(expires_at IS NULL OR expires_at > now())`;
  return {
    async insert(trx, box, { organizationId, ownerId, secret }) {
      const id = newId();
      const { ciphertext, encryptionKeyId } = box.seal(secret, id);
      await sql`
        INSERT INTO ${rows} (id, organization_id, ${ownerColumn}, ciphertext, encryption_key_id)
        VALUES (${id}, ${organizationId}, ${ownerId}, ${ciphertext}, ${encryptionKeyId})`.execute(trx);
      return id;
    },
    async open(trx, box, ownerId) {
      const { rows: found } = await sql<SealedRow>`
        SELECT id, ciphertext, encryption_key_id, expires_at FROM ${rows}
        WHERE ${ownerColumn} = ${ownerId} AND ${isLive} ORDER BY id DESC`.execute(trx);
      return found.map((row) => openSecret(box, row));
    },
    async expire(trx, ownerId, overlapSeconds) {
      const { rows: expiring } = await sql<{ expires_at: Date }>`
        UPDATE ${rows} SET expires_at = least(expires_at, now() + ${overlapSeconds} * interval '1 second')
        WHERE ${ownerColumn} = ${ownerId} AND ${isLive} RETURNING expires_at`.execute(trx);
      const times = expiring.map((row) => row.expires_at.getTime());
      return times.length === 0 ? null : new Date(Math.max(...times));
    },
  };
}

/** @throws when the key is unknown or the ciphertext was changed or moved. */
export const openSecret = (box: SecretBox, row: SealedRow): WebhookSecret => ({
  id: row.id,
  secret: box.open({ ciphertext: row.ciphertext, encryptionKeyId: row.encryption_key_id }, row.id),
  expiresAt: row.expires_at?.getTime() ?? null,
});
