import {
  buildPayload,
  expressionInput,
  type PayloadInput,
  type StoredRequest,
  withJsonBody,
} from '../../src/dispatch/payload.ts';
import t from '../helpers/tap.ts';
import { as, httpServer, localClient, post } from './peers.ts';

const URL_ = 'http://n8n.internal:5678/webhook/x';
const stored: StoredRequest = {
  method: 'POST',
  query: 'a=1&a=2&b=%20x',
  headers: [
    ['Content-Type', 'application/json; charset=utf-8'],
    ['Authorization', 'Bearer secret'],
    ['X-Tag', 'one'],
    ['x-tag', 'two'],
    ['X-Hookgate-Attempt', '99'],
    ['Host', 'hooks.example.com'],
  ],
  body: Buffer.from('{"a":1}'),
  sourceIp: '203.0.113.9',
  receivedAt: new Date('2026-03-01T12:00:00.123Z'),
};

const input = (parts: Partial<PayloadInput> = {}): PayloadInput => ({
  forward: 'request',
  endpointUrl: URL_,
  execution: { id: 'e-1', workflowId: 'w-1', triggerType: 'webhook' },
  request: stored,
  input: null,
  ...parts,
});

t.test('what a credential was taken out of is left out', async (t) => {
  const request: StoredRequest = {
    ...stored,
    query: 'a=1&key=[redacted]&[redacted]&b=%5Bredacted%5D',
    headers: [
      ['X-Copy', 'Key [redacted]'],
      ['X-Gitlab-Token', '[redacted]'],
      ['X-Tag', 'one'],
    ],
  };
  const payload = buildPayload(input({ request }));
  t.equal(payload.url, `${URL_}?a=1&b=%5Bredacted%5D`, "a sender's own word stays");
  t.same(payload.headers, [
    ['X-Tag', 'one'],
    ['x-forwarded-for', stored.sourceIp],
    ['x-real-ip', stored.sourceIp],
  ]);
  const seen = JSON.parse(expressionInput(input({ request })));
  t.match(seen, { query: { a: '1', b: '[redacted]' }, headers: { 'x-tag': 'one' } });
  t.same(Object.keys(seen.headers), ['x-tag']);
  t.same(buildPayload(input({ request: { ...request, query: '[redacted]' } })).url, URL_);
});

t.test('a request is forwarded with its bytes, method, headers and query', async (t) => {
  const body = Buffer.from([0xff, 0x00]);
  const payload = buildPayload(input({ request: { ...stored, body, method: 'PUT' } }));
  t.equal(payload.body, body, 'the same bytes');
  t.equal(payload.method, 'PUT');
  t.equal(payload.url, `${URL_}?a=1&a=2&b=%20x`);
  t.same(payload.headers, [
    ['Content-Type', 'application/json; charset=utf-8'],
    ['X-Tag', 'one'],
    ['x-tag', 'two'],
    ['x-forwarded-for', stored.sourceIp],
    ['x-real-ip', stored.sourceIp],
  ]);
});

t.test("the endpoint's own query stays and stays first", async (t) => {
  const url = (endpointUrl: string, query: string) =>
    buildPayload(input({ endpointUrl, request: { ...stored, query } })).url;
  t.equal(url(`${URL_}?k=v`, 'a=1'), `${URL_}?k=v&a=1`);
  t.equal(url(`${URL_}?k=v#frag`, 'a=1'), `${URL_}?k=v&a=1`);
  t.equal(url(`${URL_}?`, 'a=1'), `${URL_}?a=1`);
  t.equal(url(`${URL_}?k=v&`, 'a=1'), `${URL_}?k=v&a=1`);
  t.equal(url(URL_, '?a=1'), `${URL_}?a=1`);
  t.equal(url(`${URL_}?k=v`, ''), `${URL_}?k=v`);
  t.equal(url(URL_, "a='&b=%2F&c=+&d"), `${URL_}?a='&b=%2F&c=+&d`, 'as it is written');
  t.equal(url(URL_, 'a=#b'), `${URL_}?a=%23b`, 'nothing is lost to a fragment');
  t.equal(url(URL_, 'a=caf\xe9 \n'), `${URL_}?a=caf%E9%20%0A`);
  t.equal(url(URL_, 'a=\u20ac\ud800'), `${URL_}?a=%E2%82%AC%EF%BF%BD`);
});

t.test('the query reaches the endpoint as the sender wrote it', async (t) => {
  let seen = '';
  const server = await httpServer(t, (received, response) => {
    seen = received.url;
    response.end();
  });
  const query = `a='b'&c="d"&e=<f>&g={h}|\\^\`&i=%zz&=&&j=?`;
  const { url } = buildPayload(
    input({ endpointUrl: `${server.url}/webhook/x?k=v`, request: { ...stored, query } }),
  );
  as(await localClient(t).send(post(url)), 'response');
  t.equal(seen, `/webhook/x?k=v&${query}`);
});

const manual = { request: null, execution: { id: 'e-1', workflowId: 'w-1', triggerType: 'manual' } } as const;

