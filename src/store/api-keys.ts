import { createHash, timingSafeEqual } from 'node:crypto';
import { DEFAULT_ORGANIZATION_ID } from '../domain/ids.ts';
import { type Caller, SCOPES, type Scope } from '../domain/scopes.ts';
import type { Database } from './database.ts';

/** An API key as it is cached: without the key. */
export interface StoredKey {
  id: string;
  organizationId: string;
  scopes: ReadonlySet<Scope>;
  expiresAt: Date | null;
}

export type KeyResult =
  | { status: 'ok'; caller: Caller }
  | { status: 'unauthorized' }
  | { status: 'organization_not_found' };

export interface KeyAuthenticatorOptions {
  db: Database;
  /** Keys by the hex SHA-256 of the key: a ConfigCache over `loadApiKey`, invalidated under the same name. */
  keys: { get(sha256: string): Promise<StoredKey | null> };
  /** null: there is no key that spans organizations. */
  adminApiKey: string | null;
}

/** Reads a key by the hex SHA-256 of it; null when there is none, or it was revoked. */
export async function loadApiKey(db: Database, sha256: string): Promise<StoredKey | null> {
  const row = await db
    .selectFrom('api_keys')
    .select(['id', 'organization_id', 'scopes', 'expires_at'])
    .where('key_sha256', '=', Buffer.from(sha256, 'hex'))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (!row) return null;
  const scopes = new Set(SCOPES.filter((scope) => row.scopes.includes(scope)));
  return { id: row.id, organizationId: row.organization_id, scopes, expiresAt: row.expires_at };
}

/**
 * Finds out whom a key belongs to. `organizationId` is the one the caller names, if any: the admin key may
 * name each that exists, every other key only its own.
 */
export function createKeyAuthenticator({ db, keys, adminApiKey }: KeyAuthenticatorOptions) {
  const adminDigest = adminApiKey === null ? null : digestOf(adminApiKey);
  const allScopes: ReadonlySet<Scope> = new Set(SCOPES);

  return async (key: string, organizationId: string | undefined): Promise<KeyResult> => {
    const digest = digestOf(key);
    if (adminDigest !== null && timingSafeEqual(digest, adminDigest)) {
      const named = organizationId ?? DEFAULT_ORGANIZATION_ID;
      if (!(await organizationExists(db, named))) return { status: 'organization_not_found' };
      return { status: 'ok', caller: { organizationId: named, scopes: allScopes, name: 'admin' } };
    }
    const stored = await keys.get(digest.toString('hex'));
    if (stored === null || isExpired(stored)) return { status: 'unauthorized' };
    if (organizationId !== undefined && organizationId !== stored.organizationId) {
      return { status: 'organization_not_found' };
    }
    const { scopes } = stored;
    return {
      status: 'ok',
      caller: { organizationId: stored.organizationId, scopes, name: `api_key:${stored.id}` },
    };
  };
}

const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/** Asked at each use: a key may expire while it is cached. */
const isExpired = ({ expiresAt }: StoredKey): boolean =>
  expiresAt !== null && expiresAt.getTime() <= Date.now();

async function organizationExists(db: Database, id: string): Promise<boolean> {
  if (id === DEFAULT_ORGANIZATION_ID) return true;
  const row = await db.selectFrom('organizations').select('id').where('id', '=', id).executeTakeFirst();
  return row !== undefined;
}
