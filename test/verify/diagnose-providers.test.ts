import { generateKeyPairSync, sign as signWith } from 'node:crypto';
import type { ProviderName } from '../../src/domain/providers.ts';
import t from '../helpers/tap.ts';
import { BODY, codes, findings, type Mistake, NOW, SECRET, secret, sign } from './diagnose-requests.ts';

const seconds = String(Math.floor(NOW / 1_000));
const stripe = { 'stripe-signature': `t=${seconds},v1=${sign(`${seconds}.${BODY}`)}` };
const github = {
  'x-hub-signature-256': `sha256=${sign(BODY)}`,
  'x-github-event': 'push',
  'x-github-delivery': '1',
};
const standard = {
  'webhook-id': 'msg_1',
  'webhook-timestamp': seconds,
  'webhook-signature': `v1,${sign(`msg_1.${seconds}.${BODY}`, { key: Buffer.from(SECRET.slice(6), 'base64'), as: 'base64' })}`,
};
const shopify = { 'x-shopify-hmac-sha256': sign(BODY, { as: 'base64' }), 'x-shopify-topic': 'orders/create' };
const slack = {
  'x-slack-request-timestamp': seconds,
  'x-slack-signature': `v0=${sign(`v0:${seconds}:${BODY}`)}`,
};

const provider = (name: ProviderName): NonNullable<Mistake['auth']> => ({ type: 'provider', provider: name });

/** Who really sends, and how the webhook is configured. */
const MISTAKEN: [sender: ProviderName, Mistake['headers'], Mistake['auth'][]][] = [
  ['stripe', stripe, [{}, { type: 'api_key' }, { type: 'bearer_token' }, provider('github')]],
  ['github', github, [{}, { type: 'api_key' }, provider('stripe'), provider('twilio')]],
  ['standardwebhooks', standard, [{}, { type: 'api_key' }, provider('github')]],
  ['shopify', shopify, [{}, { type: 'bearer_token' }, provider('slack')]],
  ['slack', slack, [{}, { type: 'api_key' }, provider('zoom')]],
  ['gitlab_token', { 'x-gitlab-token': SECRET, 'x-gitlab-event': 'Push Hook' }, [provider('gitlab_signing')]],
];

for (const [sender, headers, auths] of MISTAKEN) {
  t.test(`requests of ${sender}`, (t) => {
    for (const auth of auths) {
      const of = `${auth?.type ?? 'hmac'} ${auth?.provider ?? ''}`;
      const found = findings({ auth: { ...auth }, headers });
      if (sender === 'gitlab_token') t.match(found, [{ code: 'secret_sent', header: 'x-gitlab-token' }], of);
      else t.match(found, [{ code: 'known_provider', proven: true, provider: sender }], of);
      t.equal(found.length, 1, of);
      const wrong = { auth: { ...auth }, headers, secrets: [secret('another-secret')] };
      t.match(findings(wrong), [{ code: 'known_provider', proven: false, provider: sender }], of);
    }
    t.end();
  });
}

t.test('what else is wrong with it is said too', (t) => {
  const old = String(Math.floor(NOW / 1_000) - 1_000);
  const late = { 'stripe-signature': `t=${old},v1=${sign(`${old}.${BODY}`)}` };
  const expired = [secret('the-new-secret'), secret(SECRET, { expiresAt: NOW - 1 })];
  t.same(codes({ headers: late, secrets: expired }), ['known_provider', 'expired_secret', 'clock_skew']);
  t.end();
});

t.test('mistakes with the right provider', (t) => {
  const auth = provider('stripe');
  const key = { key: SECRET.slice(6) };
  const old = String(Math.floor(NOW / 1_000) - 1_000);
  const pair = (time: string, text: string) => ({ 'stripe-signature': `t=${time},v1=${text}` });
  const at = (time: string) => `${time}.${BODY}`;
  t.same(codes({ auth, headers: pair(seconds, sign(at(seconds), key)) }), ['secret_form']);
  t.same(codes({ auth, headers: pair(old, sign(at(old))) }), ['clock_skew']);
  t.same(codes({ auth, headers: pair(String(NOW), sign(at(String(NOW)))) }), ['timestamp_unit']);
  t.same(codes({ auth, headers: pair(seconds, sign(at(seconds), { as: 'base64' })) }), ['wrong_encoding']);
  t.same(codes({ auth, headers: { 'x-signature': sign(BODY) } }), [
    'other_payload',
    'other_header',
    'missing_prefix',
  ]);
  t.same(codes({ auth, headers: pair(seconds, sign(at(seconds))), body: `${BODY}\n` }), [
    'body_reserialized',
  ]);
  t.same(codes({ auth, headers: pair(seconds, sign(at(seconds), { key: 'another-secret' })) }), []);
  t.same(codes({ auth, headers: {} }), ['unsigned']);
  const renamed = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': old,
    'webhook-signature': `v1,${sign(`msg_1.${old}.${BODY}`, { key: Buffer.from(SECRET.slice(6), 'base64'), as: 'base64' })}`,
  };
  t.same(codes({ auth: provider('svix'), headers: renamed }), ['clock_skew'], 'under the other header names');
  t.end();
});

