import { PROVIDER_NAMES, type ProviderName } from '../../domain/providers.ts';
import type { SignatureDescription } from '../../domain/signature-description.ts';
import { PRESETS } from '../presets/index.ts';
import type { VerifyRequest } from '../request.ts';
import { signatureHeader, type Way, wayOfProvider } from './context.ts';
import { fits } from './differences.ts';
import { valuesOf } from './presented.ts';

/** A sender known by name whose requests look like this one. */
export interface Look {
  provider: ProviderName;
  way: Way;
  /** How much speaks for it. */
  score: number;
}

/** Where the signature is in the body: what such a body has in it. */
const IN_BODY: Partial<Record<ProviderName, readonly string[]>> = {
  mailgun: ['"signature"', '"token"', '"event-data"'],
  adyen_standard: ['"notificationItems"', '"hmacSignature"'],
};

/** The senders known by name whose requests look like this one, likeliest first. */
export function looksOf(request: VerifyRequest): Look[] {
  const looks = PROVIDER_NAMES.flatMap((provider) => {
    const way = wayOfProvider(provider, request.headers);
    const score = hasSignature(provider, way, request) ? 1 + evidenceFor(provider, way, request) : 0;
    return score > 0 ? [{ provider, way, score }] : [];
  });
  return looks.filter(isTelling).sort((a, b) => b.score - a.score || generality(b) - generality(a));
}

/** Several senders follow one specification: unless more is known, it is named. */
const generality = ({ provider }: Look): number => (provider === 'standardwebhooks' ? 1 : 0);

/** Names of headers that anybody may think of. */
const COMMON_NAMES: ReadonlySet<string> = new Set(['x-webhook-signature', 'x-signature']);

/** Whether it is that sender and not just anybody. */
const isTelling = ({ way, score }: Look): boolean =>
  score > 1 || way.kind !== 'signature' || !COMMON_NAMES.has(signatureHeader(way.description));

function hasSignature(provider: ProviderName, way: Way, { headers, rawBody }: VerifyRequest): boolean {
  const marks = IN_BODY[provider];
  if (marks !== undefined) return marks.every((mark) => rawBody.includes(mark));
  if (way.kind === 'token') return headers[way.place.header] !== undefined;
  if (way.kind === 'coded') return headers[way.header] !== undefined;
  if (way.kind === 'none') return false;
  const expected = signatureHeader(way.description);
  return Object.keys(headers).some(
    (name) => fits(expected, name) && valuesOf(headers[name]).some((value) => isLike(value, way.description)),
  );
}

const isLike = (value: string, { format = 'raw', key = '', prefix = '' }: SignatureDescription): boolean =>
  format === 'pairs' ? value.includes(`${key}=`) : value.includes(prefix);

/** Other headers that this sender has. */
function evidenceFor(provider: ProviderName, way: Way, { headers }: VerifyRequest): number {
  const { eventId, eventType } = PRESETS[provider];
  const time = way.kind === 'signature' ? way.description.timestampHeader : undefined;
  const names = [eventId, eventType].map((source) =>
    source?.startsWith('header:') ? source.slice('header:'.length).split(',') : [],
  );
  const groups = time === undefined ? names : [...names, [time]];
  return groups.filter((group) => group.some((name) => headers[name.toLowerCase()] !== undefined)).length;
}
