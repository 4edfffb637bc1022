import { createPublicKey, type KeyObject } from 'node:crypto';
import { decodeKey, type KeyEncoding } from './encoding.ts';

export type PublicKeyAlgorithm = 'ed25519' | 'ecdsa-p256';

const PEM = /^\s*-----BEGIN (?:PUBLIC KEY|CERTIFICATE)-----/;
const ED25519_BYTES = 32;
/** What goes before the 32 bytes of a key to make a SubjectPublicKeyInfo of them (RFC 8410). */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Points of small order, without their sign bit: under such a key signatures can be made that fit whatever was signed.
 * The last two write points of the others in a way that is not canonical.
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

/**
 * Imports a public key: PEM, or in `encoding` the DER of a SubjectPublicKeyInfo or the 32 bytes of an Ed25519 key.
 * null: it is none, or one of another algorithm.
 */
export function importPublicKey(
  secret: string,
  algorithm: PublicKeyAlgorithm,
  encoding: KeyEncoding,
): KeyObject | null {
  const key = PEM.test(secret) ? publicKey(secret) : fromBytes(decodeKey(secret, encoding), algorithm);
  return key !== null && isOf(key, algorithm) ? key : null;
}

function fromBytes(bytes: Buffer | null, algorithm: PublicKeyAlgorithm): KeyObject | null {
  if (bytes === null) return null;
  const isRaw = algorithm === 'ed25519' && bytes.length === ED25519_BYTES;
  const der = isRaw ? Buffer.concat([ED25519_SPKI, bytes]) : bytes;
  return publicKey({ key: der, format: 'der', type: 'spki' });
}

function publicKey(key: Parameters<typeof createPublicKey>[0]): KeyObject | null {
  try {
    return createPublicKey(key);
  } catch {
    // Whatever OpenSSL has against it, in as many words as it has versions: it is no public key.
    return null;
  }
}

function isOf(key: KeyObject, algorithm: PublicKeyAlgorithm): boolean {
  if (algorithm === 'ecdsa-p256') return key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  if (key.asymmetricKeyType !== 'ed25519') return false;
  const point = key.export({ format: 'der', type: 'spki' }).subarray(-ED25519_BYTES);
  point[ED25519_BYTES - 1] = (point[ED25519_BYTES - 1] ?? 0) & 0x7f;
  return !SMALL_ORDER.has(point.toString('hex'));
}
