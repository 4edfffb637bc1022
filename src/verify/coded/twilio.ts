import { createHash, type KeyObject, timingSafeEqual } from 'node:crypto';
import { parse as parseForm, stringify as writeForm } from 'node:querystring';
import type { VerifyFailure } from '../../domain/verify-failure.ts';
import { isLive, prepareCandidates, someLive, type VerifySecret } from '../candidates.ts';
import { decodeStrict } from '../encoding.ts';
import type { Verify } from '../engine.ts';
import { hmacOf, secretKey } from '../matcher.ts';
import { readHeader, type VerifyRequest } from '../request.ts';
import { refuse } from '../verdict.ts';

export const TWILIO_HEADER = 'x-twilio-signature';
export const BODY_DIGEST = 'bodySHA256';

const SIGNATURE_BYTES = 20;
const KEY = { encoding: 'utf8', prefix: '' } as const;

/**
 * https://www.twilio.com/docs/usage/security: HMAC-SHA1 of the URL, followed by the name and value of each parameter of
 * a form, sorted. Anything but a form is proven by its digest, which is then in the URL.
 */
export function compileTwilio(secrets: readonly VerifySecret[]): Verify {
  const candidates = prepareCandidates(secrets, (secret) => secretKey(secret, KEY));
  return (request) => {
    if (!someLive(candidates, request.nowMs)) return refuse('no_secret');
    const value = readHeader(request.headers, TWILIO_HEADER);
    if (value === null) return refuse('duplicate_header');
    if (value === undefined || value === '') return refuse('missing_credential');
    const signature = value.length > SIGNATURE_BYTES * 2 ? null : decodeStrict(value, 'base64');
    if (signature?.length !== SIGNATURE_BYTES) return refuse('malformed_signature');
    const parameters = signedParameters(request);
    if (!parameters.ok) return refuse(parameters.reason);
    const payloads = urlForms(request.url).map((url) => [Buffer.from(url + parameters.text)]);
    const fits = (key: KeyObject) =>
      payloads.some((payload) => timingSafeEqual(hmacOf('sha1', key, payload), signature));
    const fitting = candidates.find((candidate) => isLive(candidate, request.nowMs) && fits(candidate.key));
    return fitting?.accepted ?? refuse('signature_mismatch');
  };
}

type Parameters = { ok: true; text: string } | { ok: false; reason: VerifyFailure };

const FORM = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;
/** Twilio sends some dozens. */
const MAX_PARAMETERS = 1_000;
const AMPERSAND = 0x26;

/** What of the body is signed beside the URL, after it is known that all of it is. */
export function signedParameters({ url, headers, rawBody }: Omit<VerifyRequest, 'nowMs'>): Parameters {
  const digest = queryOf(url).get(BODY_DIGEST);
  if (digest !== null) {
    return hasDigest(rawBody, digest)
      ? { ok: true, text: '' }
      : { ok: false, reason: 'body_digest_mismatch' };
  }
  if (rawBody.length === 0) return { ok: true, text: '' };
  const isForm = FORM.test(readHeader(headers, 'content-type') ?? '');
  if (!isForm) return { ok: false, reason: 'missing_signed_field' };
  // Reading only the first thousand would leave those after them unproven.
  if (countParameters(rawBody) > MAX_PARAMETERS) return { ok: false, reason: 'malformed_body' };
  return { ok: true, text: sortedParameters(parseForm(rawBody.toString('utf8'))) };
}

/** As in Twilio's own library: names by their UTF-16 units, and each value of a name once. */
function sortedParameters(form: ReturnType<typeof parseForm>): string {
  return Object.keys(form)
    .sort()
    .flatMap((name) => [...new Set([form[name]].flat())].sort().map((value) => `${name}${value}`))
    .join('');
}

function countParameters(body: Buffer): number {
  let count = 1;
  for (let at = body.indexOf(AMPERSAND); at !== -1; at = body.indexOf(AMPERSAND, at + 1)) count += 1;
  return count;
}

function hasDigest(body: Buffer, hex: string): boolean {
  const expected = decodeStrict(hex, 'hex');
  const digest = createHash('sha256').update(body).digest();
  return expected?.length === digest.length && timingSafeEqual(digest, expected);
}

function queryOf(url: string): URLSearchParams {
  const [beforeFragment = ''] = url.split('#', 1);
  const at = beforeFragment.indexOf('?');
  return new URLSearchParams(at === -1 ? '' : beforeFragment.slice(at + 1));
}

/**
 * Which port Twilio signs, if any, depends on its product; some sign the URL with its special characters escaped.
 * These are the forms its library tries, in its order, each once.
 */
function urlForms(url: string): string[] {
  const forms = [withPort(url, false), withPort(url, true)];
  if (URL.canParse(url)) {
    const normal = new URL(url).toString();
    const both = [withPort(normal, false), withPort(normal, true)];
    forms.push(...both, ...both.map(withRewrittenQuery));
  }
  return [...new Set(forms)];
}

const PARTS = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)/i;
const PORT = /:[^:\]]*$/;

function withPort(url: string, wanted: boolean): string {
  const [start, scheme, authority] = PARTS.exec(url) ?? [];
  if (start === undefined || scheme === undefined || authority === undefined) return url;
  const hasPort = PORT.test(authority);
  if (wanted && hasPort) return url;
  const port = wanted ? (scheme.toLowerCase() === 'https://' ? ':443' : ':80') : '';
  return scheme + (hasPort ? authority.replace(PORT, '') : authority) + port + url.slice(start.length);
}

function withRewrittenQuery(url: string): string {
  const at = url.indexOf('?');
  if (at === -1 || at === url.length - 1) return url;
  return `${url.slice(0, at)}?${writeForm(parseForm(url.slice(at + 1)))}`;
}
