import { newApiKey } from '../../domain/api-key.ts';
import { Problem } from '../../domain/problem.ts';
import { type Caller, lackingScopes } from '../../domain/scopes.ts';
import { insertApiKey, type KeyInfo } from '../../store/api-keys.ts';
import { asTenant, type Database } from '../../store/database.ts';
import type { ApiKey, ApiKeyInput } from '../schemas/api-keys.ts';
import { parseTime } from './parse-time.ts';

/**
 * Makes a key of the caller's organization.
 * @throws Problem scope_not_grantable naming every scope that the caller has not, validation_failed
 */
export async function issueKey(
  db: Database,
  caller: Caller,
  { name, scopes, expiresAt }: ApiKeyInput,
): Promise<{ info: KeyInfo; key: string }> {
  const lacking = lackingScopes(caller.scopes, scopes);
  if (lacking.length > 0) {
    throw new Problem('scope_not_grantable', {
      errors: lacking.map((scope) => ({
        pointer: `/body/scopes/${scopes.indexOf(scope)}`,
        detail: `The key that makes this call has not the scope "${scope}".`,
      })),
    });
  }
  const key = newApiKey();
  const { organizationId } = caller;
  const expires = parseExpiry(expiresAt);
  const info = await asTenant(db, organizationId, (trx) =>
    insertApiKey(trx, { organizationId, name, key, scopes, expiresAt: expires }),
  );
  return { info, key };
}

function parseExpiry(text: string | null | undefined): Date | null {
  const at = '/body/expiresAt';
  const time = parseTime(text ?? undefined, at) ?? null;
  if (time === null || time.getTime() > Date.now()) return time;
  throw new Problem('validation_failed', { errors: [{ pointer: at, detail: 'must be in the future' }] });
}

/** A key as the API shows it: never the key, never its hash. */
export const keyView = ({ createdAt, expiresAt, lastUsedAt, revokedAt, ...info }: KeyInfo): ApiKey => ({
  ...info,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt?.toISOString() ?? null,
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  revokedAt: revokedAt?.toISOString() ?? null,
});
