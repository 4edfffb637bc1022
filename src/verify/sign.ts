import { createSecretKey } from 'node:crypto';
import type { VerifyFailure } from '../domain/verify-failure.ts';
import type { HmacDescription } from '../domain/webhook-config.ts';
import { decodeKey } from './encoding.ts';
import { collectPayload, hmacOf, type PayloadSource } from './payload.ts';
import { readDescription, type Scheme } from './scheme.ts';
import { API_KEY_HEADER, BEARER_HEADER } from './token.ts';

export type SigningAuth =
  | { type: 'none' }
  | { type: 'api_key' | 'bearer_token'; secret: string }
  | { type: 'hmac'; description: HmacDescription | null; secret: string };

/** The request to be sent: `headers` (lower-case) are those the payload template may name. */
export interface SignInput extends PayloadSource {
  auth: SigningAuth;
  /** Unix milliseconds: becomes the timestamp where the description has one. */
  nowMs: number;
}

export type Signed =
  /** What to add to the request's own headers; names are lower-case. */
  { signed: true; headers: Record<string, string> } | { signed: false; reason: VerifyFailure };

/** Makes the headers by which a sender proves itself: the counterpart of a verifier. */
export function signRequest(input: SignInput): Signed {
  const { auth } = input;
  if (auth.type === 'none') return { signed: true, headers: {} };
  if (auth.secret === '') return { signed: false, reason: 'no_secret' };
  switch (auth.type) {
    case 'api_key':
      return { signed: true, headers: { [API_KEY_HEADER]: auth.secret } };
    case 'bearer_token':
      return { signed: true, headers: { [BEARER_HEADER]: `Bearer ${auth.secret}` } };
    case 'hmac': {
      const read = readDescription(auth.description ?? {});
      if (!read.ok) return { signed: false, reason: 'invalid_description' };
      return signHmac(read.scheme, auth.secret, input);
    }
  }
}

function signHmac(scheme: Scheme, secret: string, input: SignInput): Signed {
  const key = decodeKey(secret, scheme.keyEncoding);
  if (key === null) return { signed: false, reason: 'no_secret' };
  const timestamp = String(Math.floor(scheme.timestamp?.unit === 's' ? input.nowMs / 1000 : input.nowMs));
  const payload = collectPayload(scheme.payload, input, timestamp);
  if (typeof payload === 'string') return { signed: false, reason: payload };
  const { header, prefix, prefixRequired, encoding } = scheme.signature;
  const signature = hmacOf(scheme.algorithm, createSecretKey(key), payload).toString(encoding);
  return {
    signed: true,
    headers: {
      ...(scheme.timestamp === null ? {} : { [scheme.timestamp.header]: timestamp }),
      [header]: prefixRequired ? prefix + signature : signature,
    },
  };
}
