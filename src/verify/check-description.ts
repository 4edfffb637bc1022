import type { Fault } from '../domain/problem.ts';
import type { AuthType, HmacDescription } from '../domain/webhook-config.ts';
import { decodeKey } from './encoding.ts';
import { readDescription } from './scheme.ts';

const MIN_SECRET_BYTES = 8;
const MAX_SECRET_CHARACTERS = 1000;

/** A header value is trimmed on its way and has no agreed character set beyond ASCII. */
const VISIBLE_ASCII = /^[\x21-\x7e]*$/;

/**
 * What contradicts what in a description that matches its schema; empty when it can be used.
 * Pointers are relative to the description.
 */
export function checkHmacDescription(description: HmacDescription): Fault[] {
  const read = readDescription(description);
  return read.ok ? [] : read.faults;
}

/**
 * What keeps a secret from being used with an auth type; empty when nothing does. A description's
 * `secretEncoding` counts for `hmac` only. Pointers are relative to the secret; no detail repeats it.
 */
export function checkSecret(
  authType: AuthType,
  description: HmacDescription | null,
  secret: string,
): Fault[] {
  const fault = (detail: string): Fault[] => [{ pointer: '', detail }];
  if (authType === 'none') return fault('The auth type none takes no secret.');
  if (secret === '') return fault('Must not be empty.');
  if (secret.length > MAX_SECRET_CHARACTERS) {
    return fault(`Must have at most ${MAX_SECRET_CHARACTERS} characters.`);
  }
  if (authType !== 'hmac' && !VISIBLE_ASCII.test(secret)) {
    return fault('Must be visible ASCII without spaces: it is sent in a header.');
  }
  const encoding = authType === 'hmac' ? (description?.secretEncoding ?? 'utf8') : 'utf8';
  const key = decodeKey(secret, encoding);
  if (key === null) return fault(`Must be ${encoding}, as secretEncoding says (base64 with its padding).`);
  if (key.length < MIN_SECRET_BYTES) return fault(`Must have at least ${MIN_SECRET_BYTES} bytes.`);
  return [];
}
