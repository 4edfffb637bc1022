import type { VerifyRequest, VerifySecret } from '../../src/verify/verifier.ts';

export const NOW = 1_700_000_000_000;

export function request(overrides: Partial<VerifyRequest> = {}): VerifyRequest {
  return {
    method: 'POST',
    url: 'https://hooks.example.com/api/webhooks/1',
    headers: {},
    rawBody: Buffer.from('{"hello":"world"}'),
    nowMs: NOW,
    ...overrides,
  };
}

export function secret(text: string, overrides: Partial<VerifySecret> = {}): VerifySecret {
  return { id: `id of ${text}`, secret: text, expiresAt: null, ...overrides };
}

export const accepted = (text: string, secretIndex = 0) => ({
  valid: true,
  secretIndex,
  secretId: `id of ${text}`,
});

export const refused = (reason: string) => ({ valid: false, reason });
