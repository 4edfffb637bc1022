import type { Finding } from '../domain/diagnosis.ts';
import {
  arePublic,
  type DiagnosisInput,
  signatureHeader,
  verifiedBy,
  verifierOf,
  type Way,
  wayOf,
} from './diagnose/context.ts';
import { expiredFinding, fits, secretFindings } from './diagnose/differences.ts';
import { otherKeys, plainKeys } from './diagnose/keys.ts';
import { otherLooks, providerHint, verifiedProvider } from './diagnose/known-providers.ts';
import { presentedSignatures } from './diagnose/presented.ts';
import { SignatureSearch, urlFinding, verifiesNow } from './diagnose/search.ts';
import { findSecrets, type TokenPlace, tokenFinding } from './diagnose/tokens.ts';
import { urlForms } from './diagnose/urls.ts';

export type { DiagnosisInput };

/** Larger bodies are not hashed once more. */
export const MAX_DIAGNOSED_BYTES = 1_048_576;
/** Larger bodies are not written in other forms. */
export const MAX_REWRITTEN_BYTES = 131_072;
/** How much is hashed for one diagnosis at the most. */
export const MAX_HASHED_BYTES = 16 * 1_048_576;
const MAX_SECRETS = 20;

/**
 * Finds out what would have matched, for the operators of a webhook and for nobody else: whoever sends a request may
 * not learn which secret was the right one once. Takes a break after each step, of a few milliseconds at the most, and
 * says before the next one how many bytes it will hash. Empty: nothing that is known to go wrong explains it, so it was
 * most likely signed with another secret. Never throws, and tells no secret and no signature.
 */
export function* diagnose(input: DiagnosisInput): Generator<number, Finding[], undefined> {
  const { auth, request } = input;
  const secrets = auth.secrets.slice(0, MAX_SECRETS);
  const bounded = { ...input, auth: { ...auth, secrets } };
  const way = wayOf(auth, request.headers);
  if (way.kind === 'none') return [];
  if (request.rawBody.length > MAX_DIAGNOSED_BYTES) {
    return [...hintsFor(bounded, way), skipped('The body is too large to be looked into.')];
  }
  const search = searchFor(bounded, way);
  let hashed = 0;
  for (let step = search.next(); ; step = search.next()) {
    if (step.done) return step.value ?? hintsFor(bounded, way);
    hashed += step.value;
    if (hashed > MAX_HASHED_BYTES) break;
    yield step.value;
  }
  return [...hintsFor(bounded, way), skipped('There was too much to be tried with a body of this size.')];
}

export const skipped = (why: string): Finding => ({ code: 'diagnosis_skipped', proven: false, detail: why });

type Search = Generator<number, Finding[] | null, undefined>;

function searchFor(input: DiagnosisInput, way: Exclude<Way, { kind: 'none' }>): Search {
  switch (way.kind) {
    case 'token':
      return searchToken(input, way.place);
    case 'signature':
      return searchSignature(input, new SignatureSearch(input, way.description));
    case 'coded':
      return searchCoded(input);
  }
}

function* searchToken(input: DiagnosisInput, place: TokenPlace): Search {
  const { auth, request } = input;
  const keys = [...plainKeys({}, auth.secrets), ...otherKeys({}, auth.secrets)];
  yield 0;
  const seen = findSecrets(request, keys).slice(0, 3);
  // Where it is expected counts; a copy elsewhere does no harm.
  const there = seen.filter(({ header }) => header === place.header);
  const findings = (there.length > 0 ? there : seen).flatMap((sighting) => {
    const finding = tokenFinding(sighting, place);
    return [...(finding === null ? [] : [finding]), ...secretFindings(sighting.key, request.nowMs)];
  });
  if (findings.length > 0) return findings;
  const [known] = there;
  if (known !== undefined) return [verifiesNow(known.key.secret.id)];
  const provider = yield* verifiedProvider(input, otherLooks(input));
  if (provider !== null) return provider;
  const signed = yield* new SignatureSearch(input, {}).asItCame();
  return signed === null ? null : [SIGNED_INSTEAD, ...signed.filter(({ code }) => code === 'expired_secret')];
}

