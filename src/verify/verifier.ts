import type { ProviderName } from '../domain/providers.ts';
import type { SignatureDescription } from '../domain/signature-description.ts';
import type { VerifySecret } from './candidates.ts';
import { compileCoded, type FetchCertificate } from './coded/index.ts';
import { compileScheme } from './engine.ts';
import { PRESETS } from './presets/index.ts';
import type { VerifyRequest } from './request.ts';
import { readDescription, type Scheme } from './scheme.ts';
import { API_KEY_HEADER, afterBearer, BEARER_HEADER, compileToken, wholeValue } from './token.ts';
import { refuse, type Verdict } from './verdict.ts';

export type { FetchCertificate, Verdict, VerifyRequest, VerifySecret };

export type VerifierAuth =
  | { type: 'none' }
  | { type: 'api_key' | 'bearer_token'; secrets: readonly VerifySecret[] }
  | {
      type: 'hmac';
      /** null: the default one, hex HMAC-SHA256 of the body in `x-webhook-signature`. */
      description: SignatureDescription | null;
      secrets: readonly VerifySecret[];
    }
  | ProviderAuth;

export interface ProviderAuth {
  type: 'provider';
  provider: ProviderName;
  secrets: readonly VerifySecret[];
  fetchCertificate: FetchCertificate;
}

export interface Verifier {
  /**
   * Throws on no request, whatever is in it, and rejects on none. A promise only where a certificate has to be
   * fetched (aws_sns). The request and its body are not to be changed afterwards: they are known again.
   */
  verify(request: VerifyRequest): Verdict | Promise<Verdict>;
  /**
   * Lower-case names of the headers whose value is itself the credential: to be redacted before a request
   * is stored. A signature is not: it proves one request and opens nothing.
   */
  readonly authHeaders: readonly string[];
  /** Whether its sender sends the secret as it is, wherever. */
  readonly credentialTravels: boolean;
}

export interface SyncVerifier extends Verifier {
  verify(request: VerifyRequest): Verdict;
}

const PROVEN_NOTHING: Verdict = Object.freeze({ valid: true, secretIndex: -1, secretId: null });

/**
 * Compiles how a webhook authenticates into a verifier; make it once for each configuration and keep it.
 * A description that contradicts itself gives a verifier that refuses everything, not an error.
 */
export function createVerifier(auth: Exclude<VerifierAuth, ProviderAuth>): SyncVerifier;
export function createVerifier(auth: VerifierAuth): Verifier;
export function createVerifier(auth: VerifierAuth): Verifier {
  switch (auth.type) {
    case 'none':
      return { verify: () => PROVEN_NOTHING, authHeaders: [], credentialTravels: false };
    case 'api_key':
      return {
        verify: compileToken({ in: 'header', name: API_KEY_HEADER }, wholeValue, auth.secrets),
        authHeaders: [API_KEY_HEADER],
        credentialTravels: true,
      };
    case 'bearer_token':
      return {
        verify: compileToken({ in: 'header', name: BEARER_HEADER }, afterBearer, auth.secrets),
        authHeaders: [BEARER_HEADER],
        credentialTravels: true,
      };
    case 'hmac':
      return describedVerifier(auth.description ?? {}, auth.secrets);
    case 'provider': {
      const { scheme } = PRESETS[auth.provider];
      if (typeof scheme === 'object') return describedVerifier(scheme, auth.secrets);
      const verify = compileCoded(scheme, auth.secrets, auth.fetchCertificate);
      return { verify, authHeaders: [], credentialTravels: false };
    }
  }
}

function describedVerifier(
  description: SignatureDescription,
  secrets: readonly VerifySecret[],
): SyncVerifier {
  const read = readDescription(description);
  if (!read.ok) {
    return { verify: () => refuse('invalid_description'), authHeaders: [], credentialTravels: false };
  }
  return {
    verify: compileScheme(read.scheme, secrets),
    authHeaders: tokenHeaders(read.scheme),
    credentialTravels: read.scheme.algorithm === 'token',
  };
}

const tokenHeaders = ({ algorithm, signature: { place } }: Scheme): string[] =>
  algorithm === 'token' && place.in === 'header' ? [place.name] : [];
