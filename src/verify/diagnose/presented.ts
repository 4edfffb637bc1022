import { decodeStrict } from '../encoding.ts';
import type { RequestHeaders } from '../request.ts';

export type PresentedEncoding = 'hex' | 'base64' | 'base64url' | 'base64 of hex';

/** Something in a request that is as long as a signature is. */
export interface Presented {
  /** The name of its header, or `query`. */
  header: string;
  bytes: Buffer;
  encoding: PresentedEncoding;
  /** What stands right before it, such as `sha256=` or `v1,`. */
  prefix: string;
}

/** What proves nothing about the sender, however much it looks like a signature. */
const NO_SIGNATURES =
  /^(?:host|user-agent|accept.*|content-.*|cookie|traceparent|tracestate|baggage|(?:repr-|want-)?digest|etag|if-.*|x-request-id|x-correlation-id|x-forwarded-.*|x-real-ip|x-amzn-trace-id|x-cloud-trace-context|x-b3-.*|cf-.*|connection|date|via)$/;
const LIKELY = /sign|hmac|hash|hub|auth/;

/** A word of the right characters, what may stand before it, and quotes around it. */
const WORDS = /(?<=^|[\s,;])([A-Za-z][\w.-]{0,19}[=,] ?)?"?([A-Za-z0-9+/_-]{26,180}={0,2})"?(?=$|[\s,;])/g;
const HASH_BYTES = new Set([20, 32, 64]);
const isSize = (bytes: number): boolean => HASH_BYTES.has(bytes) || (bytes >= 68 && bytes <= 72);

const MAX_VALUE_CHARACTERS = 4_000;
const MAX_WORDS = 40;
/** As many as are compared at once. */
const MAX_PRESENTED = 8;

/** What may be a signature: first in the header where it is expected, then where headers are called so. */
export function presentedSignatures(headers: RequestHeaders, url: string, expected: string): Presented[] {
  const names = Object.keys(headers).filter((name) => name === expected || !NO_SIGNATURES.test(name));
  const rank = (name: string) => (name === expected ? 0 : LIKELY.test(name) ? 1 : 2);
  const found = names
    .sort((a, b) => rank(a) - rank(b))
    .flatMap((name) => valuesOf(headers[name]).flatMap((value) => signaturesIn(name, value)));
  const query = queryOf(url).flatMap(([, value]) => signaturesIn('query', value));
  return [...found, ...query].slice(0, MAX_PRESENTED);
}

export function valuesOf(value: string | string[] | undefined): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((text): text is string => typeof text === 'string').slice(0, 10);
}

/** Names and values of a query string. */
export function queryOf(url: string): [string, string][] {
  const mark = url.indexOf('?');
  if (mark === -1) return [];
  return [...new URLSearchParams(url.slice(mark + 1, mark + 1 + MAX_VALUE_CHARACTERS))].slice(0, 50);
}

function signaturesIn(header: string, value: string): Presented[] {
  const found: Presented[] = [];
  let words = 0;
  for (const [, prefix = '', word = ''] of value.slice(0, MAX_VALUE_CHARACTERS).matchAll(WORDS)) {
    if (++words > MAX_WORDS) break;
    const read = decode(word);
    if (read !== null) found.push({ header, prefix: prefix.trim(), ...read });
  }
  return found;
}

function decode(word: string): Pick<Presented, 'bytes' | 'encoding'> | null {
  for (const encoding of ['hex', 'base64', 'base64url'] as const) {
    const bytes = decodeStrict(word, encoding);
    if (bytes === null) continue;
    if (isSize(bytes.length) && !isHexText(bytes)) return { bytes, encoding };
    // Some encode the text of the hex digest.
    const inner = isHexText(bytes) ? decodeStrict(bytes.toString('latin1'), 'hex') : null;
    if (inner !== null && isSize(inner.length)) return { bytes: inner, encoding: 'base64 of hex' };
  }
  return null;
}

const isHexText = (bytes: Buffer): boolean => /^[0-9a-fA-F]+$/.test(bytes.toString('latin1'));