const SIGNED_INSTEAD: Finding = {
  code: 'signed_instead',
  proven: true,
  detail:
    'The request is signed with the secret, where the secret itself is expected: choose authType hmac, with a description of how it is signed.',
};

function* searchSignature(input: DiagnosisInput, search: SignatureSearch): Search {
  const sent = secretSent(input);
  if (sent.length > 0) return sent;
  const looks = otherLooks(input);
  const isSmall = input.request.rawBody.length <= MAX_REWRITTEN_BYTES;
  const found =
    // With nothing where it is expected, it says more to name the sender than to name the header.
    (search.isThere ? null : yield* verifiedProvider(input, looks)) ??
    (yield* search.asItCame()) ??
    (yield* search.withOtherUrl()) ??
    (search.isThere ? yield* verifiedProvider(input, looks) : null) ??
    (isSmall ? yield* search.withOtherBody() : null) ??
    (yield* search.withOtherPayload());
  if (found !== null || isSmall || search.signatures.length === 0) return found;
  const { auth, request } = input;
  const hints = hintsFor(input, wayOf(auth, request.headers));
  return [...hints, skipped('The body is too large to look for other forms of it.')];
}

/** The secret itself, in whatever place: then it is known to whoever saw the request. */
function secretSent({ auth, request }: DiagnosisInput): Finding[] {
  if (arePublic(auth)) return [];
  const keys = [...plainKeys({}, auth.secrets), ...otherKeys({}, auth.secrets)];
  const [seen] = findSecrets(request, keys);
  if (seen === undefined) return [];
  const { header, key } = seen;
  const detail = `The secret itself is in ${header === 'query' ? 'the query string' : header}, and what is expected is a signature that is made with it. Have it signed, and change the secret: who passed the request on has seen it.`;
  return [{ code: 'secret_sent', proven: true, secretId: key.secret.id, header, detail }];
}

function* searchCoded(input: DiagnosisInput): Search {
  const { auth, request } = input;
  const unlimited = verifierOf(
    auth,
    auth.secrets.map((secret) => ({ ...secret, expiresAt: null })),
  );
  const urls = [{ url: request.url, form: '' }, ...urlForms(request)];
  for (const { url, form } of urls) {
    yield request.rawBody.length * auth.secrets.length;
    const secret = auth.secrets[verifiedBy(unlimited, { ...request, url })];
    if (secret === undefined) continue;
    const expired = expiredFinding(secret, request.nowMs);
    const findings = [...(form === '' ? [] : [urlFinding(form)]), ...(expired === null ? [] : [expired])];
    return findings.length > 0 ? findings : [verifiesNow(secret.id)];
  }
  const sent = secretSent(input);
  return sent.length > 0 ? sent : yield* verifiedProvider(input, otherLooks(input));
}

/** What it looks like, where nothing is proven. */
function hintsFor(input: DiagnosisInput, way: Way): Finding[] {
  const { headers, url } = input.request;
  const expected =
    way.kind === 'token'
      ? way.place.header
      : way.kind === 'signature'
        ? signatureHeader(way.description)
        : '';
  const header = way.kind === 'coded' ? way.header : expected;
  if (header !== '' && Object.keys(headers).some((name) => fits(header, name))) return [];
  const hints = providerHint(otherLooks(input));
  if (hints.length > 0) return hints;
  const hasCredential =
    headers.authorization !== undefined ||
    headers['x-api-key'] !== undefined ||
    presentedSignatures(headers, url, expected).length > 0;
  return hasCredential || input.reason === 'no_secret' || header === ''
    ? []
    : [unsigned(headers['user-agent'])];
}

function unsigned(userAgent: string | string[] | undefined): Finding {
  const isBrowser = typeof userAgent === 'string' && /^Mozilla\/|^PostmanRuntime|^curl\//.test(userAgent);
  const detail = `The request has no signature and no credential at all${isBrowser ? ': it looks like a test by hand' : ''}. GET /api/workflows/:id/webhook has a command that sends a signed one; if it is the sender, enter the secret there.`;
  return { code: 'unsigned', proven: false, detail };
}
