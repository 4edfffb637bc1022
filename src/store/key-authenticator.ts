import { timingSafeEqual } from 'node:crypto';
import { digestOf, isWellFormedKey } from '../domain/api-key.ts';
import { DEFAULT_ORGANIZATION_ID } from '../domain/ids.ts';
import { type Caller, SCOPES, type Scope } from '../domain/scopes.ts';
import { NameLookups, type NameSource } from '../runtime/name-lookups.ts';
import type { RateBudget } from '../runtime/rate-budget.ts';
import type { StoredKey } from './api-keys.ts';
import type { Database } from './database.ts';
import { organizationExists } from './organizations.ts';

export type KeyResult =
  | { status: 'ok'; caller: Caller }
  | { status: 'unauthorized' }
  | { status: 'organization_not_found' }
  /** From its address too many keys came that there are not. */
  | { status: 'too_many_unknown_names'; retryAfterSeconds: number };

export interface KeyAuthenticatorOptions {
  db: Database;
  /** Keys by the hex SHA-256 of the key: a ConfigCache over `loadApiKey`, invalidated under the same name. */
  keys: NameSource<StoredKey>;
  unknownNames: RateBudget;
  /** null: there is no key that spans organizations. */
  adminApiKey: string | null;
  /** Called for each request that a stored key let in: must be cheap. */
  onUsed: (keyId: string) => void;
}

/**
 * Finds out whom a key belongs to. `organizationId` is the one the caller names, if any: the admin key may
 * name each that exists, every other key only its own. `address`: where the caller is.
 */
export function createKeyAuthenticator(options: KeyAuthenticatorOptions) {
  const { db, adminApiKey, onUsed } = options;
  const names = new NameLookups(options.keys, options.unknownNames);
  const adminDigest = adminApiKey === null ? null : digestOf(adminApiKey);
  const allScopes: ReadonlySet<Scope> = new Set(SCOPES);

  return async (key: string, organizationId: string | undefined, address: string): Promise<KeyResult> => {
    const digest = digestOf(key);
    if (adminDigest !== null && timingSafeEqual(digest, adminDigest)) {
      const named = organizationId ?? DEFAULT_ORGANIZATION_ID;
      if (!(await organizationExists(db, named))) return { status: 'organization_not_found' };
      return {
        status: 'ok',
        caller: { organizationId: named, scopes: allScopes, name: 'admin', expiresAt: null },
      };
    }
    // Whoever tries keys at random does not reach the database.
    if (!isWellFormedKey(key)) return { status: 'unauthorized' };
    const looked = await names.look(digest.toString('hex'), address);
    if (looked.status === 'turned_away') {
      return { status: 'too_many_unknown_names', retryAfterSeconds: looked.retryAfterSeconds };
    }
    const { value: stored } = looked;
    if (stored === null || isExpired(stored)) return { status: 'unauthorized' };
    if (organizationId !== undefined && organizationId !== stored.organizationId) {
      return { status: 'organization_not_found' };
    }
    onUsed(stored.id);
    const { scopes, expiresAt } = stored;
    return {
      status: 'ok',
      caller: { organizationId: stored.organizationId, scopes, name: `api_key:${stored.id}`, expiresAt },
    };
  };
}

/** Asked at each use: a key may expire while it is cached. */
const isExpired = ({ expiresAt }: StoredKey): boolean =>
  expiresAt !== null && expiresAt.getTime() <= Date.now();
