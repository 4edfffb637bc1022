import { createHmac } from 'node:crypto';
import type { SignatureDescription } from '../../src/domain/signature-description.ts';
import { checkDescription } from '../../src/verify/check-description.ts';
import { createVerifier } from '../../src/verify/verifier.ts';
import t from '../helpers/tap.ts';
import { verifying } from './described.ts';
import { accepted, NOW, refused, request, secret } from './requests.ts';

const SECRET = 'a secret of some length';
const BODY = Buffer.from('{"a":1}');
const T = String(NOW / 1000);
const hex = (text: string | Buffer, key = SECRET) => createHmac('sha256', key).update(text).digest('hex');
const ok = accepted(SECRET);

const PAIRS: SignatureDescription = {
  header: 'X-Sig',
  format: 'pairs',
  key: 'v1',
  timestampKey: 't',
  payload: '{ts}.{body}',
};

t.test('pairs: any signature with the key may fit, whatever else is there', async (t) => {
  const verify = verifying(PAIRS, SECRET);
  const good = hex(`${T}.{"a":1}`);
  const wrong = '0'.repeat(64);
  const verdict = (value: string) => verify({ rawBody: BODY, headers: { 'x-sig': value } });
  for (const value of [
    `t=${T},v1=${good}`,
    `v1=${good},t=${T}`,
    `t=${T}, v1=${good}`,
    `t=${T},v1=${wrong},v1=${good}`,
    `t=${T},v0=${wrong},v1=${good},v2=x,,=,a`,
    `t=${T},v1=short,v1=${good.toUpperCase()}`,
    ` t = ${T} , v1 = ${good} `,
  ]) {
    t.same(verdict(value), ok, value);
  }
  const cases: [string, string][] = [
    [`t=${T},v0=${good}`, 'malformed_signature'],
    [`t=${T},V1=${good}`, 'malformed_signature'],
    [`t=${T},v1=${good}x`, 'malformed_signature'],
    [`t=${T},v1=${good.slice(2)}`, 'malformed_signature'],
    [`t=${T};v1=${good}`, 'malformed_signature'],
    [good, 'malformed_signature'],
    [`v1=${good}`, 'missing_timestamp'],
    [`t=,v1=${good}`, 'missing_timestamp'],
    [`t=${T},t=${T},v1=${good}`, 'duplicate_header'],
    [`t=${T}x,v1=${good}`, 'malformed_timestamp'],
    [`t=${Number(T) - 301},v1=${good}`, 'timestamp_out_of_tolerance'],
    [`t=${Number(T) + 301},v1=${good}`, 'timestamp_out_of_tolerance'],
    [`t=${Number(T) + 1},v1=${good}`, 'signature_mismatch'],
    [`t=${T},v1=${wrong}`, 'signature_mismatch'],
    ['', 'missing_credential'],
  ];
  for (const [value, reason] of cases) t.same(verdict(value), refused(reason), value);
});

t.test('pairs with another separator, and without a timestamp', async (t) => {
  const { timestampKey: _none, ...untimed } = PAIRS;
  const verify = verifying({ ...untimed, separator: ';', payload: '{body}' }, SECRET);
  t.same(verify({ rawBody: BODY, headers: { 'x-sig': `ts=1;v1=${hex(BODY)}` } }), ok);
});

t.test('list: each with its prefix, spaces aside', async (t) => {
  const verify = verifying({ header: 'x-sig', format: 'list', separator: ',', prefix: 'v1=' }, SECRET);
  const verdict = (value: string) => verify({ rawBody: BODY, headers: { 'x-sig': value } });
  t.same(verdict(`v1=${'0'.repeat(64)}, v1=${hex(BODY)}`), ok);
  t.same(verdict(`v1=${hex(BODY)}`), ok);
  t.same(verdict(`v2=${hex(BODY)}`), refused('malformed_signature'));
  t.same(verdict(hex(BODY)), refused('malformed_signature'));
});

t.test('one signature in each of several headers', async (t) => {
  const description = { header: 'X-DocuSign-Signature-*', encoding: 'base64', prefix: '' } as const;
  const verify = verifying(description, SECRET);
  const good = Buffer.from(hex(BODY), 'hex').toString('base64');
  const wrong = Buffer.alloc(32).toString('base64');
  const verdict = (headers: Record<string, string | string[]>) => verify({ rawBody: BODY, headers });
  t.same(verdict({ 'x-docusign-signature-1': good }), ok);
  const hundred = Array.from({ length: 99 }, (_, i) => [`x-docusign-signature-${i + 1}`, wrong]);
  t.same(verdict({ ...Object.fromEntries(hundred), 'x-docusign-signature-100': good }), ok);
  t.same(verdict({ 'x-docusign-signature-1': 'junk', 'x-docusign-signature-2': good }), ok);
  t.same(verdict({ 'x-docusign-signature-1': wrong }), refused('signature_mismatch'));
  t.same(verdict({ 'x-docusign-signature-1': 'junk' }), refused('malformed_signature'));
  t.same(verdict({ 'x-docusign-signature-1': '' }), refused('missing_credential'));
  t.same(verdict({ 'x-docusign-signature': good }), refused('missing_credential'));
  t.same(verdict({}), refused('missing_credential'));
});

