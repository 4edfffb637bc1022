import type { ProviderName } from '../../domain/providers.ts';
import type { SignatureDescription } from '../../domain/signature-description.ts';
import type { AuthType } from '../../domain/webhook-config.ts';
import { type CodedScheme, PRESETS } from '../presets/index.ts';
import type { RequestHeaders, VerifyRequest } from '../request.ts';
import { API_KEY_HEADER, BEARER_HEADER } from '../token.ts';
import { createVerifier, type Verifier, type VerifySecret } from '../verifier.ts';
import type { TokenPlace } from './tokens.ts';

export interface DiagnosisInput {
  auth: {
    type: AuthType;
    provider: ProviderName | null;
    description: SignatureDescription | null;
    /** Also those that have expired. */
    secrets: readonly VerifySecret[];
  };
  /** As it was refused: `nowMs` is when. */
  request: VerifyRequest;
  /** Why, e.g. `signature_mismatch`. */
  reason: string;
}

/** In what way a webhook is authenticated. `coded`: in one that can be tried, but not varied. */
export type Way =
  | { kind: 'none' }
  | { kind: 'token'; place: TokenPlace }
  | { kind: 'signature'; description: SignatureDescription }
  | { kind: 'coded'; header: string };

/** Where the schemes that no description says have their signature; empty: in the body. */
export const CODED_HEADERS: Record<CodedScheme, string> = {
  twilio: 'x-twilio-signature',
  adyen_standard: '',
  aws_sns: 'x-amz-sns-message-type',
};

export function wayOf({ type, provider, description }: DiagnosisInput['auth'], headers: RequestHeaders): Way {
  switch (type) {
    case 'none':
      return { kind: 'none' };
    case 'api_key':
      return { kind: 'token', place: { header: API_KEY_HEADER, scheme: '' } };
    case 'bearer_token':
      return { kind: 'token', place: { header: BEARER_HEADER, scheme: 'bearer' } };
    case 'hmac':
      return wayOfDescription(description ?? {}, headers);
    case 'provider':
      return provider === null ? { kind: 'none' } : wayOfProvider(provider, headers);
  }
}

export function wayOfProvider(provider: ProviderName, headers: RequestHeaders): Way {
  const { scheme } = PRESETS[provider];
  if (typeof scheme === 'string') return { kind: 'coded', header: CODED_HEADERS[scheme] };
  return wayOfDescription(scheme, headers);
}

function wayOfDescription(description: SignatureDescription, headers: RequestHeaders): Way {
  // Nothing of it depends on how the body is written.
  if (description.jsonPath !== undefined) return { kind: 'coded', header: '' };
  const resolved = resolveAlias(description, headers);
  return resolved.algorithm === 'token'
    ? { kind: 'token', place: { header: signatureHeader(resolved), scheme: schemeOf(resolved) } }
    : { kind: 'signature', description: resolved };
}

/** The header where a description has the signature; of a pattern, its beginning. */
export const signatureHeader = ({ header = 'x-webhook-signature' }: SignatureDescription): string =>
  header.toLowerCase();

const schemeOf = ({ prefix = '' }: SignatureDescription): string =>
  prefix.toLowerCase().replace(/[ =:]+$/, '');

/** Whether everybody may know what is kept as the secrets: then nothing but a public key's signature proves anything. */
export function arePublic({ type, provider, description }: DiagnosisInput['auth']): boolean {
  if (type === 'provider' && provider !== null) {
    return provider === 'aws_sns' || PRESETS[provider].secret.kind === 'public_key';
  }
  return type === 'hmac' && isPublicKey(description ?? {});
}

export const isPublicKey = ({ algorithm }: SignatureDescription): boolean =>
  algorithm === 'ed25519' || algorithm === 'ecdsa-p256';

/** The description with the header names that the request has. */
function resolveAlias(description: SignatureDescription, headers: RequestHeaders): SignatureDescription {
  const { header = '', headerAlias: alias, timestampHeader, payload, ...rest } = description;
  if (alias === undefined) return description;
  const renamed = (name: string) => name.replace(alias.from, alias.to);
  const isRenamed = headers[header] === undefined && headers[renamed(header)] !== undefined;
  const named = (name: string) => (isRenamed ? renamed(name) : name);
  return {
    ...rest,
    header: named(header),
    ...(timestampHeader !== undefined && { timestampHeader: named(timestampHeader) }),
    ...(payload !== undefined && {
      payload: isRenamed ? payload.replaceAll(`{header:${alias.from}`, `{header:${alias.to}`) : payload,
    }),
  };
}

const NOWHERE = () => Promise.reject(new Error('a diagnosis fetches nothing'));

/** The verifier as configured, or of a sender known by name. */
export function verifierOf(
  { type, provider, description }: Omit<DiagnosisInput['auth'], 'secrets'>,
  secrets: readonly VerifySecret[],
): Verifier | null {
  switch (type) {
    case 'none':
      return null;
    case 'hmac':
      return createVerifier({ type, description, secrets });
    case 'provider':
      return provider === null
        ? null
        : createVerifier({ type, provider, secrets, fetchCertificate: NOWHERE });
    default:
      return createVerifier({ type, secrets });
  }
}

/** The index of the secret by which it verifies; -1: by none, or that cannot be said without asking elsewhere. */
export function verifiedBy(verifier: Verifier | null, request: VerifyRequest): number {
  const verdict = verifier?.verify(request);
  if (verdict instanceof Promise) {
    // Its verdict does not matter: without a certificate there is none.
    verdict.catch(() => undefined);
    return -1;
  }
  return verdict?.valid ? verdict.secretIndex : -1;
}
