import fc from 'fast-check';
import type { Finding } from '../../src/domain/diagnosis.ts';
import { PROVIDER_NAMES } from '../../src/domain/providers.ts';
import { type DiagnosisInput, diagnose } from '../../src/verify/diagnose.ts';
import type { VerifyRequest } from '../../src/verify/verifier.ts';
import { fuzzRuns } from '../helpers/fuzz.ts';
import t from '../helpers/tap.ts';
import { description } from './descriptions.ts';
import { NOW, SECRET, secret, sign } from './diagnose-requests.ts';

/** Of a body that is never made up. */
const FOREIGN = sign('a body that is longer than what is made up by chance');

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    '',
    't=1,v1=00',
    FOREIGN,
    `sha256=${FOREIGN}`,
    'Bearer x',
    'Basic !!!',
    `${'a='.repeat(2_000)}`,
    `${'A'.repeat(26)},`.repeat(150),
    '['.repeat(5_000),
    `{"a":${'['.repeat(300)}`,
    '{"a":1,}',
    '{"a"}',
    '}{',
    '"\\ud800"',
    '{"\\ud800":"\\u00e9\\/"}',
    'a=%&b=%zz',
  ),
  fc.json(),
);
const name = fc.oneof(
  fc.constantFrom(
    'x-webhook-signature',
    'stripe-signature',
    'x-hub-signature-256',
    'x-hub-signature',
    'webhook-signature',
    'svix-id',
    'x-gitlab-token',
    'authorization',
    'x-api-key',
    'x-time',
    'host',
    '__proto__',
    'constructor',
  ),
  fc.string({ maxLength: 20 }),
);
const headers = fc.dictionary(name, fc.oneof(text, fc.array(text, { maxLength: 3 })), { maxKeys: 8 });
const body = fc.oneof(
  fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
  text.map((written) => Buffer.from(written)),
);
const auth = fc.record({
  type: fc.constantFrom('none', 'api_key', 'bearer_token', 'hmac', 'provider'),
  provider: fc.constantFrom(null, ...PROVIDER_NAMES),
  description: fc.option(description),
  secrets: fc.array(
    fc.record({
      id: fc.constant('a'),
      secret: fc.oneof(fc.string({ maxLength: 50 }), fc.constantFrom('', SECRET, 'whsec_', 'whpk_', '""')),
      expiresAt: fc.constantFrom(null, NOW - 1, NOW + 1, Number.NaN),
    }),
    { maxLength: 4 },
  ),
});

/** Far more than it takes, far less than what never ends. */
const MAX_STEPS = 20_000;

type Auth = DiagnosisInput['auth'];

function findingsOf(auth: Auth, sent: VerifyRequest['headers'], rawBody: Buffer, url: string): Finding[] {
  const request = { method: 'POST', url, headers: sent, rawBody, nowMs: NOW };
  const steps = diagnose({ auth, request, reason: 'signature_mismatch' });
  for (let n = 0; n < MAX_STEPS; n++) {
    const step = steps.next();
    if (step.done) return step.value;
  }
  throw new Error('it does not end');
}

const url = fc.webUrl({ withQueryParameters: true });

t.test('whatever is refused, it ends', (t) => {
  fc.assert(
    fc.property(auth, headers, body, url, (configured, sent, rawBody, at) =>
      Array.isArray(findingsOf(configured as Auth, sent, rawBody, at)),
    ),
    { numRuns: fuzzRuns(800) },
  );
  t.end();
});

t.test('nothing is proven by who does not have the secret, and nothing tells it', (t) => {
  fc.assert(
    fc.property(auth, headers, body, url, (configured, sent, rawBody, at) => {
      const secrets = [secret(SECRET), secret('the-old-secret', { expiresAt: NOW - 1 })];
      const found = findingsOf({ ...configured, secrets } as Auth, sent, rawBody, at);
      return found.every(({ proven, detail }) => !proven && !detail.includes(SECRET));
    }),
    { numRuns: fuzzRuns(800) },
  );
  t.end();
});

t.test('no body takes long, however it is made', (t) => {
  const size = 131_072;
  const worst = {
    escapes: `{"a":"${'\\u00e9'.repeat(size / 6 - 10)}"}`,
    strings: JSON.stringify(Array.from({ length: 12_000 }, (_, n) => `é/${n}`)),
    nesting: '['.repeat(size / 2) + ']'.repeat(size / 2),
    numbers: `[${'1,'.repeat(30_000)}1]`,
    'white space': ' '.repeat(size),
    'line breaks': '\r\n'.repeat(size / 2),
    fields: 'a=%20b+c&'.repeat(14_000),
    quotes: '"'.repeat(size),
    backslashes: `"${'\\'.repeat(size - 2)}"`,
  };
  for (const [what, made] of Object.entries(worst)) {
    const steps = diagnose({
      auth: { type: 'hmac', provider: null, description: null, secrets: [secret(SECRET)] },
      request: {
        method: 'POST',
        url: 'https://hooks.example.com/x',
        headers: { 'x-webhook-signature': sign('x'), 'x-other': `${'a='.repeat(7_000)}` },
        rawBody: Buffer.from(made.slice(0, size)),
        nowMs: NOW,
      },
      reason: 'signature_mismatch',
    });
    const began = process.cpuUsage();
    let step = steps.next();
    let hashed = 0;
    for (; !step.done; step = steps.next()) hashed += step.value;
    const { user } = process.cpuUsage(began);
    t.ok(user < 5_000_000, `${what}: ${Math.round(user / 1_000)} ms`);
    t.ok(hashed <= 17_000_000, `${what}: ${hashed} bytes`);
  }
  t.end();
});
