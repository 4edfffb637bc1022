import {
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { decodeKey, type KeyEncoding } from './encoding.ts';
import { SECRET } from './payload.ts';
import { importPublicKey, type PublicKeyAlgorithm } from './public-key.ts';

export type HmacAlgorithm = 'sha256' | 'sha1' | 'sha512';
export type SignatureAlgorithm = HmacAlgorithm | 'sha256-plain' | PublicKeyAlgorithm;

/** One way of proving. Signatures that are matched have a length within `sizes`. */
export interface Matcher {
  /** The fewest and the most bytes of a signature: timingSafeEqual throws on unequal lengths. */
  readonly sizes: readonly [number, number];
  /** With one signature in each of several headers, more than this are not tried. */
  readonly maxHeaders: number;
  /** A secret in the form it is used in; null: it can never verify anything. */
  keyOf(secret: string): KeyObject | null;
  /** Whether one of the signatures is made from the payload with this key. */
  matches(key: KeyObject, payload: readonly Buffer[], signatures: readonly Buffer[]): boolean;
}

const DIGEST_BYTES = { sha1: 20, sha256: 32, sha512: 64, 'sha256-plain': 32 } as const;

/** Comparing costs next to nothing: DocuSign sends up to a hundred. */
const MAX_COMPARED = 100;
/** Each costs as much as the first: strangers could have a large body hashed as often as they write one. */
const MAX_VERIFIED = 10;

export interface KeyForm {
  encoding: KeyEncoding;
  /** Cut off where it is there: it says what the key is and is no part of it. */
  prefix: string;
}

export function createMatcher(algorithm: SignatureAlgorithm, form: KeyForm): Matcher {
  switch (algorithm) {
    case 'sha1':
    case 'sha256':
    case 'sha512':
      return digestMatcher(algorithm, form, (key, payload) => hmacOf(algorithm, key, payload));
    case 'sha256-plain':
      return digestMatcher(algorithm, form, plainHashOf);
    case 'ed25519':
      return publicKeyMatcher(algorithm, form, [64, 64]);
    case 'ecdsa-p256':
      // DER: two integers of at most 33 bytes each, with their tags and lengths.
      return publicKeyMatcher(algorithm, form, [8, 72]);
  }
}

type Digest = (key: KeyObject, payload: readonly Buffer[]) => Buffer;

function digestMatcher(algorithm: keyof typeof DIGEST_BYTES, form: KeyForm, digestOf: Digest): Matcher {
  const size = DIGEST_BYTES[algorithm];
  return {
    sizes: [size, size],
    maxHeaders: MAX_COMPARED,
    keyOf: (secret) => secretKey(secret, form),
    matches: (key, payload, signatures) => {
      // Once for all signatures: strangers could have a large body hashed as often as they write one.
      const digest = digestOf(key, payload);
      // Stopping at the first that fits tells a sender at most which of its own secrets it used.
      return signatures.some((signature) => timingSafeEqual(digest, signature));
    },
  };
}

/** What everybody knows is no secret, whatever it is called. */
const PUBLIC = /^(?:whpk_|\s*-----BEGIN (?:RSA |EC |DSA )?(?:PUBLIC KEY|CERTIFICATE)-----)/;

/** Key objects: on Node 24 createHmac takes five times as long with the bytes of a key. */
export function secretKey(secret: string, form: KeyForm): KeyObject | null {
  if (PUBLIC.test(secret)) return null;
  const bytes = decodeKey(withoutPrefix(secret, form), form.encoding);
  return bytes === null ? null : createSecretKey(bytes);
}

export const withoutPrefix = (secret: string, { prefix }: KeyForm): string =>
  secret.startsWith(prefix) ? secret.slice(prefix.length) : secret;

export function hmacOf(algorithm: HmacAlgorithm, key: KeyObject, chunks: readonly Buffer[]): Buffer {
  const hmac = createHmac(algorithm, key);
  for (const chunk of chunks) hmac.update(chunk);
  return hmac.digest();
}

export function plainHashOf(key: KeyObject, chunks: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk === SECRET ? key.export() : chunk);
  return hash.digest();
}

function publicKeyMatcher(
  algorithm: PublicKeyAlgorithm,
  form: KeyForm,
  sizes: readonly [number, number],
): Matcher {
  const digest = algorithm === 'ecdsa-p256' ? 'sha256' : null;
  return {
    sizes,
    maxHeaders: MAX_VERIFIED,
    keyOf: (secret) => importPublicKey(withoutPrefix(secret, form), algorithm, form.encoding),
    matches: (key, payload, signatures) => {
      const [only] = payload;
      const message = payload.length === 1 && only !== undefined ? only : Buffer.concat(payload);
      return signatures.some((signature) => verify(digest, message, key, signature));
    },
  };
}
