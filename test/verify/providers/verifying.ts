import { verifyWebhook } from '../../../src/verify/verify-webhook.ts';
import { CERTIFICATE, CERTIFICATE_URL } from '../../helpers/senders/aws-sns.ts';
import { lowerCased } from '../../helpers/senders/requests.ts';
import type { SignedRequest } from '../../helpers/senders/sender.ts';

/** Unix seconds: when everything here is signed and verified, unless a test says otherwise. */
export const NOW = 1_760_000_000;
export const URL = 'https://hooks.example.com/api/webhooks/0197b1b8-0000-7000-8000-000000000001';

type Input = Parameters<typeof verifyWebhook>[0];

/** The certificates of AWS, of which there is one. */
export async function fetchCertificate(url: string): Promise<string> {
  if (url === CERTIFICATE_URL) return CERTIFICATE;
  throw new Error('there is no such certificate');
}

/** Verifies a request as a server gets it: with lower-case names. */
export function verify(
  scheme: Input['scheme'],
  { method, url, headers, body }: SignedRequest,
  secrets: string[],
  overrides: Partial<Input> = {},
): ReturnType<typeof verifyWebhook> {
  return verifyWebhook({
    scheme,
    secrets,
    method,
    url,
    headers: lowerCased(headers),
    rawBody: body,
    now: NOW,
    fetchCertificate,
    ...overrides,
  });
}

export const refused = (reason: string) => ({ valid: false, reason });
