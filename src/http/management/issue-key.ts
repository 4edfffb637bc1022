import { newApiKey } from '../../domain/api-key.ts';
import { type Fault, Problem } from '../../domain/problem.ts';
import { type Caller, lackingScopes, type Scope } from '../../domain/scopes.ts';
import { insertApiKey, type KeyInfo } from '../../store/api-keys.ts';
import { asTenant, type Database } from '../../store/database.ts';
import type { ApiKey, ApiKeyInput } from '../schemas/api-keys.ts';
import { parseTime } from './parse-time.ts';

/**
 * Makes a key of the caller's organization.
 * @throws Problem not_grantable naming whatever the caller has not itself, validation_failed
 */
export async function issueKey(
  db: Database,
  caller: Caller,
  { name, scopes, expiresAt }: ApiKeyInput,
): Promise<{ info: KeyInfo; key: string }> {
  const expires = parseExpiry(expiresAt);
  const errors = [...scopeFaults(caller, scopes), ...expiryFaults(caller, expires)];
  if (errors.length > 0) throw new Problem('not_grantable', { errors });
  const key = newApiKey();
  const { organizationId } = caller;
  const info = await asTenant(db, organizationId, (trx) =>
    insertApiKey(trx, { organizationId, name, key, scopes, expiresAt: expires }),
  );
  return { info, key };
}

const scopeFaults = (caller: Caller, scopes: readonly Scope[]): Fault[] =>
  lackingScopes(caller.scopes, scopes).map((scope) => ({
    pointer: `/body/scopes/${scopes.indexOf(scope)}`,
    detail: `The key that makes this call has not the scope "${scope}".`,
  }));

/** Whoever got hold of a key for a day must not make one for ever of it. */
function expiryFaults({ expiresAt }: Caller, asked: Date | null): Fault[] {
  if (expiresAt === null || (asked !== null && asked <= expiresAt)) return [];
  const detail = `The key that makes this call works until ${expiresAt.toISOString()}: name that time or an earlier one.`;
  return [{ pointer: '/body/expiresAt', detail }];
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
