import { createVerifier } from '../../src/verify/verifier.ts';
import t from '../helpers/tap.ts';
import { accepted, NOW, refused, request, secret } from './requests.ts';

const KEY = 'key-0123456789';
const apiKey = createVerifier({ type: 'api_key', secrets: [secret(KEY)] });
const bearer = createVerifier({ type: 'bearer_token', secrets: [secret(KEY)] });

t.test('none proves nothing and asks for nothing', async (t) => {
  const verifier = createVerifier({ type: 'none' });
  t.same(verifier.verify(request()), { valid: true, secretIndex: -1, secretId: null });
  t.same(verifier.authHeaders, []);
});

t.test('api_key', async (t) => {
  const cases: [string | string[] | undefined, object][] = [
    [KEY, accepted(KEY)],
    [[KEY], accepted(KEY)],
    [[KEY, KEY], refused('duplicate_header')],
    [`${KEY}, ${KEY}`, refused('credential_mismatch')],
    [`${KEY}x`, refused('credential_mismatch')],
    [KEY.slice(0, -1), refused('credential_mismatch')],
    [KEY.toUpperCase(), refused('credential_mismatch')],
    ['ké', refused('credential_mismatch')],
    ['', refused('missing_credential')],
    [[], refused('missing_credential')],
    [undefined, refused('missing_credential')],
  ];
  for (const [value, verdict] of cases) {
    t.same(apiKey.verify(request({ headers: { 'x-api-key': value } })), verdict, JSON.stringify(value));
  }
  t.same(
    apiKey.verify(request({ headers: { authorization: `Bearer ${KEY}` } })),
    refused('missing_credential'),
  );
  t.same(apiKey.authHeaders, ['x-api-key']);
});

t.test('bearer_token', async (t) => {
  const cases: [string, object][] = [
    [`Bearer ${KEY}`, accepted(KEY)],
    [`bEARER   ${KEY}`, accepted(KEY)],
    [`Bearer ${KEY}x`, refused('credential_mismatch')],
    [`Bearer ${KEY} `, refused('credential_mismatch')],
    [KEY, refused('malformed_credential')],
    [`Basic ${KEY}`, refused('malformed_credential')],
    [`Bearer${KEY}`, refused('malformed_credential')],
    ['Bearer', refused('malformed_credential')],
    ['Bearer   ', refused('malformed_credential')],
    ['', refused('missing_credential')],
  ];
  for (const [value, verdict] of cases) {
    t.same(bearer.verify(request({ headers: { authorization: value } })), verdict, JSON.stringify(value));
  }
  t.same(bearer.verify(request({ headers: { 'x-api-key': KEY } })), refused('missing_credential'));
  t.same(bearer.authHeaders, ['authorization']);
});

t.test('a token beyond ASCII is compared as the bytes that came', async (t) => {
  const verifier = createVerifier({ type: 'api_key', secrets: [secret('clé secrète')] });
  const asNodeReadsIt = Buffer.from('clé secrète').toString('latin1');
  t.same(verifier.verify(request({ headers: { 'x-api-key': asNodeReadsIt } })), accepted('clé secrète'));
  t.same(
    verifier.verify(request({ headers: { 'x-api-key': 'clé secrète' } })),
    refused('credential_mismatch'),
  );
});

for (const type of ['api_key', 'bearer_token'] as const) {
  const headers = (key: string) =>
    type === 'api_key' ? { 'x-api-key': key } : { authorization: `Bearer ${key}` };

  t.test(`${type}: every unexpired secret verifies, and says which it was`, async (t) => {
    const { verify } = createVerifier({
      type,
      secrets: [
        secret('expired', { expiresAt: NOW }),
        secret(''),
        secret('leaving', { expiresAt: NOW + 1 }),
        secret('current'),
        secret('undated', { expiresAt: Number.NaN }),
      ],
    });
    t.same(verify(request({ headers: headers('leaving') })), accepted('leaving', 2));
    t.same(verify(request({ headers: headers('current') })), accepted('current', 3));
    t.same(verify(request({ headers: headers('expired') })), refused('credential_mismatch'));
    t.same(verify(request({ headers: headers('undated') })), refused('credential_mismatch'));
    t.same(verify(request({ headers: headers('leaving'), nowMs: NOW + 1 })), refused('credential_mismatch'));
  });

  t.test(`${type}: fails closed without a usable secret`, async (t) => {
    for (const secrets of [[], [secret('')], [secret('expired', { expiresAt: NOW - 1 })]]) {
      const { verify } = createVerifier({ type, secrets });
      t.same(verify(request({ headers: headers('expired') })), refused('no_secret'));
      t.same(verify(request({ headers: headers('') })), refused('no_secret'));
      t.same(verify(request()), refused('no_secret'));
    }
  });
}
