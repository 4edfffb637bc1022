import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

export interface SealedSecret {
  ciphertext: Buffer;
  encryptionKeyId: string;
}

/** Encrypts secrets at rest. */
export interface SecretBox {
  /** `boundTo` is the id of the row: a ciphertext copied to another row does not open there. */
  seal(secret: string, boundTo: string): SealedSecret;
  /** @throws when the key is unknown or the ciphertext was changed or moved. */
  open(sealed: SealedSecret, boundTo: string): string;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

const keyId = (key: Buffer): string =>
  createHash('sha256').update('hookgate key id').update(key).digest('hex').slice(0, 16);

/** AES-256-GCM under `current`; `previous` still opens what was sealed before the key was changed. */
export function createSecretBox(current: Buffer, previous: Buffer | null = null): SecretBox {
  const currentId = keyId(current);
  const keys = new Map([[currentId, current]]);
  if (previous) keys.set(keyId(previous), previous);
  return {
    seal(secret, boundTo) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current, iv).setAAD(Buffer.from(boundTo));
      const encrypted = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return { ciphertext: Buffer.concat([iv, cipher.getAuthTag(), encrypted]), encryptionKeyId: currentId };
    },
    open({ ciphertext, encryptionKeyId }, boundTo) {
      const key = keys.get(encryptionKeyId);
      if (!key) {
        throw new Error(
          `A secret was encrypted under key ${encryptionKeyId}, which is neither ENCRYPTION_KEY nor ENCRYPTION_KEY_PREVIOUS.`,
        );
      }
      const decipher = createDecipheriv('aes-256-gcm', key, ciphertext.subarray(0, IV_BYTES))
        .setAAD(Buffer.from(boundTo))
        .setAuthTag(ciphertext.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      return (
        decipher.update(ciphertext.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      );
    },
  };
}
