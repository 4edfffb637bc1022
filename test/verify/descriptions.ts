import fc from 'fast-check';
import type { SignatureDescription } from '../../src/domain/signature-description.ts';

const part = fc.oneof(
  fc.constantFrom('{body}', '{timestamp}', '{method}', '{url}', '{header:X-One}', '{header:x-two}', '.', ':'),
  fc.string({ unit: 'grapheme', maxLength: 5 }).map((text) => text.replace(/[{}]/g, '')),
);

/** Any description that is free of contradictions. The template may name the headers x-one and x-two. */
export const description: fc.Arbitrary<SignatureDescription> = fc
  .record({
    parts: fc.array(part, { maxLength: 6 }),
    bodyAt: fc.nat({ max: 6 }),
    own: fc.record(
      {
        header: fc.constantFrom('X-Signature', '__proto__', 'authorization'),
        algorithm: fc.constantFrom('sha256' as const, 'sha1' as const, 'sha512' as const),
        encoding: fc.constantFrom('hex' as const, 'base64' as const, 'base64url' as const),
        prefix: fc.constantFrom('', 'v1=', 'v1,', 'HMAC '),
        timestampUnit: fc.constantFrom('s' as const, 'ms' as const),
        toleranceSeconds: fc.integer({ min: 1, max: 86_400 }),
        secretEncoding: fc.constantFrom('utf8' as const, 'hex' as const, 'base64' as const),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ parts, bodyAt, own }) => {
    const payload = parts.toSpliced(bodyAt, 0, '{body}').join('');
    if (payload.includes('{timestamp}')) return { ...own, payload, timestampHeader: 'X-Time' };
    const { timestampUnit: _unit, toleranceSeconds: _tolerance, ...untimed } = own;
    return { ...untimed, payload };
  });

/** A key of at most one block, printable in every encoding, and the secret's text in the description's own. */
export const keyBytes = fc.array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 8, maxLength: 64 });

export function secretText(bytes: readonly number[], description: SignatureDescription): string {
  return Buffer.from(bytes).toString(description.secretEncoding ?? 'utf8');
}
