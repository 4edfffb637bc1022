import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const MARK = 'hg_';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = BigInt(DIGITS.length);
const SECRET_BYTES = 24;
/** Digits that hold 24 bytes, and the 32 bits of the checksum. */
const SECRET_LENGTH = 33;
const CHECKSUM_LENGTH = 6;
const FORM = new RegExp(`^${MARK}([0-9A-Za-z]{${SECRET_LENGTH}})([0-9A-Za-z]{${CHECKSUM_LENGTH}})$`);
/** Of the 192 bits about 48 are shown. */
const SHOWN_LENGTH = MARK.length + 8;

/**
 * A new API key: `hg_`, 24 random bytes and their checksum, in base62. Letters and digits only, so that a double
 * click marks all of it, and whoever searches a repository for leaked keys can tell one from chance by itself.
 */
export function newApiKey(): string {
  const secret = base62(BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`), SECRET_LENGTH);
  return MARK + secret + checksumOf(secret);
}

/** Whether a text has the form and the checksum of a key: says nothing about whether there is such a key. */
export function isWellFormedKey(text: string): boolean {
  const [, secret, checksum] = FORM.exec(text) ?? [];
  return secret !== undefined && checksum === checksumOf(secret);
}

/** What may be shown of a key, to tell it from others. */
export const prefixOf = (key: string): string => key.slice(0, SHOWN_LENGTH);

/** SHA-256: what is stored of a key. No slow hash is needed, because nobody can guess 192 random bits. */
export const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/** A CRC-32 finds every single wrong character and every two neighbours swapped, which a short hash does not. */
const checksumOf = (secret: string): string => base62(BigInt(crc32(secret)), CHECKSUM_LENGTH);

function base62(value: bigint, length: number): string {
  let digits = '';
  for (let rest = value; rest > 0n; rest /= BASE) digits = DIGITS.charAt(Number(rest % BASE)) + digits;
  return digits.padStart(length, DIGITS.charAt(0));
}
