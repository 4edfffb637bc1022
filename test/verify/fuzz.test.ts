import fc from 'fast-check';
import type { SignatureDescription } from '../../src/domain/signature-description.ts';
import { VERIFY_FAILURES } from '../../src/domain/verify-failure.ts';
import { checkDescription, checkSecret } from '../../src/verify/check-description.ts';
import { createVerifier, type ProviderAuth, type VerifierAuth } from '../../src/verify/verifier.ts';
import { fuzzRuns } from '../helpers/fuzz.ts';
import t from '../helpers/tap.ts';
import { description } from './descriptions.ts';
import { request } from './requests.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc.stringMatching(/^(sha256=|v1=|Bearer )?[0-9a-zA-Z+/_-]{0,130}={0,3}$/),
  fc.constantFrom('sha256=', '1700000000', 'é'.repeat(44), '\u{1f600}'.repeat(32), '0'.repeat(200_000)),
);
const headerName = fc.constantFrom(
  'x-webhook-signature',
  'x-signature',
  'x-time',
  'x-one',
  'x-two',
  'x-api-key',
  'authorization',
  '__proto__',
  'constructor',
);
const headers = fc.dictionary(
  fc.oneof(headerName, text),
  fc.option(fc.oneof(text, fc.array(text)), { nil: undefined }),
);

const secrets = fc.array(
  fc.record({
    id: fc.string(),
    secret: fc.oneof(fc.constant(''), text),
    expiresAt: fc.option(fc.oneof(fc.integer(), fc.double())),
  }),
  { maxLength: 3 },
);
const anyTemplate: fc.Arbitrary<SignatureDescription> = fc.record(
  {
    header: headerName,
    payload: fc.oneof(fc.string(), fc.stringMatching(/^([{}]|body|header:|x-one|timestamp|__proto__){0,8}$/)),
    timestampHeader: headerName,
    prefix: text,
  },
  { requiredKeys: [] },
);
const auth: fc.Arbitrary<Exclude<VerifierAuth, ProviderAuth>> = fc.oneof(
  fc.record({ type: fc.constantFrom('api_key' as const, 'bearer_token' as const), secrets }),
  fc.record({
    type: fc.constant('hmac' as const),
    description: fc.option(fc.oneof(description, anyTemplate)),
    secrets,
  }),
);
const rawBody = fc.uint8Array().map((bytes) => Buffer.from(bytes));
const nowMs = fc.oneof(fc.constant(1_700_000_000_000), fc.double());

t.test('no request makes it throw, and none verifies by chance', async (t) => {
  const reasons = new Set<string>(VERIFY_FAILURES);
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(auth, headers, rawBody, text, nowMs, (auth, headers, rawBody, anyText, nowMs) => {
        const { verify } = createVerifier(auth);
        const verdict = verify(request({ method: anyText, url: anyText, headers, rawBody, nowMs }));
        if (!verdict.valid) return reasons.has(verdict.reason);
        // A generated header may be a generated token, never a generated HMAC.
        return auth.type !== 'hmac';
      }),
      { numRuns: fuzzRuns(2000) },
    ),
  );
});

t.test('names that every object has are no headers', async (t) => {
  for (const header of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const { verify } = createVerifier({
      type: 'hmac',
      description: { header, payload: `{body}{header:${header}x}` },
      secrets: [{ id: '1', secret: 'a secret', expiresAt: null }],
    });
    t.same(verify(request()), { valid: false, reason: 'missing_credential' });
  }
});

t.test('checks take any text', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyTemplate, text, (description, secret) => {
        const faults = [
          ...checkDescription(description),
          ...checkSecret({ authType: 'hmac', provider: null, description }, secret),
        ];
        return faults.every(({ pointer, detail }) => pointer.length < 30 && detail.length > 0);
      }),
      { numRuns: fuzzRuns(1000) },
    ),
  );
});