t.test('a signature inside the body, and parts of the body that it covers', async (t) => {
  const verify = verifying(
    { jsonPath: 'proof.sig', prefix: '', payload: '{json:proof.at}{json:items.0.id}' },
    SECRET,
  );
  const verdict = (body: unknown) =>
    verify({ rawBody: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) });
  const sig = hex('17é');
  t.same(verdict({ proof: { sig, at: 1 }, items: [{ id: '7é' }] }), ok);
  t.same(verdict(`\ufeff${JSON.stringify({ proof: { sig, at: '1' }, items: [{ id: '7é' }] })}`), ok, 'BOM');
  const cases: [unknown, string][] = [
    [{ proof: { sig, at: 1 }, items: [{ id: '8é' }] }, 'signature_mismatch'],
    [{ proof: { sig, at: 1 }, items: [] }, 'missing_signed_field'],
    [{ proof: { sig, at: 1.5 }, items: [{ id: '7é' }] }, 'missing_signed_field'],
    [{ proof: { sig, at: { a: 1 } }, items: [{ id: '7é' }] }, 'missing_signed_field'],
    [{ proof: { sig: 5, at: 1 } }, 'missing_credential'],
    [{ proof: { sig: 'xx', at: 1 } }, 'malformed_signature'],
    [{ __proto__: { proof: { sig } } }, 'missing_credential'],
    [null, 'missing_credential'],
    ['', 'malformed_body'],
    ['not json', 'malformed_body'],
    ['[1', 'malformed_body'],
  ];
  for (const [body, reason] of cases) t.same(verdict(body), refused(reason), JSON.stringify(body));
  const invalid = Buffer.from('{"proof":{"sig":"\xff"}}', 'latin1');
  t.same(verify({ rawBody: invalid }), refused('malformed_body'), 'invalid UTF-8');
});

t.test('names that every object has are no fields', async (t) => {
  for (const jsonPath of ['constructor.name', '__proto__.x', 'toString', 'a.length']) {
    const verify = verifying({ jsonPath, prefix: '', payload: '{json:a}' }, SECRET);
    t.same(verify({ rawBody: Buffer.from('{"a":[]}') }), refused('missing_credential'), jsonPath);
  }
});

t.test('other beginnings of the same headers, never a mixture', async (t) => {
  const verify = verifying(
    {
      header: 'svix-signature',
      prefix: 'v1,',
      encoding: 'base64',
      payload: '{header:svix-id}.{ts}.{body}',
      timestampHeader: 'svix-timestamp',
      headerAlias: { from: 'svix-', to: 'webhook-' },
    },
    SECRET,
  );
  const sig = `v1,${createHmac('sha256', SECRET).update(`id1.${T}.{"a":1}`).digest('base64')}`;
  const verdict = (headers: Record<string, string | string[]>) => verify({ rawBody: BODY, headers });
  const webhook = { 'webhook-id': 'id1', 'webhook-timestamp': T, 'webhook-signature': sig };
  t.same(verdict({ 'svix-id': 'id1', 'svix-timestamp': T, 'svix-signature': sig }), ok);
  t.same(verdict(webhook), ok);
  t.same(verdict({ ...webhook, 'svix-id': '' }), ok, 'empty is as good as absent');
  for (const name of ['svix-id', 'svix-timestamp']) {
    t.same(verdict({ ...webhook, [name]: 'x' }), refused('missing_credential'), name);
    t.same(verdict({ ...webhook, [name]: ['x', 'y'] }), refused('missing_credential'), name);
  }
  t.same(verdict({ ...webhook, 'svix-signature': sig }), refused('missing_timestamp'));
  t.same(verdict({}), refused('missing_credential'));
});

t.test('a hash without a key, of a text that the secret is in', async (t) => {
  // HubSpot's published example of its version 1.
  const key = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';
  const rawBody = Buffer.from(
    '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]',
  );
  const verify = verifying({ algorithm: 'sha256-plain', payload: '{secret}{body}' }, key);
  const signature = '232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de';
  const verdict = (rawBody: Buffer) => verify({ rawBody, headers: { 'x-webhook-signature': signature } });
  t.same(verdict(rawBody), accepted(key));
  t.same(verdict(rawBody.subarray(1)), refused('signature_mismatch'));
});

