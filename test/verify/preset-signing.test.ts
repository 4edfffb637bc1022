import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PROVIDER_NAMES, type ProviderName } from '../../src/domain/providers.ts';
import { checkDescription, checkSecret } from '../../src/verify/check-description.ts';
import { isEventField } from '../../src/verify/event-field.ts';
import { PRESETS } from '../../src/verify/presets/index.ts';
import { signRequest } from '../../src/verify/sign.ts';
import { createVerifier, type Verdict, type VerifyRequest } from '../../src/verify/verifier.ts';
import { fuzzRuns } from '../helpers/fuzz.ts';
import t from '../helpers/tap.ts';
import { accepted, NOW, refused, request, secret } from './requests.ts';

const CANNOT: ReadonlySet<ProviderName> = new Set(['standardwebhooks_v1a', 'sendgrid', 'discord', 'aws_sns']);
const TOKENS: ReadonlySet<ProviderName> = new Set(['gitlab_token', 'telegram']);
const SIGNABLE = PROVIDER_NAMES.filter((name) => !CANNOT.has(name));

/** Hex and base64 and text. */
const SECRET = '0123456789abcdef'.repeat(4);

const PUBLIC_KEY = 'whpk_PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=';

const SAMPLE = JSON.stringify({ hello: 'wörld', signature: {}, n: 1.0 });
const ADYEN = JSON.stringify({
  live: 'false',
  notificationItems: [
    {
      NotificationRequestItem: {
        pspReference: '8',
        amount: { value: 100, currency: 'EUR' },
        success: 'true',
      },
    },
    { NotificationRequestItem: { pspReference: '9', eventCode: 'CAPTURE', originalReference: '8' } },
  ],
});
const bodyOf = (provider: ProviderName) => Buffer.from(provider === 'adyen_standard' ? ADYEN : SAMPLE);

const noCertificate = () => Promise.reject(new Error('no network'));
const verifierOf = (provider: ProviderName, key = SECRET) =>
  createVerifier({ type: 'provider', provider, secrets: [secret(key)], fetchCertificate: noCertificate });

function send(provider: ProviderName, overrides: Partial<VerifyRequest> = {}): VerifyRequest {
  const plain = request({ rawBody: bodyOf(provider), ...overrides });
  const signed = signRequest({ ...plain, auth: { type: 'provider', provider, secret: SECRET } });
  if (!signed.signed) throw new Error(`${provider}: ${signed.reason}`);
  const { headers, rawBody = plain.rawBody, url = plain.url } = signed;
  return { ...plain, url, rawBody, headers: { ...plain.headers, ...headers } };
}

t.test('presets are free of contradictions, and complete', async (t) => {
  t.same(Object.keys(PRESETS).sort(), [...PROVIDER_NAMES].sort());
  for (const provider of PROVIDER_NAMES) {
    const { scheme, eventId, eventType, toleranceSeconds, needsPublicUrl, ...preset } = PRESETS[provider];
    if (typeof scheme === 'object') {
      t.same(checkDescription(scheme), [], provider);
      const { timestampHeader, timestampKey, timestampPath } = scheme;
      const isTimed = (timestampHeader ?? timestampKey ?? timestampPath) !== undefined;
      t.equal(
        toleranceSeconds,
        isTimed ? (scheme.toleranceSeconds === undefined ? 300 : scheme.toleranceSeconds) : null,
      );
      t.equal(needsPublicUrl, (scheme.payload ?? '').includes('{url'));
    }
    for (const field of [eventId, eventType]) if (field !== null) t.ok(isEventField(field), field);
    if (preset.dedupByDefault) t.ok(eventId, provider);
    t.ok(preset.secret.paste.length > 20);
  }
});

t.test('what is signed for a provider verifies as its own, and as nobody else’s', async (t) => {
  for (const provider of SIGNABLE) {
    const sent = send(provider);
    t.same(await verifierOf(provider).verify(sent), accepted(SECRET), provider);
    t.equal((await verifierOf(provider, SECRET.replace('0', '1')).verify(sent)).valid, false, provider);
    t.same(await verifierOf(provider, '').verify(sent), refused('no_secret'), provider);
    if (!TOKENS.has(provider)) {
      t.same(await verifierOf(provider, PUBLIC_KEY).verify(sent), refused('no_secret'), provider);
    }
    t.same(checkSecret({ authType: 'provider', provider, description: null }, SECRET), []);
  }
  for (const provider of CANNOT) {
    t.same(signRequest({ ...request(), auth: { type: 'provider', provider, secret: SECRET } }), {
      signed: false,
      reason: 'cannot_sign',
    });
  }
});

t.test('twilio: forms by their parameters, the rest by its digest in the URL', async (t) => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const form = send('twilio', { rawBody: Buffer.from('B=2&A=1&B=2&B=1&C=%C3%A9+x'), headers });
  const { verify } = verifierOf('twilio');
  t.same(await verify(form), accepted(SECRET));
  t.same(
    await verify({ ...form, rawBody: Buffer.from('A=1&B=1&B=2&C=é x') }),
    accepted(SECRET),
    'in any order',
  );
  t.same(await verify({ ...form, rawBody: Buffer.from('A=1&B=1&B=3&C=é x') }), refused('signature_mismatch'));
  t.same(
    await verify({ ...form, headers: { ...form.headers, 'content-type': 'application/json' } }),
    refused('missing_signed_field'),
  );
  const many = Buffer.from(Array.from({ length: 1_001 }, (_, i) => `a${i}=1`).join('&'));
  t.same(await verify({ ...form, rawBody: many }), refused('malformed_body'));
  const json = send('twilio');
  t.match(json.url, /\?bodySHA256=[0-9a-f]{64}$/);
  t.same(await verify({ ...json, rawBody: Buffer.from('{}') }), refused('body_digest_mismatch'));
  const withPort = json.url.replace('example.com', 'example.com:443');
  t.same(await verify({ ...json, url: withPort }), accepted(SECRET), 'with its port');
});