t.test('a manual execution sends its input as JSON', async (t) => {
  const payload = buildPayload(input({ ...manual, input: Buffer.from('{"x": 1.0}') }));
  t.equal(payload.method, 'POST');
  t.equal(payload.url, URL_);
  t.equal(payload.body?.toString(), '{"x": 1.0}');
  t.equal(Object.fromEntries(payload.headers)['content-type'], 'application/json');
  t.equal(buildPayload(input(manual)).body?.toString(), '{}');
});

const envelope = (parts: Partial<PayloadInput> = {}) => {
  const payload = buildPayload(input({ forward: 'envelope', ...parts }));
  const text = payload.body?.toString() ?? '';
  return { payload, text, json: JSON.parse(text) as Record<string, unknown> };
};
const withBody = (body: Buffer | string | null) =>
  envelope({ request: { ...stored, body: typeof body === 'string' ? Buffer.from(body) : body } });

t.test('an envelope tells what came and who is to act', async (t) => {
  const { payload, json } = envelope();
  t.equal(payload.method, 'POST');
  t.equal(payload.url, URL_, 'the query is in the envelope');
  t.same(payload.headers, [
    ['content-type', 'application/json'],
    ['user-agent', 'hookgate'],
  ]);
  t.same(json, {
    executionId: 'e-1',
    workflowId: 'w-1',
    triggerType: 'webhook',
    triggerData: {
      body: { a: 1 },
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'x-tag': 'one, two',
        host: 'hooks.example.com',
      },
      query: { a: ['1', '2'], b: ' x' },
      method: 'POST',
      sourceIp: '203.0.113.9',
      timestamp: '2026-03-01T12:00:00.123Z',
    },
  });
});

t.test('JSON goes into an envelope as the text it is', async (t) => {
  for (const body of [
    '{"n":12345678901234567890,"f":1.0,"e":1e3,"n":2}',
    ' [1, 2]\n',
    '"text"',
    '0',
    'null',
    'true',
  ]) {
    t.ok(withBody(body).text.includes(`"body":${body},"headers"`), body);
  }
  t.ok(withBody('\ufeff{"a":1}').text.includes('"body":{"a":1},'), 'without its byte order mark');
});

t.test('what is not JSON goes into an envelope as text or base64', async (t) => {
  for (const body of [
    'a=1&b=2',
    '{"a":',
    '{} {}',
    '',
    'NaN',
    '{"a":1},"headers":{}',
    'h\u00e9llo \u20ac "quoted"\n',
    '\ufefftext',
  ]) {
    t.match(withBody(body).json.triggerData, { body }, JSON.stringify(body));
    t.notMatch(withBody(body).text, /bodyEncoding/);
  }
  const bytes = Buffer.from([0xff, 0xfe, 0x00]);
  t.match(withBody(bytes).json.triggerData, { body: bytes.toString('base64'), bodyEncoding: 'base64' });
  t.match(withBody(null).json.triggerData, { body: null });
});

t.test('names of a sender cannot break an envelope', async (t) => {
  const { json } = envelope({
    request: { ...stored, query: '__proto__=x&constructor=y', headers: [['__proto__', 'z']] },
  });
  const data = json.triggerData as { query: object; headers: object };
  t.same(Object.entries(data.query), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
  t.same(Object.entries(data.headers), [['__proto__', 'z']]);
});

t.test('an envelope of a manual execution', async (t) => {
  const { json } = envelope({
    request: null,
    execution: { ...manual.execution, triggeredAt: new Date('2026-03-01T12:00:00Z') },
    input: Buffer.from('{"x":1}'),
  });
  t.same(json.triggerData, {
    body: { x: 1 },
    headers: {},
    query: {},
    method: null,
    sourceIp: null,
    timestamp: '2026-03-01T12:00:00.000Z',
  });
  t.match(envelope(manual).json, { triggerType: 'manual', triggerData: { body: {}, timestamp: null } });
});

t.test('an expression sees what an envelope has, on one level, and no credentials', (t) => {
  const { triggerData, ...execution } = envelope().json;
  t.same(JSON.parse(expressionInput(input())), { ...execution, ...(triggerData as object) });
  t.notMatch(expressionInput(input()), /secret/);
  const bytes = expressionInput(input({ request: { ...stored, body: Buffer.from([0xff]) } }));
  t.match(JSON.parse(bytes), { body: '/w==', bodyEncoding: 'base64' });
  t.match(JSON.parse(expressionInput(input(manual))), { body: {}, method: null, triggerType: 'manual' });
  t.end();
});

t.test('another body: what the headers say of the old one goes', (t) => {
  const headers: StoredRequest['headers'] = [
    ['Content-Type', 'text/xml'],
    ['Content-Encoding', 'gzip'],
    ['Digest', 'sha-256=x'],
    ['X-Hub-Signature-256', 'sha256=00'],
  ];
  const payload = buildPayload(input({ request: { ...stored, headers, method: 'PUT' } }));
  const other = withJsonBody(payload, '{"b":1}');
  t.match(other, { method: 'POST', url: payload.url });
  t.equal(other.body?.toString(), '{"b":1}');
  t.same(other.headers, [
    ['content-type', 'application/json'],
    ['X-Hub-Signature-256', 'sha256=00'],
    ['x-forwarded-for', stored.sourceIp],
    ['x-real-ip', stored.sourceIp],
  ]);
  t.end();
});
