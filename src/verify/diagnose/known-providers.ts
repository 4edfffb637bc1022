import type { Finding } from '../../domain/diagnosis.ts';
import type { ProviderName } from '../../domain/providers.ts';
import { PRESETS } from '../presets/index.ts';
import {
  arePublic,
  type DiagnosisInput,
  isPublicKey,
  signatureHeader,
  verifiedBy,
  verifierOf,
} from './context.ts';
import { expiredFinding, fits, secretFindings } from './differences.ts';
import { otherKeys, plainKeys } from './keys.ts';
import { type Look, looksOf } from './looks.ts';
import { presentedSignatures } from './presented.ts';
import { probe } from './probe.ts';
import { sentAt, timeFinding } from './sent-at.ts';
import { findSecrets } from './tokens.ts';

const MAX_LOOKS = 6;

/** Those that look like the request, without the one that is configured. */
export const otherLooks = ({ auth, request }: DiagnosisInput): Look[] =>
  looksOf(request)
    .filter(({ provider }) => provider !== configured(auth))
    .slice(0, MAX_LOOKS);

/** A description without a header of its own is one of the general kind, whatever else it says. */
const configured = ({ type, provider, description }: DiagnosisInput['auth']): ProviderName | null =>
  type === 'hmac' && signatureHeader(description ?? {}) === signatureHeader({}) ? 'generic' : provider;

/** Whether a secret of the webhook verifies the request as that of a sender known by name. */
export function* verifiedProvider(
  input: DiagnosisInput,
  looks: readonly Look[],
): Generator<number, Finding[] | null, undefined> {
  for (const look of looks) {
    if (arePublic(input.auth) && !(look.way.kind === 'signature' && isPublicKey(look.way.description)))
      continue;
    const proof = yield* proofOf(input, look);
    if (proof === null) continue;
    const { provider } = look;
    const { title } = PRESETS[provider];
    const detail = `It is signed as requests of ${title} are, and a secret of this webhook verifies it: choose authType provider, and provider ${provider}${orOthers(look, looks)}.`;
    return [{ code: 'known_provider', proven: true, provider, detail }, ...proof];
  }
  return null;
}

/** What it looks like, when no secret proves it. */
export function providerHint(looks: readonly Look[]): Finding[] {
  const [look] = looks;
  if (look === undefined) return [];
  const { title } = PRESETS[look.provider];
  const detail = `Its headers are those of ${title}, which this webhook is not configured for, and none of its secrets verifies it. If it is the sender that is meant, choose authType provider, and provider ${look.provider}${orOthers(look, looks)}, and paste its secret.`;
  return [{ code: 'known_provider', proven: false, provider: look.provider, detail }];
}

function orOthers({ provider, score, way }: Look, looks: readonly Look[]): string {
  const others = looks.filter(
    (look) => look.provider !== provider && look.score === score && isSame(look.way, way),
  );
  return others.map((look) => ` or ${look.provider}`).join('');
}

const isSame = (a: Look['way'], b: Look['way']): boolean =>
  a.kind === 'signature' &&
  b.kind === 'signature' &&
  signatureHeader(a.description) === signatureHeader(b.description);

/** What else is to be said of it; null: no secret verifies it so. */
function* proofOf(
  { auth: { secrets }, request }: DiagnosisInput,
  { provider, way }: Look,
): Generator<number, Finding[] | null, undefined> {
  const { nowMs } = request;
  switch (way.kind) {
    case 'none':
      return null;
    case 'token': {
      const keys = [...plainKeys({}, secrets), ...otherKeys({}, secrets)];
      const found = findSecrets(request, keys).find(({ header }) => header === way.place.header);
      return found === undefined ? null : secretFindings(found.key, nowMs);
    }
    case 'coded': {
      yield request.rawBody.length * secrets.length;
      const auth = { type: 'provider', provider, description: null } as const;
      const unlimited = secrets.map((secret) => ({ ...secret, expiresAt: null }));
      const secret = secrets[verifiedBy(verifierOf(auth, unlimited), request)];
      if (secret === undefined) return null;
      const expired = expiredFinding(secret, nowMs);
      return expired === null ? [] : [expired];
    }
    case 'signature': {
      const { description } = way;
      const { algorithm = 'sha256', payload = '{body}' } = description;
      const expected = signatureHeader(description);
      const timestamp = sentAt(description, request);
      const match = yield* probe({
        algorithm,
        payload,
        timestamp,
        request,
        keys: [...plainKeys(description, secrets), ...otherKeys(description, secrets)],
        signatures: presentedSignatures(request.headers, request.url, expected).filter(({ header }) =>
          fits(expected, header),
        ),
      });
      if (match === null) return null;
      const time = timestamp === null ? null : timeFinding(description, timestamp, nowMs);
      return [...secretFindings(match.key, nowMs), ...(time === null ? [] : [time])];
    }
  }
}
