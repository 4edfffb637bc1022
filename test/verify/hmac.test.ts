import { createHmac } from 'node:crypto';
import { createVerifier } from '../../src/verify/verifier.ts';
import t from '../helpers/tap.ts';
import { accepted, NOW, refused, request, secret } from './requests.ts';

const SECRET = "It's a Secret to Everybody";
const BODY = Buffer.from('Hello, World!');
const SIGNATURE = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';

const byDefault = createVerifier({ type: 'hmac', description: null, secrets: [secret(SECRET)] });
const signed = (signature: string | string[], rawBody = BODY) =>
  request({ rawBody, headers: { 'x-webhook-signature': signature } });

t.test('default: the vector GitHub publishes, with and without its prefix, in both cases', async (t) => {
  for (const signature of [SIGNATURE, `sha256=${SIGNATURE}`, SIGNATURE.toUpperCase(), [SIGNATURE]]) {
    t.same(byDefault.verify(signed(signature)), accepted(SECRET), String(signature));
  }
  t.same(byDefault.authHeaders, [], 'a signature is not secret');
});

t.test('default: an empty description is the default one', async (t) => {
  const { verify } = createVerifier({ type: 'hmac', description: {}, secrets: [secret(SECRET)] });
  t.same(verify(signed(`sha256=${SIGNATURE}`)), accepted(SECRET));
});

t.test('default: what is not a signature is told from a wrong one', async (t) => {
  const malformed = [
    SIGNATURE.slice(1),
    SIGNATURE.slice(2),
    `${SIGNATURE}00`,
    `${SIGNATURE.slice(0, -1)}g`,
    `${SIGNATURE.slice(0, -2)}\u00e9\u00e9`,
    `SHA256=${SIGNATURE}`,
    `sha1=${SIGNATURE}`,
    `sha256=sha256=${SIGNATURE}`,
    `sha256= ${SIGNATURE}`,
    `${SIGNATURE}, ${SIGNATURE}`,
    'sha256=',
    ' ',
    '0'.repeat(1_000_000),
  ];
  for (const signature of malformed) {
    t.same(byDefault.verify(signed(signature)), refused('malformed_signature'), signature.slice(0, 80));
  }
  t.same(byDefault.verify(signed('0'.repeat(64))), refused('signature_mismatch'));
  t.same(byDefault.verify(signed(SIGNATURE, Buffer.from('Hello, World'))), refused('signature_mismatch'));
  t.same(byDefault.verify(signed('')), refused('missing_credential'));
  t.same(byDefault.verify(request()), refused('missing_credential'));
  t.same(byDefault.verify(signed([SIGNATURE, SIGNATURE])), refused('duplicate_header'));
});

t.test('default: bytes that no string survives are signed as they came', async (t) => {
  for (const rawBody of [
    Buffer.alloc(0),
    Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc3]),
    Buffer.from('\ufeff{"a": 1.0,\r\n"a": 1e3, "b": 9007199254740993, "c": "\\/"}'),
  ]) {
    const expected = createHmac('sha256', SECRET).update(rawBody).digest('hex');
    t.same(byDefault.verify(signed(expected, rawBody)), accepted(SECRET));
  }
});

t.test('published vectors (RFC 2202, RFC 4231): every algorithm and encoding, under a hex key', async (t) => {
  const key = '0b'.repeat(20);
  const vectors = {
    sha1: 'b617318655057264e28bc0b6fb378c8ef146be00',
    sha256: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    sha512:
      '87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854',
  } as const;
  for (const algorithm of ['sha1', 'sha256', 'sha512'] as const) {
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      const description = { algorithm, encoding, secretEncoding: 'hex' as const };
      const { verify } = createVerifier({ type: 'hmac', description, secrets: [secret(key)] });
      const signature = Buffer.from(vectors[algorithm], 'hex').toString(encoding);
      const verdict = (value: string) => verify(signed(value, Buffer.from('Hi There')));
      t.same(verdict(signature), accepted(key), `${algorithm} ${encoding}`);
      t.same(verdict(`${algorithm}=${signature}`), accepted(key));
      if (encoding === 'base64') {
        t.same(verdict(signature.replace(/=+$/, '')), refused('malformed_signature'), 'padding is needed');
      }
    }
  }
});