t.test('a provider’s token is a credential: it is named for redaction', async (t) => {
  t.same(verifierOf('gitlab_token').authHeaders, ['x-gitlab-token']);
  t.same(verifierOf('telegram').authHeaders, ['x-telegram-bot-api-secret-token']);
  t.same(verifierOf('github').authHeaders, []);
});

t.test('secrets of providers are checked as they are used', async (t) => {
  const faults = (provider: ProviderName, text: string) =>
    checkSecret({ authType: 'provider', provider, description: null }, text).length;
  const bad: [ProviderName, string][] = [
    ['stripe', ''],
    ['twilio', 'x'.repeat(1_001)],
    ['gitlab_token', 'with spaces in it'],
    ['gitlab_signing', 'whsec_not-base64'],
    ['standardwebhooks', 'whpk_PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw='],
    ['standardwebhooks_v1a', 'whsec_PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw='],
    ['adyen_standard', 'not hex at all'],
    ['adyen_platform', 'not hex at all'],
    ['discord', '00'.repeat(31)],
    ['discord', '00'.repeat(32)],
    ['sendgrid', SECRET],
    ['aws_sns', SECRET],
    ['aws_sns', 'arn:aws:sqs:us-east-1:123456789012:queue'],
  ];
  for (const [provider, text] of bad) t.equal(faults(provider, text), 1, `${provider} ${text}`);
  const good: [ProviderName, string][] = [
    ['stripe', 'whsec_text'],
    ['lemonsqueezy', 'short'],
    ['standardwebhooks', 'whsec_PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw='],
    ['standardwebhooks_v1a', 'whpk_PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw='],
    ['discord', '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'],
    ['aws_sns', 'arn:aws-cn:sns:cn-north-1:123456789012:orders.fifo'],
  ];
  for (const [provider, text] of good) t.equal(faults(provider, text), 0, `${provider} ${text}`);
  t.equal(checkSecret({ authType: 'provider', provider: null, description: null }, SECRET).length, 1);
});

/** Those that sign all of the body; of the others only parts, or nothing. */
const WHOLE = SIGNABLE.filter(
  (name) => !['mailgun', 'adyen_standard', 'gitlab_token', 'telegram'].includes(name),
);

t.test('any byte that is another in the body, the signature or the time is refused', async (t) => {
  const flip = (bytes: Buffer, at: number, by: number) => {
    const copy = Buffer.from(bytes);
    copy.writeUInt8(copy.readUInt8(at % copy.length) ^ by, at % copy.length);
    return copy;
  };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...WHOLE),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      fc.integer({ min: 1, max: 9 }),
      async (provider, at, by, digit) => {
        const sent = send(provider);
        const { verify } = verifierOf(provider);
        assert.equal((await verify(sent)).valid, true);
        const altered: Verdict[] = [await verify({ ...sent, rawBody: flip(sent.rawBody, at, by) })];
        for (const [name, value] of Object.entries(sent.headers)) {
          if (typeof value !== 'string' || name === 'x-twilio-signature') continue;
          const index = at % value.length;
          const old = value[index] ?? '';
          // Another digit or letter: upper and lower case are the same in hex.
          const other = /\d/.test(old) ? String((Number(old) + digit) % 10) : old === 'x' ? 'y' : 'x';
          const header = value.slice(0, index) + other + value.slice(index + 1);
          altered.push(await verify({ ...sent, headers: { ...sent.headers, [name]: header } }));
        }
        assert.ok(
          altered.every(({ valid }) => !valid),
          `${provider} ${JSON.stringify(altered)}`,
        );
      },
    ),
    { numRuns: fuzzRuns(1500) },
  );
  t.pass();
});

t.test('a time out of tolerance is refused in the past and in the future', async (t) => {
  for (const provider of SIGNABLE) {
    const { toleranceSeconds } = PRESETS[provider];
    if (toleranceSeconds === null) continue;
    const sent = send(provider);
    const at = (seconds: number) => verifierOf(provider).verify({ ...sent, nowMs: NOW + seconds * 1000 });
    t.same(await at(toleranceSeconds), accepted(SECRET), provider);
    t.same(await at(-toleranceSeconds), accepted(SECRET));
    t.same(await at(toleranceSeconds + 1), refused('timestamp_out_of_tolerance'));
    t.same(await at(-toleranceSeconds - 1), refused('timestamp_out_of_tolerance'));
  }
});

t.test('signing puts nothing into what every object inherits', async (t) => {
  const auth = {
    type: 'hmac' as const,
    description: { jsonPath: '__proto__.polluted', prefix: '', payload: '{json:a}' },
    secret: SECRET,
  };
  const signed = signRequest({ ...request({ rawBody: Buffer.from('{"a":1}') }), auth });
  t.match(signed, { signed: true });
  t.notOk('polluted' in {});
});
