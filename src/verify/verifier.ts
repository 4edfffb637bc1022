import type { HmacDescription } from '../domain/webhook-config.ts';
import type { VerifySecret } from './candidates.ts';
import { compileScheme } from './engine.ts';
import type { VerifyRequest } from './request.ts';
import { readDescription } from './scheme.ts';
import { API_KEY_HEADER, afterBearer, BEARER_HEADER, compileToken, wholeValue } from './token.ts';
import { refuse, type Verdict } from './verdict.ts';

export type { Verdict, VerifyRequest, VerifySecret };

export type VerifierAuth =
  | { type: 'none' }
  | { type: 'api_key' | 'bearer_token'; secrets: readonly VerifySecret[] }
  | {
      type: 'hmac';
      /** null: the default one, hex HMAC-SHA256 of the body in `x-webhook-signature`. */
      description: HmacDescription | null;
      secrets: readonly VerifySecret[];
      /** The header may hold several signatures with this between them, one of which has to fit. */
      separator?: string;
    };

export interface Verifier {
  /** Pure, synchronous, and throws on no request, whatever is in it. */
  verify(request: VerifyRequest): Verdict;
  /**
   * Lower-case names of the headers whose value is itself the credential: to be redacted before a request
   * is stored. A signature is not: it proves one request and opens nothing.
   */
  readonly authHeaders: readonly string[];
}

const PROVEN_NOTHING: Verdict = Object.freeze({ valid: true, secretIndex: -1, secretId: null });

/**
 * Compiles how a webhook authenticates into a verifier; make it once for each configuration and keep it.
 * A description that contradicts itself gives a verifier that refuses everything, not an error.
 */
export function createVerifier(auth: VerifierAuth): Verifier {
  switch (auth.type) {
    case 'none':
      return { verify: () => PROVEN_NOTHING, authHeaders: [] };
    case 'api_key':
      return {
        verify: compileToken(API_KEY_HEADER, wholeValue, auth.secrets),
        authHeaders: [API_KEY_HEADER],
      };
    case 'bearer_token':
      return {
        verify: compileToken(BEARER_HEADER, afterBearer, auth.secrets),
        authHeaders: [BEARER_HEADER],
      };
    case 'hmac': {
      const read = readDescription(auth.description ?? {});
      const verify = read.ok
        ? compileScheme(read.scheme, auth.secrets, auth.separator)
        : () => refuse('invalid_description');
      return { verify, authHeaders: [] };
    }
  }
}
