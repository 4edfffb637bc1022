import type { SignatureDescription } from '../../src/domain/signature-description.ts';
import { createVerifier, type Verdict, type VerifyRequest } from '../../src/verify/verifier.ts';
import { request, secret } from './requests.ts';

/** Verifies requests under one description and one secret. */
export function verifying(
  description: SignatureDescription,
  key: string,
): (overrides: Partial<VerifyRequest>) => Verdict {
  const { verify } = createVerifier({ type: 'hmac', description, secrets: [secret(key)] });
  return (overrides) => verify(request(overrides));
}
