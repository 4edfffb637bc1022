import t from '../helpers/tap.ts';
import {
  BODY,
  codes,
  findings,
  findingsOf,
  idOf,
  type Mistake,
  NOW,
  refusedInput,
  SECRET,
  secret,
  sign,
} from './diagnose-requests.ts';

const HEADER = 'x-webhook-signature';
const signed = (text: string) => ({ [HEADER]: text });
const BARE = SECRET.slice('whsec_'.length);
const STAMPED = { timestampHeader: 'X-Time', payload: '{timestamp}.{body}' };
const seconds = (ms: number) => String(Math.floor(ms / 1_000));

/** One mistake each, and what is found: all of it. */
const MISTAKES: Record<string, [Mistake, string[]]> = {
  'an expired secret': [
    {
      headers: signed(sign(BODY)),
      secrets: [secret('the-new-secret'), secret(SECRET, { expiresAt: NOW - 1 })],
    },
    ['expired_secret'],
  ],
  'the signature twice in its header': [
    {
      headers: { ...signed(`${sign(BODY)}, ${sign(BODY)}`) },
    },
    ['malformed_header'],
  ],
  'base64 in place of hex': [{ headers: signed(sign(BODY, { as: 'base64' })) }, ['wrong_encoding']],
  'base64url in place of hex': [{ headers: signed(sign(BODY, { as: 'base64url' })) }, ['wrong_encoding']],
  'hex in place of base64': [
    { description: { encoding: 'base64' }, headers: signed(sign(BODY)) },
    ['wrong_encoding'],
  ],
  'base64 of the hex': [{ headers: signed(Buffer.from(sign(BODY)).toString('base64')) }, ['wrong_encoding']],
  'another header': [{ headers: { 'x-signature': sign(BODY) } }, ['other_header']],
  'the query string': [
    { headers: {}, request: { url: `https://hooks.example.com/x?a=1&signature=${sign(BODY)}` } },
    ['other_header'],
  ],
  'SHA-1': [{ headers: signed(sign(BODY, { hash: 'sha1' })) }, ['wrong_algorithm']],
  'SHA-512, in base64, elsewhere': [
    { headers: { authorization: `HMAC ${sign(BODY, { hash: 'sha512', as: 'base64' })}` } },
    ['other_header', 'wrong_encoding', 'wrong_algorithm'],
  ],
  'no prefix': [{ description: { prefix: 'v1=' }, headers: signed(sign(BODY)) }, ['missing_prefix']],
  'another prefix': [
    { description: { prefix: 'v1=' }, headers: signed(`sha256=${sign(BODY)}`) },
    ['missing_prefix'],
  ],
  'a prefix too many': [
    { description: { prefix: '' }, headers: signed(`sha256=${sign(BODY)}`) },
    ['extra_prefix'],
  ],
  'a secret without its beginning': [{ headers: signed(sign(BODY, { key: BARE })) }, ['secret_form']],
  'a secret with whsec_': [{ secrets: [secret(BARE)], headers: signed(sign(BODY)) }, ['secret_form']],
  'a secret decoded from base64': [
    { headers: signed(sign(BODY, { key: Buffer.from(BARE, 'base64') })) },
    ['secret_form'],
  ],
  'a secret not decoded': [
    {
      description: { secretEncoding: 'base64', secretPrefix: 'whsec_' },
      headers: signed(sign(BODY, { key: SECRET })),
    },
    ['secret_form'],
  ],
  'a secret decoded from hex': [
    {
      secrets: [secret('00112233445566778899aabbccddeeff')],
      headers: signed(sign(BODY, { key: Buffer.from('00112233445566778899aabbccddeeff', 'hex') })),
    },
    ['secret_form'],
  ],
  'a secret with a line feed': [{ headers: signed(sign(BODY, { key: `${SECRET}\n` })) }, ['secret_form']],
  'a secret stored with white space': [
    { secrets: [secret(` ${SECRET} `)], headers: signed(sign(BODY)) },
    ['secret_form'],
  ],
  'a clock that is behind': [
    {
      description: STAMPED,
      headers: { 'x-time': seconds(NOW - 400_000), ...signed(sign(`${seconds(NOW - 400_000)}.${BODY}`)) },
    },
    ['clock_skew'],
  ],
  'a clock that is ahead, and base64': [
    {
      description: STAMPED,
      headers: {
        'x-time': seconds(NOW + 3_600_000),
        ...signed(sign(`${seconds(NOW + 3_600_000)}.${BODY}`, { as: 'base64' })),
      },
    },
    ['wrong_encoding', 'clock_skew'],
  ],
  'milliseconds in place of seconds': [
    { description: STAMPED, headers: { 'x-time': String(NOW), ...signed(sign(`${NOW}.${BODY}`)) } },
    ['timestamp_unit'],
  ],
  'a date in place of seconds': [
    {
      description: STAMPED,
      headers: {
        'x-time': new Date(NOW).toISOString(),
        ...signed(sign(`${new Date(NOW).toISOString()}.${BODY}`)),
      },
    },
    ['timestamp_unit'],
  ],
  'the body alone, without its time': [
    { description: STAMPED, headers: signed(sign(BODY)) },
    ['other_payload'],
  ],
  'the time and the body, where the body alone is expected': [
    { headers: { 'x-timestamp': '1700000000', ...signed(sign(`1700000000.${BODY}`)) } },
    ['other_payload'],
  ],
  'an API key as a bearer token': [
    { auth: { type: 'api_key' }, headers: { authorization: `Bearer ${SECRET}` } },
    ['credential_elsewhere'],
  ],
  'a bearer token as an API key': [
    { auth: { type: 'bearer_token' }, headers: { 'x-api-key': SECRET } },
    ['credential_elsewhere'],
  ],
  'an API key in the query string': [
    {
      auth: { type: 'api_key' },
      headers: {},
      request: { url: `https://hooks.example.com/x?key=${encodeURIComponent(SECRET)}` },
    },
    ['credential_elsewhere'],
  ],
  'an API key as a password': [
    {
      auth: { type: 'api_key' },
      headers: { authorization: `Basic ${Buffer.from(`user:${SECRET}`).toString('base64')}` },
    },
    ['credential_elsewhere'],
  ],
  'an API key in a header of its own': [
    { auth: { type: 'api_key' }, headers: { 'api-key': SECRET } },
    ['credential_elsewhere'],
  ],
  'a bearer token without Bearer': [
    { auth: { type: 'bearer_token' }, headers: { authorization: SECRET } },
    ['missing_prefix'],
  ],
  'a bearer token with Bearer twice': [
    { auth: { type: 'bearer_token' }, headers: { authorization: `Bearer Bearer ${SECRET}` } },
    ['extra_prefix'],
  ],
  'an API key with Bearer': [
    { auth: { type: 'api_key' }, headers: { 'x-api-key': `Bearer ${SECRET}` } },
    ['extra_prefix'],
  ],
  'an expired API key': [
    {
      auth: { type: 'api_key' },
      headers: { 'x-api-key': SECRET },
      secrets: [secret('the-new-secret'), secret(SECRET, { expiresAt: NOW - 1 })],
    },
    ['expired_secret'],
  ],
  'an API key with quotes': [
    { auth: { type: 'api_key' }, headers: { 'x-api-key': `"${SECRET}"` } },
    ['secret_form'],
  ],
  'a signature in place of an API key': [
    { auth: { type: 'api_key' }, headers: { 'x-my-hmac': sign(BODY) } },
    ['signed_instead'],
  ],
  'the secret in place of a signature': [{ headers: signed(SECRET) }, ['secret_sent']],
  'nothing at all': [{ headers: { 'user-agent': 'Mozilla/5.0', host: 'hooks.example.com' } }, ['unsigned']],
  'nothing at all, where an API key is expected': [
    { auth: { type: 'api_key' }, headers: { host: 'hooks.example.com' } },
    ['unsigned'],
  ],
};