t.test("Slack's published example", async (t) => {
  const key = '8f742231b10e8888abcd99yyyzzz85a5';
  const { verify } = createVerifier({
    type: 'hmac',
    description: {
      header: 'X-Slack-Signature',
      prefix: 'v0=',
      payload: 'v0:{timestamp}:{body}',
      timestampHeader: 'X-Slack-Request-Timestamp',
    },
    secrets: [secret(key)],
  });
  const rawBody = Buffer.from(
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  );
  const headers = {
    'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    'x-slack-request-timestamp': '1531420618',
  };
  const at = (nowMs: number) => verify(request({ rawBody, headers, nowMs }));
  t.same(at(1531420618_000), accepted(key));
  t.same(at(1531420918_000), accepted(key), 'five minutes old, the default tolerance');
  t.same(at(1531420918_001), refused('timestamp_out_of_tolerance'));
  t.same(at(1531420318_000), accepted(key), 'five minutes ahead');
  t.same(at(1531420317_999), refused('timestamp_out_of_tolerance'));
});

t.test("Standard Webhooks' published example: a base64 key and a signed header", async (t) => {
  const key = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const { verify } = createVerifier({
    type: 'hmac',
    description: {
      header: 'webhook-signature',
      prefix: 'v1,',
      encoding: 'base64',
      payload: '{header:Webhook-Id}.{timestamp}.{body}',
      timestampHeader: 'webhook-timestamp',
      secretEncoding: 'base64',
    },
    secrets: [secret(key)],
  });
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const verdict = (changed: Record<string, string | string[] | undefined>) =>
    verify(
      request({
        rawBody: Buffer.from('{"test": 2432232314}'),
        headers: { ...headers, ...changed },
        nowMs: 1614265330_000,
      }),
    );
  t.same(verdict({}), accepted(key));
  t.same(verdict({ 'webhook-id': undefined }), refused('missing_signed_header'));
  t.same(verdict({ 'webhook-id': ['a', 'b'] }), refused('duplicate_header'));
  t.same(verdict({ 'webhook-id': '' }), refused('signature_mismatch'));
  t.same(verdict({ 'webhook-timestamp': '1614265331' }), refused('signature_mismatch'));
  const bare = headers['webhook-signature'].slice(3);
  t.same(
    verdict({ 'webhook-signature': bare }),
    refused('malformed_signature'),
    'a prefix that is set is required',
  );
  t.same(verdict({ 'webhook-signature': `v1a,${bare}` }), refused('malformed_signature'));
});

t.test('an empty prefix is a prefix that is set: none is accepted', async (t) => {
  const { verify } = createVerifier({ type: 'hmac', description: { prefix: '' }, secrets: [secret(SECRET)] });
  t.same(verify(signed(SIGNATURE)), accepted(SECRET));
  t.same(verify(signed(`sha256=${SIGNATURE}`)), refused('malformed_signature'));
});

t.test('method, url, literal text and raw header bytes are signed in their order', async (t) => {
  const description = { payload: 'é:{method} {url}|{header:X-Name}|{body}' };
  const { verify } = createVerifier({ type: 'hmac', description, secrets: [secret(SECRET)] });
  const wire = Buffer.from([0xe9, 0xc3, 0xa9, 0x20, 0xff]);
  const expected = createHmac('sha256', SECRET)
    .update(
      Buffer.concat([
        Buffer.from('é:PUT https://hooks.example.com/a?b=%20c|'),
        wire,
        Buffer.from('|'),
        Buffer.from([0xff, 0x00]),
      ]),
    )
    .digest('hex');
  const sent = request({
    method: 'PUT',
    url: 'https://hooks.example.com/a?b=%20c',
    rawBody: Buffer.from([0xff, 0x00]),
    headers: { 'x-webhook-signature': expected, 'x-name': wire.toString('latin1') },
  });
  t.same(verify(sent), accepted(SECRET));
  t.same(verify({ ...sent, method: 'POST' }), refused('signature_mismatch'));
  t.same(verify({ ...sent, url: 'https://hooks.example.com/a?b=+c' }), refused('signature_mismatch'));
});

