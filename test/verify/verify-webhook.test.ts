import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { PROVIDER_NAMES } from '../../src/domain/providers.ts';
import { VERIFY_FAILURES } from '../../src/domain/verify-failure.ts';
import { verifyWebhook, type WebhookToVerify } from '../../src/verify/verify-webhook.ts';
import { fuzzRuns } from '../helpers/fuzz.ts';
import t from '../helpers/tap.ts';

const NOW = 1_700_000_000;
const SECRET = "It's a Secret to Everybody";
const SIGNATURE = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';

const github: WebhookToVerify = {
  scheme: 'github',
  secrets: [SECRET],
  method: 'POST',
  url: 'https://hooks.example.com/api/webhooks/1',
  headers: {
    'x-hub-signature-256': `sha256=${SIGNATURE}`,
    'x-github-delivery': 'd1',
    'x-github-event': 'push',
  },
  rawBody: 'Hello, World!',
  now: NOW,
};
const refused = (reason: string) => ({ valid: false, reason });

t.test('says which secret fitted, and which event it is', async (t) => {
  const about = { eventId: 'd1', eventType: 'push' };
  t.same(await verifyWebhook(github), { valid: true, secretIndex: 0, ...about });
  t.same(await verifyWebhook({ ...github, secrets: ['', 'other', SECRET] }), {
    valid: true,
    secretIndex: 2,
    ...about,
  });
  const { 'x-github-delivery': _id, 'x-github-event': _type, ...headers } = github.headers;
  t.same(await verifyWebhook({ ...github, headers }), { valid: true, secretIndex: 0 });
});

t.test('a body is bytes, in whatever they are held', async (t) => {
  const bytes = Buffer.from('..Hello, World!..');
  for (const rawBody of [
    Buffer.from('Hello, World!'),
    new Uint8Array(Buffer.from('Hello, World!')),
    bytes.subarray(2, -2),
    new Uint8Array(bytes.buffer, bytes.byteOffset + 2, 13),
  ]) {
    t.match(await verifyWebhook({ ...github, rawBody }), { valid: true });
  }
});

t.test('a description instead of a name', async (t) => {
  const described = {
    ...github,
    scheme: {
      header: 'X-Hub-Signature-256',
      prefix: 'sha256=',
      eventId: 'json:id',
      eventType: 'header:x-github-event',
    },
  };
  t.same(await verifyWebhook(described), { valid: true, secretIndex: 0, eventType: 'push' });
  const rawBody = '{"id":17}';
  const signature = `sha256=${createHmac('sha256', SECRET).update(rawBody).digest('hex')}`;
  t.same(await verifyWebhook({ ...described, rawBody, headers: { 'x-hub-signature-256': signature } }), {
    valid: true,
    secretIndex: 0,
    eventId: '17',
  });
  t.match(await verifyWebhook({ ...described, scheme: { payload: '{url}' } }), {
    reason: 'invalid_description',
    faults: [{ pointer: '/payload' }],
  });
});

t.test('what cannot be verified has its reason', async (t) => {
  const cases: [unknown, string][] = [
    [undefined, 'invalid_request'],
    [null, 'invalid_request'],
    ['github', 'invalid_request'],
    [{ ...github, scheme: 'gitbuh' }, 'unknown_scheme'],
    [{ ...github, scheme: '' }, 'unknown_scheme'],
    [{ ...github, scheme: '__proto__' }, 'unknown_scheme'],
    [{ ...github, scheme: 'constructor' }, 'unknown_scheme'],
    [{ ...github, scheme: undefined }, 'invalid_description'],
    [{ ...github, scheme: 5 }, 'invalid_description'],
    [{ ...github, scheme: [] }, 'invalid_description'],
    [{ ...github, scheme: { unknown: 1 } }, 'invalid_description'],
    [{ ...github, scheme: { algorithm: 'md5' } }, 'invalid_description'],
    [{ ...github, secrets: [] }, 'no_secret'],
    [{ ...github, secrets: [''] }, 'no_secret'],
    [{ ...github, secrets: [undefined, 5, {}] }, 'no_secret'],
    [{ ...github, secrets: undefined }, 'invalid_request'],
    [{ ...github, secrets: SECRET }, 'invalid_request'],
    [{ ...github, method: undefined }, 'invalid_request'],
    [{ ...github, url: new URL(github.url) }, 'invalid_request'],
    [{ ...github, headers: undefined }, 'invalid_request'],
    [{ ...github, headers: null }, 'invalid_request'],
    [{ ...github, headers: 'x' }, 'invalid_request'],
    [{ ...github, headers: [] }, 'missing_credential'],
    [{ ...github, headers: { 'x-hub-signature-256': 5 } }, 'missing_credential'],
    [{ ...github, rawBody: undefined }, 'invalid_request'],
    [{ ...github, rawBody: { hello: 'world' } }, 'invalid_request'],
    [{ ...github, rawBody: [72] }, 'invalid_request'],
    [{ ...github, now: undefined }, 'invalid_request'],
    [{ ...github, now: String(NOW) }, 'invalid_request'],
    [
      {
        ...github,
        get rawBody() {
          throw new Error('nothing to see');
        },
      },
      'invalid_request',
    ],
  ];
  for (const [webhook, reason] of cases) {
    t.match(await verifyWebhook(webhook as WebhookToVerify), refused(reason), reason);
  }
});

