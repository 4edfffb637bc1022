import { randomBytes } from 'node:crypto';
import { standardSecret } from '../../dispatch/signature.ts';
import type { SignatureDescription } from '../../domain/signature-description.ts';
import type { VerifyFailure } from '../../domain/verify-failure.ts';
import { readHeader } from '../../verify/request.ts';
import {
  createVerifier,
  type SyncVerifier,
  type VerifyRequest,
  type VerifySecret,
} from '../../verify/verifier.ts';

/** `hmac`: hex HMAC-SHA256 of the body. `standard`: that of Standard Webhooks. */
export type SignatureScheme = 'hmac' | 'standard';

export type SignatureVerdict =
  | { valid: true; scheme: SignatureScheme }
  | { valid: false; scheme: SignatureScheme | null; reason: VerifyFailure };

export type CheckSignature = (request: VerifyRequest) => SignatureVerdict;

const HMAC_HEADER = 'x-webhook-signature';
const STANDARD_HEADER = 'webhook-signature';

const STANDARD: SignatureDescription = {
  header: STANDARD_HEADER,
  // Several signatures, also of versions that are not ours.
  format: 'list',
  separator: ' ',
  prefix: 'v1,',
  encoding: 'base64',
  payload: '{header:webhook-id}.{timestamp}.{body}',
  timestampHeader: 'webhook-timestamp',
  toleranceSeconds: 300,
};

/**
 * Compiles the secrets of one signer. Every form of signature that a request has must verify: whoever takes the
 * stronger one for granted could otherwise be sent a stale one beside a good one of the other form.
 */
export function createSignatureCheck(secrets: readonly VerifySecret[]): CheckSignature {
  const hmac = eitherKey({ description: {}, secrets });
  const standard = eitherKey({ description: STANDARD, secrets });
  return (request) => {
    const hasHmac = isPresent(request, HMAC_HEADER);
    const hasStandard = isPresent(request, STANDARD_HEADER);
    if (!hasHmac && !hasStandard) return { valid: false, scheme: null, reason: 'missing_credential' };
    const scheme = hasStandard ? 'standard' : 'hmac';
    for (const verify of [...(hasStandard ? [standard] : []), ...(hasHmac ? [hmac] : [])]) {
      const verdict = verify(request);
      if (!verdict.valid) return { valid: false, scheme, reason: verdict.reason };
    }
    return { valid: true, scheme };
  };
}

const isPresent = ({ headers }: VerifyRequest, name: string): boolean => {
  const value = readHeader(headers, name);
  return value !== undefined && value !== '';
};

interface Signing {
  description: SignatureDescription;
  secrets: readonly VerifySecret[];
}

/**
 * A secret that is `whsec_` and base64 is a key in base64 to the libraries of Standard Webhooks, and a text to a
 * Crypto node of n8n. Both are taken: whoever makes either knows the secret.
 */
function eitherKey({ description, secrets }: Signing): SyncVerifier['verify'] {
  const asText = createVerifier({ type: 'hmac', description, secrets });
  const asBytes = createVerifier({
    type: 'hmac',
    description: { ...description, secretEncoding: 'base64' },
    secrets: secrets.map(({ secret, ...rest }) => ({ ...rest, secret: inBase64(secret) })),
  });
  return (request) => {
    const verdict = asBytes.verify(request);
    return verdict.valid ? verdict : asText.verify(request);
  };
}

/** Nobody's key where it is none: a refusal takes as long whichever sort of secret an endpoint has. */
const inBase64 = (secret: string): string => (standardSecret(secret) ?? randomBytes(32)).toString('base64');