const FORM = 'Body=hello+there&From=%2B15550100';
const twilioSigned = (url: string) =>
  sign(`${url}Bodyhello thereFrom+15550100`, { hash: 'sha1', as: 'base64' });
const URL_PATH = '/api/webhooks/1?a=1';

t.test('a URL that the sender knows otherwise', (t) => {
  const known = `https://hooks.example.com${URL_PATH}`;
  const square = (url: string) => ({
    auth: provider('square'),
    headers: {
      host: 'tunnel.example.net',
      'x-square-hmacsha256-signature': sign(url + BODY, { as: 'base64' }),
    },
    request: { url: known },
  });
  for (const url of [
    known.replace('https:', 'http:'),
    `https://hooks.example.com:443${URL_PATH}`,
    `https://tunnel.example.net${URL_PATH}`,
    `http://tunnel.example.net${URL_PATH}`,
    'https://hooks.example.com/api/webhooks/1/?a=1',
    'https://hooks.example.com/api/webhooks/1',
  ]) {
    t.same(codes(square(url)), ['url_mismatch'], url);
    const twilio = {
      auth: provider('twilio'),
      headers: {
        host: 'tunnel.example.net',
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': twilioSigned(url),
      },
      request: { url: known },
      body: FORM,
    };
    // Its ports are taken or left, as its own library does.
    if (!url.includes(':443')) t.same(codes(twilio), ['url_mismatch'], url);
  }
  t.same(codes(square('https://elsewhere.example.org/')), []);
  t.end();
});

t.test('schemes of their own', (t) => {
  const expired = [secret('the-new-secret'), secret(SECRET, { expiresAt: NOW - 1 })];
  const url = 'https://hooks.example.com/api/webhooks/1';
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': twilioSigned(url),
  };
  t.same(codes({ auth: provider('twilio'), headers, body: FORM, secrets: expired }), ['expired_secret']);
  t.same(codes({ headers, body: FORM }), ['known_provider']);
  const token = { timestamp: seconds, token: 'abc', signature: sign(`${seconds}abc`) };
  const body = JSON.stringify({ signature: token, 'event-data': { event: 'opened' } });
  t.same(codes({ auth: provider('mailgun'), headers: {}, body, secrets: expired }), ['expired_secret']);
  t.match(findings({ headers: {}, body }), [{ code: 'known_provider', provider: 'mailgun', proven: true }]);
  t.match(findings({ headers: { 'x-amz-sns-message-type': 'Notification' } }), [
    { code: 'known_provider', provider: 'aws_sns', proven: false },
  ]);
  t.end();
});

t.test('public keys', (t) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const hex = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  const auth = provider('discord');
  const signed = signWith(null, Buffer.from(`${seconds}${BODY}`), privateKey);
  const headers = (text: string) => ({ 'x-signature-ed25519': text, 'x-signature-timestamp': seconds });
  const secrets = [secret(hex)];
  t.same(codes({ auth, secrets, headers: headers(signed.toString('base64')) }), ['wrong_encoding']);
  t.same(
    codes({ auth, secrets: [secret(hex, { expiresAt: NOW - 1 })], headers: headers(signed.toString('hex')) }),
    ['expired_secret'],
  );
  t.same(codes({ auth, secrets, headers: headers(signed.toString('hex')), body: `${BODY}\n` }), [
    'body_reserialized',
  ]);
  // Everybody knows a public key, so a finding that it "verifies" as a secret would be of a stranger's making.
  for (const key of [hex, Buffer.from(hex, 'hex')]) {
    t.same(codes({ auth, secrets, headers: headers(sign(BODY, { key })) }), []);
    const found = findings({
      auth,
      secrets,
      headers: { 'x-hub-signature-256': `sha256=${sign(BODY, { key })}` },
    });
    t.notOk(found.some(({ proven }) => proven));
  }
  t.same(codes({ auth, secrets, headers: { ...headers('00'), 'x-api-key': hex } }), []);
  t.end();
});
