import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { codeOf, EmbeddedError, systemErrorsExplained } from './error.ts';
import { exists, orNull } from './files.ts';
import { openDataFolder } from './place.ts';
import { loadOrCreateSecret, type Secret, secretFile } from './secrets.ts';

export interface Keys {
  /** 32 bytes. */
  encryptionKey: Buffer;
  adminApiKey: string;
  /** Where the admin key can be read: what the first start prints instead of the key. */
  adminKeyFile: string;
  /** Whether the admin key was made by this call. */
  created: boolean;
}

const encryptionKey: Secret = {
  name: 'encryption-key',
  pattern: /^[A-Za-z0-9+/]{43}=$/,
  generate: () => randomBytes(32).toString('base64'),
};

const adminApiKey: Secret = {
  name: 'admin-api-key',
  pattern: /^hg_admin_[\w-]{43}$/,
  generate: () => `hg_admin_${randomBytes(32).toString('base64url')}`,
};

/**
 * The keys of an installation that was given none, made on its first start and kept in the data folder.
 * @throws EmbeddedError when a key is damaged, or when the encryption key has disappeared.
 */
export async function loadOrCreateKeys(dataDir: string): Promise<Keys> {
  return systemErrorsExplained(dataDir, async () => {
    const folder = await openDataFolder(dataDir);
    // The encryption key is made first, so an admin key alone means that it was there and was lost.
    const lost =
      !(await exists(secretFile(folder, encryptionKey))) && (await exists(secretFile(folder, adminApiKey)));
    if (lost) {
      throw new EmbeddedError(
        `${secretFile(folder, encryptionKey)} is missing, and without it the stored webhook secrets cannot be read: put it back from a backup.`,
      );
    }
    const encryption = await loadOrCreateSecret(folder, encryptionKey);
    const admin = await loadOrCreateSecret(folder, adminApiKey);
    return {
      encryptionKey: Buffer.from(encryption.value, 'base64'),
      adminApiKey: admin.value,
      adminKeyFile: admin.file,
      created: admin.created,
    };
  });
}

/**
 * The admin key that an installation made for itself; null when there is none in this folder. Changes nothing
 * there: the folder may be somebody else's, or that of a service that runs.
 * @throws EmbeddedError when it may not be read, or is damaged.
 */
export async function readAdminApiKey(dataDir: string): Promise<string | null> {
  const file = secretFile(dataDir, adminApiKey);
  const text = await orNull(['ENOENT', 'ENOTDIR'], readFile(file, 'utf8')).catch((error: unknown) => {
    throw new EmbeddedError(
      `${file} cannot be read (${codeOf(error)}): do this as the user that Hookgate runs as, or set HOOKGATE_API_KEY.`,
      { cause: error },
    );
  });
  if (text === null) return null;
  const key = text.trimEnd();
  if (adminApiKey.pattern.test(key)) return key;
  throw new EmbeddedError(`${file} is damaged: put back the original from a backup.`);
}