for (const [name, [mistake, expected]] of Object.entries(MISTAKES)) {
  t.test(name, (t) => {
    const found = findings(mistake);
    t.same(
      found.map(({ code }) => code),
      expected,
    );
    const told = JSON.stringify(found);
    t.notOk(told.includes(SECRET) || told.includes(BARE), 'no secret is told');
    t.notOk(told.includes(sign(BODY)), 'no signature is told');
    t.equal(
      found.every(({ proven }) => proven),
      expected[0] !== 'unsigned',
    );
    t.end();
  });
}

t.test('what else a finding says', (t) => {
  const expired = findings(MISTAKES['an expired secret']?.[0] as Mistake);
  t.match(
    expired,
    [{ secretId: `id of ${SECRET}`, expiredAt: new Date(NOW - 1).toISOString() }].map(() => ({
      expiredAt: new Date(NOW - 1).toISOString(),
    })),
  );
  t.match(findings(MISTAKES['another header']?.[0] as Mistake), [{ header: 'x-signature' }]);
  t.match(findings(MISTAKES['the query string']?.[0] as Mistake), [{ header: 'query' }]);
  t.match(findings(MISTAKES['a clock that is behind']?.[0] as Mistake), [{ seconds: -400 }]);
  t.match(findings(MISTAKES['a clock that is ahead, and base64']?.[0] as Mistake), [{}, { seconds: 3_600 }]);
  t.end();
});