t.test('a clock that is no number slips past no tolerance', async (t) => {
  const headers = {
    'x-slack-request-timestamp': String(NOW),
    'x-slack-signature': `v0=${createHmac('sha256', SECRET).update(`v0:${NOW}:{}`).digest('hex')}`,
  };
  const slack: WebhookToVerify = { ...github, scheme: 'slack', rawBody: '{}', headers };
  t.match(await verifyWebhook(slack), { valid: true });
  for (const now of [Number.NaN, Number.POSITIVE_INFINITY, NOW * 1000, 0]) {
    t.same(await verifyWebhook({ ...slack, now }), refused('timestamp_out_of_tolerance'), String(now));
  }
});

t.test('a template of 10 MB is refused at once', async (t) => {
  for (const payload of [
    '{'.repeat(10_000_000),
    '{body}'.repeat(1_666_666),
    `{body}${'x'.repeat(10_000_000)}`,
  ]) {
    const from = process.cpuUsage();
    t.match(await verifyWebhook({ ...github, scheme: { payload } }), { reason: 'invalid_description' });
    t.ok(process.cpuUsage(from).user < 1_000_000);
  }
});

const junk = fc.oneof(
  fc.anything({ withBigInt: true, withNullPrototype: true, withTypedArray: true, withDate: true }),
  fc.string({ unit: 'binary' }),
  fc.uint8Array(),
);
const headerNames = [
  'x-hub-signature-256',
  'stripe-signature',
  'webhook-signature',
  'webhook-id',
  'webhook-timestamp',
  'x-twilio-signature',
  'content-type',
  'x-docusign-signature-1',
  'x-gitlab-token',
  'x-signature-ed25519',
  'x-signature-timestamp',
  '__proto__',
];
const headers = fc.dictionary(fc.oneof(fc.constantFrom(...headerNames), fc.string()), junk);
const bodies = fc.oneof(
  junk,
  fc.json(),
  fc.constantFrom(
    '{"notificationItems":[]}',
    '{"notificationItems":[null]}',
    '{"notificationItems":[{"NotificationRequestItem":{"additionalData":{"hmacSignature":"x"}}}]}',
    '{"Type":"__proto__","SignatureVersion":"constructor","Signature":"AAAA","TopicArn":"a"}',
    '{"signature":{"timestamp":"\\ud800","token":[],"signature":{}}}',
    '['.repeat(100_000),
    'a=%&%zz=%ff&__proto__=1&=&',
  ),
);

t.test('nothing makes it reject, and nothing verifies by chance', async (t) => {
  const reasons = new Set<string>(VERIFY_FAILURES);
  const seen = new Set<string>();
  const full = 3_000;
  const runs = fuzzRuns(full);
  await fc.assert(
    fc.asyncProperty(
      fc.record(
        {
          scheme: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...PROVIDER_NAMES) }, fc.object(), junk),
          secrets: fc.oneof(fc.array(fc.oneof(fc.string({ minLength: 8 }), junk), { maxLength: 3 }), junk),
          method: fc.oneof(fc.constant('POST'), junk),
          url: fc.oneof(fc.constantFrom(github.url, 'https://a/?bodySHA256=x', '::', '?'), fc.string()),
          headers: fc.oneof({ weight: 5, arbitrary: headers }, junk),
          rawBody: bodies,
          now: fc.oneof(fc.constant(NOW), fc.double(), junk),
          fetchCertificate: fc.constantFrom<unknown>(
            undefined,
            () => Promise.reject(new Error('no network')),
            () => {
              throw new Error('no network');
            },
            () => 5,
            async () => '-----BEGIN CERTIFICATE-----',
          ),
        },
        { requiredKeys: ['scheme', 'headers', 'rawBody'] },
      ),
      async (webhook) => {
        const verdict = await verifyWebhook(webhook as WebhookToVerify);
        if (verdict.valid) return false;
        seen.add(verdict.reason);
        return reasons.has(verdict.reason);
      },
    ),
    { numRuns: runs },
  );
  t.ok(seen.size >= (runs === full ? 6 : 3), [...seen].join());
});

t.test('nothing large makes it hang', async (t) => {
  const large = [
    '{"a":'.repeat(500_000),
    `{"notificationItems":[${'null,'.repeat(400_000)}null]}`,
    'a=1&'.repeat(500_000),
    '%'.repeat(2_000_000),
  ];
  const value = `t=${NOW},${'v1='.repeat(500_000)}`;
  for (const scheme of PROVIDER_NAMES) {
    const names = [
      ...headerNames,
      'x-hub-signature',
      'paddle-signature',
      'x-pagerduty-signature',
      'svix-signature',
    ];
    const headers = Object.fromEntries(names.map((name) => [name, value]));
    headers['content-type'] = 'application/x-www-form-urlencoded';
    headers['x-twilio-signature'] = Buffer.alloc(20).toString('base64');
    const from = process.cpuUsage();
    for (const rawBody of large) {
      const secrets = ['00'.repeat(32)];
      t.match(await verifyWebhook({ ...github, scheme, secrets, headers, rawBody }), { valid: false });
    }
    t.ok(process.cpuUsage(from).user < 2_000_000, scheme);
  }
});
