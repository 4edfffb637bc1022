import type { Fault } from '../domain/problem.ts';
import type { ProviderName } from '../domain/providers.ts';
import type { SignatureDescription } from '../domain/signature-description.ts';
import type { AuthType } from '../domain/webhook-config.ts';
import { isTopicArn } from './coded/aws-sns.ts';
import { decodeKey, type KeyEncoding } from './encoding.ts';
import { secretKey, withoutPrefix } from './matcher.ts';
import { PRESETS } from './presets/index.ts';
import { importPublicKey } from './public-key.ts';
import { readDescription } from './scheme.ts';

/** Of secrets that are made up here. What a sender has as its secret has the length that it has. */
const MIN_SECRET_BYTES = 8;
/** A sender's own may be as short as it is: refusing it here would make it no longer. */
const PROVIDER_MIN_SECRET_BYTES = 1;
const MAX_SECRET_CHARACTERS = 1000;

/** A header value is trimmed on its way and has no agreed character set beyond ASCII. */
const VISIBLE_ASCII = /^[\x21-\x7e]*$/;

/**
 * What contradicts what in a description that matches its schema; empty when it can be used.
 * Pointers are relative to the description.
 */
export function checkDescription(description: SignatureDescription): Fault[] {
  const read = readDescription(description);
  return read.ok ? [] : read.faults;
}

/** How a webhook authenticates, as far as it decides about its secret. */
export interface SecretUse {
  authType: AuthType;
  /** Counts for `provider` only. */
  provider: ProviderName | null;
  /** Counts for `hmac` only. */
  description: SignatureDescription | null;
}

/**
 * What keeps a secret from being used with an auth type; empty when nothing does. Pointers are relative to the
 * secret; no detail repeats it.
 */
export function checkSecret(use: SecretUse, secret: string): Fault[] {
  const detail = secretFault(use, secret);
  return detail === null ? [] : [{ pointer: '', detail }];
}

function secretFault(use: SecretUse, secret: string): string | null {
  if (use.authType === 'none') return 'The auth type none takes no secret.';
  if (secret === '') return 'Must not be empty.';
  if (secret.length > MAX_SECRET_CHARACTERS) return `Must have at most ${MAX_SECRET_CHARACTERS} characters.`;
  if (use.authType === 'hmac') return describedFault(use.description ?? {}, secret);
  if (use.authType !== 'provider') return tokenFault(secret);
  if (use.provider === null) return 'The provider has to be chosen first.';
  const { scheme } = PRESETS[use.provider];
  if (typeof scheme === 'object') return describedFault(scheme, secret, PROVIDER_MIN_SECRET_BYTES);
  if (scheme === 'aws_sns') return isTopicArn(secret) ? null : 'Must be the ARN of the SNS topic.';
  const secretEncoding = scheme === 'adyen_standard' ? 'hex' : 'utf8';
  return keyFault(secret, { secretEncoding }, PROVIDER_MIN_SECRET_BYTES);
}

function tokenFault(secret: string, minBytes = MIN_SECRET_BYTES): string | null {
  if (!VISIBLE_ASCII.test(secret)) return 'Must be visible ASCII without spaces: it is sent in a header.';
  return lengthFault(Buffer.from(secret), minBytes);
}

function describedFault(
  description: SignatureDescription,
  secret: string,
  minBytes = MIN_SECRET_BYTES,
): string | null {
  const { algorithm } = description;
  if (algorithm === 'token') return tokenFault(secret, minBytes);
  if (algorithm !== 'ed25519' && algorithm !== 'ecdsa-p256') return keyFault(secret, description, minBytes);
  const form = { encoding: description.secretEncoding ?? 'base64', prefix: description.secretPrefix ?? '' };
  return importPublicKey(withoutPrefix(secret, form), algorithm, form.encoding) === null
    ? `Must be a public key of ${NAMES[algorithm]}: PEM or ${form.encoding}.`
    : null;
}

const NAMES = { ed25519: 'Ed25519', 'ecdsa-p256': 'ECDSA on the curve P-256' } as const;

type Keyed = { secretEncoding?: KeyEncoding; secretPrefix?: string };

function keyFault(
  secret: string,
  { secretEncoding = 'utf8', secretPrefix = '' }: Keyed,
  minBytes: number,
): string | null {
  const form = { encoding: secretEncoding, prefix: secretPrefix };
  const key = decodeKey(withoutPrefix(secret, form), secretEncoding);
  if (key === null) return `Must be ${secretEncoding} (base64 with its padding)${after(secretPrefix)}.`;
  if (secretKey(secret, form) === null) return 'Must be a secret: a public key is known to everybody.';
  return lengthFault(key, minBytes);
}

const after = (prefix: string): string => (prefix === '' ? '' : `, with or without ${prefix} before it`);

const lengthFault = (key: Buffer, minBytes: number): string | null =>
  key.length < minBytes ? `Must have at least ${minBytes} bytes.` : null;