t.test('a wrong secret explains nothing', (t) => {
  for (const description of [{}, STAMPED, { encoding: 'base64' as const }, { prefix: 'v1=' }]) {
    const time = seconds(NOW);
    const body = 'payload' in description ? `${time}.${BODY}` : BODY;
    const text = sign(body, { key: 'another-secret', as: 'encoding' in description ? 'base64' : 'hex' });
    const prefix = 'prefix' in description ? 'v1=' : '';
    t.same(codes({ description, headers: { 'x-time': time, ...signed(prefix + text) } }), []);
  }
  for (const type of ['api_key', 'bearer_token'] as const) {
    const headers = { authorization: 'Bearer another-secret', 'x-api-key': 'another-secret' };
    t.same(codes({ auth: { type }, headers }), []);
  }
  t.same(codes({ headers: signed('garbage') }), []);
  t.end();
});

t.test('a part of a signature or of a secret is told of by nothing', (t) => {
  const right = sign(BODY);
  for (const length of [1, 8, 40, 62, 63]) {
    t.same(codes({ headers: signed(right.slice(0, length)) }), [], `the first ${length} digits`);
    t.same(codes({ headers: signed(right.slice(0, length).padEnd(64, '0')) }), []);
  }
  for (const key of [SECRET.slice(0, -1), SECRET.slice(1), `${SECRET}x`]) {
    t.same(codes({ auth: { type: 'api_key' }, headers: { 'x-api-key': key } }), []);
  }
  t.end();
});

t.test('what can be guessed is no key', (t) => {
  // Decoded from hex these would be four bytes, which a stranger finds in an hour.
  const short = 'deadbeef';
  const headers = signed(sign(BODY, { key: Buffer.from(short, 'hex') }));
  t.same(codes({ secrets: [secret(short)], headers }), []);
  t.same(codes({ secrets: [secret('zzzzzzzz')], headers: signed(sign(BODY, { key: '' })) }), []);
  t.end();
});

t.test('a secret that was added after the refusal', (t) => {
  for (const type of ['hmac', 'api_key'] as const) {
    const headers = { ...signed(sign(BODY)), 'x-api-key': SECRET };
    const sent = type === 'hmac' ? signed(sign(BODY)) : headers;
    const refused = refusedInput({ auth: { type }, headers: sent, secrets: [secret('the-only-secret')] });
    const now = { ...refused.auth, secrets: [secret(SECRET), ...refused.auth.secrets] };
    t.match(findingsOf({ ...refused, auth: now }), [{ code: 'verifies_now', secretId: idOf(SECRET) }], type);
  }
  t.end();
});
