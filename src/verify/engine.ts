import type { KeyObject } from 'node:crypto';
import type { VerifyFailure } from '../domain/verify-failure.ts';
import { type Candidate, isLive, prepareCandidates, someLive, type VerifySecret } from './candidates.ts';
import { jsonOf, textOf, valueAt } from './json-body.ts';
import { createMatcher, type Matcher, type SignatureAlgorithm } from './matcher.ts';
import { collectPayload } from './payload.ts';
import { readHeader, type VerifyRequest } from './request.ts';
import type { Scheme, TimestampPlace } from './scheme.ts';
import { readSignatures } from './signatures.ts';
import { timestampFailure } from './timestamp.ts';
import { compileToken, textAfter } from './token.ts';
import { refuse, type Verdict } from './verdict.ts';

export type Verify = (request: VerifyRequest) => Verdict;

/**
 * Compiles a scheme and its secrets into one function, which never throws. It keeps keys, not secrets.
 */
export function compileScheme(scheme: Scheme, secrets: readonly VerifySecret[]): Verify {
  const { signature, algorithm, alias } = scheme;
  if (algorithm === 'token') {
    const { prefix, prefixRequired } = signature;
    return compileToken(signature.place, textAfter(prefixRequired ? prefix : ''), secrets);
  }
  const matcher = createMatcher(algorithm, scheme.key);
  const candidates = prepareCandidates(secrets, matcher.keyOf);
  const signed = { ...scheme, algorithm };
  const verify = compileSigned(signed, matcher, candidates);
  if (alias === null) return verify;
  const names = headerNames(scheme).filter((name) => name.startsWith(alias.from));
  const verifyRenamed = compileSigned(renamed(signed, alias), matcher, candidates);
  // Never a mixture of both: what is read under one name would be taken as proven under the other.
  return (request) => (hasSome(request, names) ? verify(request) : verifyRenamed(request));
}

type SignedScheme = Scheme & { algorithm: SignatureAlgorithm };

function compileSigned(
  scheme: SignedScheme,
  matcher: Matcher,
  candidates: readonly Candidate<KeyObject>[],
): Verify {
  const { timestamp } = scheme;
  const signsTimestamp = scheme.payload.some(({ kind }) => kind === 'timestamp');
  return (request) => {
    const { nowMs } = request;
    if (!someLive(candidates, nowMs)) return refuse('no_secret');
    const written = readSignatures(request, scheme, matcher);
    if (typeof written === 'string') return refuse(written);
    let sentAt: string | undefined | null = '';
    if (timestamp !== null && signsTimestamp) {
      sentAt = readTimestamp(timestamp.place, request, written.timestamp);
      const failure = timestampFailure(sentAt, timestamp, nowMs);
      if (failure !== null) return refuse(failure);
    }
    const payload = collectPayload(scheme.payload, request, sentAt ?? '');
    if (typeof payload === 'string') return refuse(payload);
    const fitting = candidates.find(
      (candidate) => isLive(candidate, nowMs) && matcher.matches(candidate.key, payload, written.signatures),
    );
    if (fitting === undefined) return refuse('signature_mismatch');
    if (timestamp === null || signsTimestamp) return fitting.accepted;
    // In the body, which is read only now that it is known whose it is: a stranger's is not parsed.
    const failure = bodyTimestampFailure(timestamp, request);
    return failure === null ? fitting.accepted : refuse(failure);
  };
}

function bodyTimestampFailure(
  timestamp: NonNullable<Scheme['timestamp']>,
  request: VerifyRequest,
): VerifyFailure | null {
  const sentAt = readTimestamp(timestamp.place, request, undefined);
  if (sentAt === undefined && jsonOf(request) === undefined) return 'malformed_body';
  return timestampFailure(sentAt, timestamp, request.nowMs);
}

function readTimestamp(
  place: TimestampPlace,
  request: VerifyRequest,
  written: string | undefined | null,
): string | undefined | null {
  if (place.in === 'pairs') return written;
  return place.in === 'header'
    ? readHeader(request.headers, place.name)
    : textOf(valueAt(jsonOf(request), place.path));
}

/** The headers that a scheme reads, apart from those it knows only the beginning of. */
function headerNames({ signature, timestamp, payload }: Scheme): string[] {
  const places = [signature.place, timestamp?.place, ...payload];
  return places.flatMap((place) => {
    if (place === undefined || !('name' in place)) return [];
    return [place.name];
  });
}

const hasSome = ({ headers }: VerifyRequest, names: readonly string[]): boolean =>
  names.some((name) => {
    const value = readHeader(headers, name);
    return value !== undefined && value !== '';
  });

function renamed(scheme: SignedScheme, { from, to }: NonNullable<Scheme['alias']>): SignedScheme {
  const rename = <Named extends object>(place: Named): Named =>
    'name' in place && typeof place.name === 'string' && place.name.startsWith(from)
      ? { ...place, name: to + place.name.slice(from.length) }
      : place;
  const { signature, timestamp } = scheme;
  return {
    ...scheme,
    signature: { ...signature, place: rename(signature.place) },
    timestamp: timestamp === null ? null : { ...timestamp, place: rename(timestamp.place) },
    payload: scheme.payload.map(rename),
  };
}
