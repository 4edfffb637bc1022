import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

const STANDARD_PREFIX = 'whsec_';

/**
 * The HMAC key of an endpoint's secret, for the caller to keep: making one costs more than signing with it.
 * `whsec_` + base64 is decoded, as Standard Webhooks says; any other secret is its own UTF-8 text.
 * @throws when the secret is empty.
 */
export function endpointKey(secret: string): KeyObject {
  const bytes = standardSecret(secret) ?? Buffer.from(secret, 'utf8');
  if (bytes.length === 0) throw new TypeError('The secret of the endpoint is empty.');
  return createSecretKey(bytes);
}

/** The bytes of a secret that is `whsec_` and base64; null when it is not. */
export function standardSecret(secret: string): Buffer | null {
  if (!secret.startsWith(STANDARD_PREFIX)) return null;
  const text = secret.slice(STANDARD_PREFIX.length).replace(/=+$/, '');
  const bytes = Buffer.from(text, 'base64');
  // Buffer.from skips what is not base64: only text that comes out again is a base64 secret.
  const same = bytes.toString('base64').replace(/=+$/, '') === text;
  return same && bytes.length > 0 ? bytes : null;
}

export interface SignedContent {
  id: string;
  /** Unix seconds. */
  timestamp: number;
  body: Buffer;
}

/** `v1,` + base64 HMAC-SHA256 of `id.timestamp.body`: what Standard Webhooks verifies. */
export function signStandard(key: KeyObject, { id, timestamp, body }: SignedContent): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

/** Hex HMAC-SHA256 of the body alone. */
export function signBody(key: KeyObject, body: Buffer): string {
  return createHmac('sha256', key).update(body).digest('hex');
}
