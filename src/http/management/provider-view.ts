import { PROVIDER_NAMES, type ProviderName } from '../../domain/providers.ts';
import type { SignatureDescription } from '../../domain/signature-description.ts';
import { type CodedScheme, PRESETS } from '../../verify/presets/index.ts';
import type { WebhookProvider } from '../schemas/webhook-providers.ts';

/** All senders that are known by name, as the API shows them. */
export const providerViews = (): WebhookProvider[] => [...PROVIDER_NAMES].sort().map(providerView);

function providerView(name: ProviderName): WebhookProvider {
  const { scheme, handshake, ...preset } = PRESETS[name];
  return {
    name,
    ...preset,
    signature: typeof scheme === 'string' ? CODED[scheme] : inWords(scheme),
    handshake: handshake ?? 'none',
  };
}

const CODED: Record<CodedScheme, string> = {
  twilio:
    'In the header x-twilio-signature: HMAC-SHA1 in base64 of the URL and the parameters of the form, sorted by name; for other bodies of the URL, in which bodySHA256 is their SHA-256 in hex. The secret is text.',
  adyen_standard:
    'In the body, in additionalData.hmacSignature of each item: HMAC-SHA256 in base64 of eight of its fields with colons between them. The secret is hex.',
  aws_sns:
    'In the body, as Signature: RSA with SHA-1 or SHA-256, in base64, of the fields that AWS names for the type of message, under the certificate at SigningCertURL. The secret is the ARN of the topic.',
};

const ALGORITHMS: Record<NonNullable<SignatureDescription['algorithm']>, string> = {
  sha256: 'HMAC-SHA256',
  sha1: 'HMAC-SHA1',
  sha512: 'HMAC-SHA512',
  'sha256-plain': 'SHA-256, without HMAC,',
  ed25519: 'Ed25519 signature',
  'ecdsa-p256': 'ECDSA signature (P-256, SHA-256, DER)',
  token: 'The secret itself',
};

const KEYS = { utf8: 'text', hex: 'hex', base64: 'base64', base64url: 'base64url' } as const;

function inWords(scheme: SignatureDescription): string {
  const { algorithm = 'sha256', payload = '{body}', encoding = 'hex', secretEncoding = 'utf8' } = scheme;
  const place =
    scheme.jsonPath === undefined
      ? `In the header ${scheme.header ?? 'x-webhook-signature'}`
      : `In the body, at ${scheme.jsonPath}`;
  if (algorithm === 'token') return `${place}: the secret itself. The body is not signed.`;
  const format =
    scheme.format === 'pairs'
      ? `, as ${scheme.key}= among pairs with ${nameOf(scheme.separator ?? ',')} between them`
      : scheme.format === 'list'
        ? `, one of several with ${nameOf(scheme.separator ?? ' ')} between them`
        : '';
  const prefix = scheme.prefix ? `, after "${scheme.prefix}"` : '';
  const isPublicKey = algorithm === 'ed25519' || algorithm === 'ecdsa-p256';
  const key = isPublicKey ? 'public key' : 'secret';
  const keyPrefix = scheme.secretPrefix ? `, and may begin with ${scheme.secretPrefix}` : '';
  return `${place}${format}${prefix}: ${ALGORITHMS[algorithm]} of ${payload}, in ${encoding}.${timeInWords(scheme)} The ${key} is ${KEYS[isPublicKey && scheme.secretEncoding === undefined ? 'base64' : secretEncoding]}${keyPrefix}.`;
}

const UNITS = { s: 'seconds', ms: 'milliseconds', rfc3339: 'RFC 3339' } as const;

function timeInWords(scheme: SignatureDescription): string {
  const { timestampHeader, timestampKey, timestampPath, timestampUnit = 's' } = scheme;
  const unit = `, in ${UNITS[timestampUnit]}.`;
  if (timestampHeader !== undefined) return ` {timestamp} is the header ${timestampHeader}${unit}`;
  if (timestampKey !== undefined) return ` {timestamp} is ${timestampKey}= beside it${unit}`;
  return timestampPath === undefined ? '' : ` When it was sent is in the body, at ${timestampPath}${unit}`;
}

const NAMES: Record<string, string> = { ' ': 'spaces', ',': 'commas', ';': 'semicolons' };
const nameOf = (separator: string): string => NAMES[separator] ?? `"${separator}"`;
