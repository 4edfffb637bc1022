import { randomBytes, randomUUID } from 'node:crypto';
import { jsonOf, textOf, valueAt } from '../json-body.ts';
import { hmacOf, plainHashOf, secretKey } from '../matcher.ts';
import { collectPayload, type PayloadSource } from '../payload.ts';
import { readHeader } from '../request.ts';
import type { Scheme } from '../scheme.ts';
import { writeTimestamp } from '../timestamp.ts';
import { editableObject, setAt } from './json-edit.ts';
import { cannot, type Signed, type Signing } from './signed.ts';

/**
 * Signs as a scheme says. `invents`: gives ids to what has to be signed and is not there, as the sender itself would.
 */
export function signDescribed(scheme: Scheme, invents: boolean, input: Signing): Signed {
  if (scheme.algorithm === 'token') return signWithToken(scheme, input);
  if (scheme.algorithm === 'ed25519' || scheme.algorithm === 'ecdsa-p256') return cannot('cannot_sign');
  const key = secretKey(input.secret, scheme.key);
  if (key === null) return cannot('no_secret');
  const timestamp = scheme.timestamp === null ? '' : writeTimestamp(input.nowMs, scheme.timestamp.unit);
  const rawBody = filledBody(scheme, timestamp, invents, input);
  if (rawBody === null) return cannot('malformed_body');
  const added = filledHeaders(scheme, timestamp, invents, input);
  const source = { ...input, rawBody, headers: { ...input.headers, ...added } };
  const payload = collectPayload(scheme.payload, source, timestamp);
  if (typeof payload === 'string') return cannot(payload);
  const digest =
    scheme.algorithm === 'sha256-plain' ? plainHashOf(key, payload) : hmacOf(scheme.algorithm, key, payload);
  const written = writeSignature(scheme, digest, timestamp);
  return placed(scheme, written, { headers: added, rawBody, isChanged: rawBody !== input.rawBody });
}

function signWithToken(scheme: Scheme, { secret, rawBody }: Signing): Signed {
  const { prefix, prefixRequired } = scheme.signature;
  const token = prefixRequired ? prefix + secret : secret;
  return placed(scheme, token, { headers: {}, rawBody, isChanged: false });
}

function writeSignature({ signature, timestamp }: Scheme, digest: Buffer, sentAt: string): string {
  const { format, prefix, prefixRequired, encoding } = signature;
  const text = (prefixRequired ? prefix : '') + digest.toString(encoding);
  if (format.kind !== 'pairs') return text;
  const pair = `${format.key}=${text}`;
  return timestamp?.place.in === 'pairs'
    ? `${timestamp.place.key}=${sentAt}${format.separator}${pair}`
    : pair;
}

interface Unsigned {
  headers: Record<string, string>;
  rawBody: Buffer;
  /** It is no longer the one that was to be signed. */
  isChanged: boolean;
}

function placed({ signature: { place } }: Scheme, written: string, unsigned: Unsigned): Signed {
  const { headers, rawBody, isChanged } = unsigned;
  if (place.in === 'json') {
    const body = editableObject(rawBody);
    if (body === null) return cannot('malformed_body');
    setAt(body, place.path, written);
    return { signed: true, headers, rawBody: Buffer.from(JSON.stringify(body)) };
  }
  const name = place.in === 'header' ? place.name : `${place.beginning}1`;
  const signed = { signed: true as const, headers: { ...headers, [name]: written } };
  return isChanged ? { ...signed, rawBody } : signed;
}

function filledHeaders(
  { payload, timestamp }: Scheme,
  sentAt: string,
  invents: boolean,
  { headers }: PayloadSource,
): Record<string, string> {
  const added: Record<string, string> = {};
  if (timestamp?.place.in === 'header') added[timestamp.place.name] = sentAt;
  for (const part of invents ? payload : []) {
    if (part.kind === 'header' && readHeader(headers, part.name) === undefined)
      added[part.name] = randomUUID();
  }
  return added;
}

/** The body with the timestamp, and all that is signed of it; the same bytes when there is nothing to be put in. */
function filledBody(
  { payload, timestamp }: Scheme,
  sentAt: string,
  invents: boolean,
  input: PayloadSource,
): Buffer | null {
  const missing = payload.flatMap((part) =>
    invents && part.kind === 'json' && textOf(valueAt(jsonOf(input), part.path)) === undefined
      ? [part.path]
      : [],
  );
  const place = timestamp?.place;
  if (place?.in !== 'json' && missing.length === 0) return input.rawBody;
  const body = editableObject(input.rawBody);
  if (body === null) return null;
  if (place?.in === 'json') setAt(body, place.path, /^\d+$/.test(sentAt) ? Number(sentAt) : sentAt);
  for (const path of missing) setAt(body, path, randomBytes(25).toString('hex'));
  return Buffer.from(JSON.stringify(body));
}