t.test('timestamps', async (t) => {
  const verdict = (unit: 's' | 'ms', timestamp: string | string[] | undefined, nowMs = NOW) => {
    const { verify } = createVerifier({
      type: 'hmac',
      description: {
        payload: '{timestamp}{body}',
        timestampHeader: 'X-Time',
        timestampUnit: unit,
        toleranceSeconds: 10,
      },
      secrets: [secret(SECRET)],
    });
    const signature = createHmac('sha256', SECRET).update(`${timestamp}Hello, World!`).digest('hex');
    const headers = { 'x-webhook-signature': signature, 'x-time': timestamp };
    return verify(request({ rawBody: BODY, headers, nowMs }));
  };
  t.same(verdict('s', '1700000010'), accepted(SECRET));
  t.same(verdict('s', '1699999990'), accepted(SECRET));
  t.same(verdict('s', '1700000011'), refused('timestamp_out_of_tolerance'));
  t.same(verdict('s', '1699999989'), refused('timestamp_out_of_tolerance'));
  t.same(verdict('ms', '1700000010000'), accepted(SECRET));
  t.same(verdict('ms', '1700000010001'), refused('timestamp_out_of_tolerance'));
  t.same(verdict('ms', '1700000000'), refused('timestamp_out_of_tolerance'), 'seconds are not milliseconds');
  t.same(verdict('s', '1700000000000'), refused('timestamp_out_of_tolerance'));
  t.same(verdict('s', '1700000000', Number.NaN), refused('timestamp_out_of_tolerance'));
  t.same(verdict('s', undefined), refused('missing_timestamp'));
  t.same(verdict('s', ''), refused('missing_timestamp'));
  t.same(verdict('s', ['1700000000', '1700000000']), refused('duplicate_header'));
  for (const text of [
    'NaN',
    'Infinity',
    '-1700000000',
    '+1700000000',
    '1.7e9',
    '1700000000.0',
    '0x6553f100',
    '1700000000 ',
    '1700000000, 1700000000',
    '٣',
    '1'.repeat(16),
    '2023-11-14T22:13:20Z',
  ]) {
    t.same(verdict('s', text), refused('malformed_timestamp'), text);
  }
});

t.test('every unexpired secret verifies, and says which it was', async (t) => {
  const { verify } = createVerifier({
    type: 'hmac',
    description: null,
    secrets: [
      secret('expired!', { expiresAt: NOW }),
      secret(''),
      secret('leaving!', { expiresAt: NOW + 1 }),
      secret('current!'),
    ],
  });
  const by = (key: string, nowMs = NOW) =>
    verify({ ...signed(createHmac('sha256', key).update(BODY).digest('hex')), nowMs });
  t.same(by('leaving!'), accepted('leaving!', 2));
  t.same(by('current!'), accepted('current!', 3));
  t.same(by('expired!'), refused('signature_mismatch'));
  t.same(by(''), refused('signature_mismatch'));
  t.same(by('leaving!', NOW + 1), refused('signature_mismatch'));
});

t.test('fails closed without a usable secret', async (t) => {
  const emptyKey = createHmac('sha256', '').update(BODY).digest('hex');
  const lists = [[], [secret('')], [secret('not hex')], [secret('abc')], [secret('ab', { expiresAt: NOW })]];
  for (const secrets of lists) {
    const { verify } = createVerifier({ type: 'hmac', description: { secretEncoding: 'hex' }, secrets });
    t.same(verify(signed(emptyKey)), refused('no_secret'));
    t.same(verify(request()), refused('no_secret'));
  }
});

t.test('a description that contradicts itself refuses everything', async (t) => {
  const { verify } = createVerifier({
    type: 'hmac',
    description: { payload: '{url}' },
    secrets: [secret(SECRET)],
  });
  const { url } = request();
  t.same(
    verify(signed(createHmac('sha256', SECRET).update(url).digest('hex'))),
    refused('invalid_description'),
  );
});

t.test('several signatures in one header, where the scheme has that', async (t) => {
  const hmac = { type: 'hmac', secrets: [secret(SECRET)] } as const;
  const { verify } = createVerifier({ ...hmac, description: { format: 'list', separator: ' ' } });
  const wrong = `sha256=${'0'.repeat(64)}`;
  t.same(verify(signed(`${wrong} sha256=${SIGNATURE}`)), accepted(SECRET));
  t.same(verify(signed(`sha1=x sha256=00 sha256=${SIGNATURE}`)), accepted(SECRET));
  t.same(verify(signed(`${wrong} ${wrong}`)), refused('signature_mismatch'));
  for (const none of [' ', 'sha1=x', 'sha256=00 sha256=', `${SIGNATURE},`]) {
    t.same(verify(signed(none)), refused('malformed_signature'), none);
  }
  t.same(verify(signed('')), refused('missing_credential'));
  t.same(verify(request()), refused('missing_credential'));
  t.same(verify(signed([SIGNATURE, SIGNATURE])), refused('duplicate_header'));
  t.same(
    byDefault.verify(signed(`${wrong} sha256=${SIGNATURE}`)),
    refused('malformed_signature'),
    'else one',
  );
});
