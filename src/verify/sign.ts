import type { ProviderName } from '../domain/providers.ts';
import type { SignatureDescription } from '../domain/signature-description.ts';
import type { PayloadSource } from './payload.ts';
import { PRESETS } from './presets/index.ts';
import { readDescription } from './scheme.ts';
import { signCoded } from './signing/coded.ts';
import { signDescribed } from './signing/described.ts';
import { cannot, type Signed, type Signing } from './signing/signed.ts';
import { API_KEY_HEADER, BEARER_HEADER } from './token.ts';

export type { Signed, SigningFailure } from './signing/signed.ts';

export type SigningAuth =
  | { type: 'none' }
  | { type: 'api_key' | 'bearer_token'; secret: string }
  | { type: 'hmac'; description: SignatureDescription | null; secret: string }
  | { type: 'provider'; provider: ProviderName; secret: string };

/** The request to be sent: `headers` (lower-case) are those the payload template may name. */
export interface SignInput extends PayloadSource {
  auth: SigningAuth;
  /** Unix milliseconds: becomes the timestamp where the description has one. */
  nowMs: number;
}

/**
 * Makes that by which a sender proves itself: the counterpart of a verifier. Of a provider, ids that have to be signed
 * and are not among the headers are made up.
 */
export function signRequest(input: SignInput): Signed {
  const { auth } = input;
  if (auth.type === 'none') return { signed: true, headers: {} };
  const { secret } = auth;
  if (secret === '') return cannot('no_secret');
  switch (auth.type) {
    case 'api_key':
      return { signed: true, headers: { [API_KEY_HEADER]: secret } };
    case 'bearer_token':
      return { signed: true, headers: { [BEARER_HEADER]: `Bearer ${secret}` } };
    case 'hmac':
      return signAs(auth.description ?? {}, false, { ...input, secret });
    case 'provider': {
      const { scheme } = PRESETS[auth.provider];
      const signing = { ...input, secret };
      return typeof scheme === 'object' ? signAs(scheme, true, signing) : signCoded(scheme, signing);
    }
  }
}

function signAs(description: SignatureDescription, invents: boolean, signing: Signing): Signed {
  const read = readDescription(description);
  return read.ok ? signDescribed(read.scheme, invents, signing) : cannot('invalid_description');
}
