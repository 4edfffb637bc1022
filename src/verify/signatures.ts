import type { VerifyFailure } from '../domain/verify-failure.ts';
import { decodeStrict } from './encoding.ts';
import { jsonOf, valueAt } from './json-body.ts';
import type { Matcher } from './matcher.ts';
import { type RequestHeaders, readHeader, type VerifyRequest } from './request.ts';
import type { Format, Scheme, SignaturePlace } from './scheme.ts';

/** What a sender wrote to prove a request. */
export interface Written {
  /** At least one, of the sizes its algorithm has; any may fit. */
  signatures: Buffer[];
  /** By its key in a header of pairs; null: there more than once. */
  timestamp: string | undefined | null;
}

type Limits = Pick<Matcher, 'sizes' | 'maxHeaders'>;
type Signing = Pick<Scheme, 'signature' | 'timestamp'>;

export function readSignatures(
  request: Pick<VerifyRequest, 'headers' | 'rawBody'>,
  scheme: Signing,
  limits: Limits,
): Written | VerifyFailure {
  const { place, format } = scheme.signature;
  if (place.in === 'headers') return readAll(request.headers, place.beginning, scheme, limits);
  const value = valueIn(request, place);
  if (value === null) return 'duplicate_header';
  if (value === undefined || value === '') {
    return place.in === 'json' && jsonOf(request) === undefined ? 'malformed_body' : 'missing_credential';
  }
  if (format.kind !== 'raw') return readSeveral(value, format, scheme, limits);
  const signature = decodeSignature(value, scheme, limits);
  return signature === null ? 'malformed_signature' : { signatures: [signature], timestamp: undefined };
}

function valueIn(
  request: Pick<VerifyRequest, 'headers' | 'rawBody'>,
  place: Exclude<SignaturePlace, { in: 'headers' }>,
): string | undefined | null {
  if (place.in === 'header') return readHeader(request.headers, place.name);
  const value = valueAt(jsonOf(request), place.path);
  return typeof value === 'string' ? value : undefined;
}

/** One signature in each of the headers whose name begins so. */
function readAll(
  headers: RequestHeaders,
  beginning: string,
  scheme: Signing,
  limits: Limits,
): Written | VerifyFailure {
  const signatures: Buffer[] = [];
  let isThere = false;
  let isTwice = false;
  for (const name of Object.keys(headers)) {
    if (!name.startsWith(beginning)) continue;
    const value = readHeader(headers, name);
    isTwice ||= value === null;
    if (!value) continue;
    isThere = true;
    const signature = decodeSignature(value, scheme, limits);
    if (signature !== null) signatures.push(signature);
    if (signatures.length === limits.maxHeaders) break;
  }
  if (!isThere) return isTwice ? 'duplicate_header' : 'missing_credential';
  return signatures.length === 0 ? 'malformed_signature' : { signatures, timestamp: undefined };
}

/** A sender signs once for each secret while it rotates them; more than these is no sender. */
const MAX_SIGNATURES = 10;
const MAX_PARTS = 200;

/** Those that are well-formed: others may be of versions that are not ours. */
function readSeveral(
  value: string,
  format: Exclude<Format, { kind: 'raw' }>,
  scheme: Signing,
  limits: Limits,
): Written | VerifyFailure {
  const signatures: Buffer[] = [];
  const timestampKey = scheme.timestamp?.place.in === 'pairs' ? scheme.timestamp.place.key : undefined;
  let timestamp: string | undefined | null;
  for (const part of value.split(format.separator, MAX_PARTS)) {
    const [key, text] = format.kind === 'pairs' ? pairOf(part) : ['', part.trim()];
    if (key !== '' && key === timestampKey) timestamp = timestamp === undefined ? text : null;
    if (format.kind === 'pairs' && key !== format.key) continue;
    if (signatures.length === MAX_SIGNATURES) continue;
    const signature = decodeSignature(text, scheme, limits);
    if (signature !== null) signatures.push(signature);
  }
  return signatures.length === 0 ? 'malformed_signature' : { signatures, timestamp };
}

/** What is before the first `=` and what is after it. */
function pairOf(part: string): [string, string] {
  const at = part.indexOf('=');
  return at === -1 ? ['', ''] : [part.slice(0, at).trim(), part.slice(at + 1).trim()];
}

/** The bytes of one signature; null: it lacks its prefix, is not in its encoding, or has not as many. */
function decodeSignature(value: string, { signature }: Signing, { sizes }: Limits): Buffer | null {
  const { prefix, prefixRequired, encoding } = signature;
  const hasPrefix = value.startsWith(prefix);
  if (prefixRequired && !hasPrefix) return null;
  const text = hasPrefix ? value.slice(prefix.length) : value;
  const [least, most] = sizes;
  // Hex is the longest encoding: what exceeds it need not be decoded, however huge it is.
  if (text.length > most * 2) return null;
  const bytes = decodeStrict(text, encoding);
  return bytes === null || bytes.length < least || bytes.length > most ? null : bytes;
}