t.test('a token is compared as it is, in a header or in the body', async (t) => {
  const inHeader = createVerifier({
    type: 'hmac',
    description: { header: 'X-Token', algorithm: 'token' },
    secrets: [secret(SECRET)],
  });
  t.same(inHeader.authHeaders, ['x-token'], 'which is to be redacted');
  t.same(inHeader.verify(request({ headers: { 'x-token': SECRET } })), ok);
  t.same(inHeader.verify(request({ headers: { 'x-token': `${SECRET}x` } })), refused('credential_mismatch'));
  t.same(inHeader.verify(request()), refused('missing_credential'));
  const prefixed = verifying({ header: 'x-token', algorithm: 'token', prefix: 'Token ' }, SECRET);
  t.same(prefixed({ headers: { 'x-token': `Token ${SECRET}` } }), ok);
  t.same(prefixed({ headers: { 'x-token': SECRET } }), refused('malformed_credential'));
  const inBody = verifying({ jsonPath: 'value.0.clientState', algorithm: 'token' }, 'clé secrète');
  t.same(
    inBody({ rawBody: Buffer.from('{"value":[{"clientState":"clé secrète"}]}') }),
    accepted('clé secrète'),
  );
  t.same(
    inBody({ rawBody: Buffer.from('{"value":[{"clientState":"clé"}]}') }),
    refused('credential_mismatch'),
  );
  t.same(inBody({ rawBody: Buffer.from('nothing') }), refused('missing_credential'));
});

t.test('keys: their encodings and their prefix', async (t) => {
  const key = Buffer.from('fbff00aa'.repeat(8), 'hex');
  const expected = createHmac('sha256', key).update(BODY).digest('hex');
  for (const encoding of ['hex', 'base64', 'base64url'] as const) {
    const verify = (text: string) =>
      verifying(
        { secretEncoding: encoding, secretPrefix: 'whsec_' },
        text,
      )({
        rawBody: BODY,
        headers: { 'x-webhook-signature': expected },
      });
    const text = key.toString(encoding);
    t.same(verify(`whsec_${text}`), accepted(`whsec_${text}`), encoding);
    t.same(verify(text), accepted(text), `${encoding}, without its prefix`);
    for (const unusable of [`whsec_!${text}`, ' ', 'whsec_', `whsec_${text}!`]) {
      t.same(verify(unusable), refused('no_secret'), unusable);
    }
  }
});

t.test('a public key is never the key of an HMAC', async (t) => {
  const headersFor = (key: string) => ({ 'x-webhook-signature': hex(BODY, key) });
  const pem = '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n';
  for (const key of [
    'whpk_PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=',
    pem,
    pem.replaceAll('PUBLIC', 'RSA PUBLIC'),
  ]) {
    t.same(verifying({}, key)({ rawBody: BODY, headers: headersFor(key) }), refused('no_secret'));
  }
});

t.test('contradictions of what can be described', async (t) => {
  const bad: [SignatureDescription, string[]][] = [
    [{ format: 'pairs' }, ['/key']],
    [{ key: 'v1' }, ['/key']],
    [{ separator: ',' }, ['/separator']],
    [{ timestampKey: 't', payload: '{ts}{body}' }, ['/timestampKey']],
    [{ ...PAIRS, timestampKey: 'v1' }, ['/timestampKey']],
    [{ ...PAIRS, timestampHeader: 'x-time' }, ['/timestampKey']],
    [{ ...PAIRS, timestampPath: 'at' }, ['/timestampPath']],
    [{ ...PAIRS, payload: '{body}' }, ['/timestampKey']],
    [{ timestampPath: 'at', payload: '{body}', toleranceSeconds: null }, []],
    [{ jsonPath: 'sig', payload: '{body}' }, ['/payload']],
    [{ jsonPath: 'sig', payload: '{url}' }, ['/payload']],
    [{ jsonPath: 'sig', payload: '{json:sig}{json:a}' }, ['/payload']],
    [{ jsonPath: 'sig', header: 'x-sig', payload: '{json:a}' }, ['/jsonPath']],
    [{ header: 'x-*-y' }, ['/header']],
    [{ header: '*' }, ['/header']],
    [{ header: 'x-sig-*', payload: '{ts}{body}', timestampHeader: 'x-*' }, ['/timestampHeader']],
    [{ payload: '{body}{secret}' }, ['/payload']],
    [{ algorithm: 'sha256-plain' }, ['/payload']],
    [{ algorithm: 'sha256-plain', payload: '{secret}' }, ['/payload']],
    [{ algorithm: 'ed25519', secretEncoding: 'utf8' }, ['/secretEncoding']],
    [{ algorithm: 'token', payload: '{body}', encoding: 'hex' }, ['/encoding', '/payload']],
    [{ algorithm: 'token', header: 'x-*' }, ['/header']],
    [{ headerAlias: { from: 'svix-', to: 'webhook-' } }, ['/headerAlias/from']],
    [{ eventId: 'header:a b' }, ['/eventId']],
    [{ eventType: 'json:' }, ['/eventType']],
    [{ payload: '{body}{json:a..b}' }, ['/payload']],
    [{ payload: '{body}{url:encoded}' }, ['/payload']],
  ];
  for (const [description, pointers] of bad) {
    const found = checkDescription(description).map(({ pointer }) => pointer);
    t.same(found, pointers, JSON.stringify(description));
  }
});
