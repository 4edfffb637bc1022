import { createHmac } from 'node:crypto';
import {
  deliveryHeaders,
  forwardableHeaders,
  isReservedHeader,
  withoutConfigured,
  withoutConfiguredValues,
  withoutCredentials,
} from '../../src/dispatch/request-headers.ts';
import type { HeaderList, SendResult } from '../../src/dispatch/send-result.ts';
import { endpointKey } from '../../src/dispatch/signature.ts';
import { PRESETS } from '../../src/verify/presets/index.ts';
import t from '../helpers/tap.ts';
import { as, httpServer, localClient, post } from './peers.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const input = {
  base: [['Content-Type', 'text/plain']] as HeaderList,
  configured: {},
  body: Buffer.from('hello'),
  key: endpointKey(SECRET),
  executionId: '01890a5d-ac96-774b-bcce-b302099a8057',
  deliveryId: '01890a5d-ac96-774b-bcce-b302099a8058',
  workflowId: '3f1a6c1e-0000-4000-8000-000000000001',
  attempt: 3,
  hops: 2,
  nowMs: 1_700_000_000_999,
};

t.test('end-to-end headers are forwarded as they came', async (t) => {
  const headers: HeaderList = [
    ['User-Agent', 'GitHub-Hookshot/1'],
    ['X-Hub-Signature-256', 'sha256=abc'],
    ['content-type', 'application/json'],
    ['X-GitHub-Event', 'push'],
    ['x-github-event', 'again'],
    ['Accept', '*/*'],
    ['webhook-id', 'msg_1'],
    ['X-Latin', 'caf\xe9'],
    ['X-Empty', ''],
    ['Content-Encoding', 'gzip'],
  ];
  t.same(forwardableHeaders(headers), headers);
});

t.test('what belongs to one connection, to the sender alone, or to us is not forwarded', async (t) => {
  const stays: HeaderList = [['X-Stays', '1']];
  const withheld: HeaderList = [
    ['Connection', 'close, X-Hop ,Keep-Alive'],
    ['connection', 'x-other-hop'],
    ['X-Hop', '1'],
    ['x-OTHER-hop', '1'],
    ['Keep-Alive', 'timeout=5'],
    ['Proxy-Authorization', 'Basic x'],
    ['Proxy-Connection', 'close'],
    ['Proxy-Authenticate', 'x'],
    ['TE', 'trailers'],
    ['Trailer', 'x'],
    ['Transfer-Encoding', 'chunked'],
    ['Upgrade', 'h2c'],
    ['HTTP2-Settings', 'x'],
    ['Host', 'example.com'],
    ['Content-Length', '5'],
    ['Expect', '100-continue'],
    ['Authorization', 'Bearer x'],
    ['Cookie', 'a=b'],
    ['X-API-Key', 'x'],
    ['X-Hookgate-Execution-Id', 'forged'],
    ['x-hookgate-anything', 'forged'],
    ['X_Hookgate_Signature', 'forged'],
    ['TraceParent', '00-00000000000000000000000000000001-0000000000000001-01'],
    ['Tracestate', 'a=b'],
    ['X-Control', 'a\u0000b'],
    ['X-Newline', 'a\r\nX-Injected: 1'],
    ['X-Wide', '\u20ac'],
    ['X Name', 'x'],
    ['X-Näme', 'x'],
    ['', 'x'],
  ];
  for (const header of withheld) {
    const others = withheld.filter(([name]) => name.toLowerCase() === 'connection');
    t.same(forwardableHeaders([header, ...others, ...stays]), stays, JSON.stringify(header));
  }
  t.same(forwardableHeaders([...withheld, ...stays]), stays);
});

t.test('a delivery is named, traced and signed', async (t) => {
  const headers = deliveryHeaders({ ...input, forward: 'request' });
  t.same(headers[0], ['Content-Type', 'text/plain'], 'the payload comes first');
  const { traceparent, 'x-hookgate-signature': signature, ...rest } = Object.fromEntries(headers.slice(1));
  t.same(rest, {
    'x-hookgate-execution-id': input.executionId,
    'x-hookgate-delivery-id': input.deliveryId,
    'x-hookgate-workflow-id': input.workflowId,
    'x-hookgate-attempt': '3',
    'x-hookgate-hops': '2',
    'x-hookgate-timestamp': '1700000000',
  });
  const expected = createHmac('sha256', Buffer.alloc(32, 7)).update(`${input.deliveryId}.1700000000.hello`);
  t.equal(signature, `v1,${expected.digest('base64')}`);
  t.match(traceparent, /^00-01890a5dac96774bbcceb302099a8057-[0-9a-f]{16}-01$/);
  const again = Object.fromEntries(deliveryHeaders({ ...input, forward: 'request' })).traceparent;
  t.not(again, traceparent, 'every attempt is a span of its own');
});

t.test("what an endpoint is configured with takes the place of the sender's", async (t) => {
  const configured = { Authorization: 'Basic dTpw', 'x-token': 'secret' };
  const base: HeaderList = [['X-Token', 'forged'], ...input.base, ['x-TOKEN', 'forged']];
  const headers = deliveryHeaders({ ...input, base, configured, forward: 'request' });
  t.same(headers.slice(0, 3), [...input.base, ...Object.entries(configured)]);
  t.equal(headers.filter(([name]) => name.toLowerCase() === 'x-token').length, 1);
  const kept = withoutConfigured(headers, configured);
  t.same(kept.slice(0, 3), [...input.base, ['Authorization', '[redacted]'], ['x-token', '[redacted]']]);
  t.same(kept.slice(3), headers.slice(3));
  t.equal(withoutConfigured(headers, {}), headers);
  for (const name of [
    'host',
    'content-length',
    'connection',
    'content-type',
    'x-hookgate-signature',
    'traceparent',
    'x-webhook-signature',
    'webhook-id',
    'webhook-timestamp',
    'webhook-signature',
    'webhook_signature',
  ])
    t.ok(isReservedHeader(name), name);
  for (const name of ['authorization', 'x-api-key', 'cookie', 'accept'])
    t.notOk(isReservedHeader(name), name);
});

t.test('an envelope is signed as a webhook of our own too', async (t) => {
  const headers = Object.fromEntries(deliveryHeaders({ ...input, forward: 'envelope' }));
  t.equal(headers['webhook-id'], input.deliveryId);
  t.equal(headers['webhook-timestamp'], '1700000000');
  t.equal(headers['webhook-signature'], headers['x-hookgate-signature']);
  t.equal(
    headers['x-webhook-signature'],
    createHmac('sha256', Buffer.alloc(32, 7)).update('hello').digest('hex'),
  );
});

t.test('a delivery without a body signs the empty body', async (t) => {
  const headers = Object.fromEntries(deliveryHeaders({ ...input, forward: 'request', body: null }));
  const expected = createHmac('sha256', Buffer.alloc(32, 7)).update(`${input.deliveryId}.1700000000.`);
  t.equal(headers['x-hookgate-signature'], `v1,${expected.digest('base64')}`);
});

t.test('whatever a sender put into its headers, the delivery is sent', async (t) => {
  const server = await httpServer(t, (_received, response) => response.end());
  const hostile: HeaderList = [];
  for (let code = 0; code < 0x200; code++) {
    hostile.push(
      [`X-${String.fromCharCode(code)}`, 'x'],
      [`X-Value-${code}`, `a${String.fromCharCode(code)}b`],
    );
  }
  const base = forwardableHeaders(hostile);
  t.ok(base.length > 250, 'most characters are fine');
  const headers = deliveryHeaders({ ...input, base, forward: 'request' });
  t.equal(as(await localClient(t).send(post(server.url, { headers })), 'response').statusCode, 200);
});

t.test('an endpoint that tells what it was sent tells it to nobody', (t) => {
  const configured = { authorization: 'Bearer a.b.c-token', 'x-token': 'caf\xe9-secret', 'x-short': 'abc' };
  const response = {
    status: 'response' as const,
    statusCode: 200,
    headers: [['x-echo', 'was: Bearer a.b.c-token']] as HeaderList,
    body: Buffer.concat([
      Buffer.from('{"a":"Bearer a.b.c-token","b":"a.b.c-token","c":"caf\xe9-secret","d":"abc","e":"'),
      Buffer.from([0x00, 0xff]),
      Buffer.from('caf\xe9-secretcaf\xe9-secret', 'latin1'),
    ]),
    truncated: false,
    bodyIncomplete: false,
    durationMs: 1,
  };
  const masked = as(withoutConfiguredValues(response, configured), 'response');
  t.same(masked.headers, [['x-echo', 'was: [redacted]']]);
  const expected = Buffer.concat([
    Buffer.from('{"a":"[redacted]","b":"[redacted]","c":"[redacted]","d":"abc","e":"'),
    Buffer.from([0x00, 0xff]),
    Buffer.from('[redacted][redacted]'),
  ]);
  t.same(masked.body.toString('latin1'), expected.toString('latin1'));
  t.same(masked, { ...response, headers: masked.headers, body: masked.body }, 'the rest is as it was');
  t.equal(withoutConfiguredValues(response, {}), response, 'nothing to look for costs nothing');
  t.equal(withoutConfiguredValues(response, { 'x-short': 'abc' }), response);
  const innocent = as(withoutConfiguredValues(response, { 'x-other': 'another-secret' }), 'response');
  t.equal(innocent.body, response.body, 'and what is not there is not copied');
  const lost: SendResult = {
    status: 'lost',
    reason: 'timeout',
    detail: 'sent caf\xe9-secret',
    durationMs: 1,
  };
  t.match(withoutConfiguredValues(lost, configured), { ...lost, detail: 'sent [redacted]' });
  t.end();
});

/** What a proxy or a framework behind one believes: who asked, for which host, by which method. */
const WORDS_OF_PROXIES = [
  ...[
    'Forwarded',
    'X-Forwarded',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'X-Forwarded-Port',
  ],
  ...[
    'X-Forwarded-Prefix',
    'X-Forwarded-Server',
    'X-Forwarded-User',
    'X-Real-IP',
    'X-Client-IP',
    'Client-IP',
  ],
  ...['X-Cluster-Client-IP', 'True-Client-IP', 'CF-Connecting-IP', 'CF-Connecting-IPv6', 'Fastly-Client-IP'],
  ...['Fly-Client-IP', 'X-Azure-ClientIP', 'X-Envoy-External-Address', 'X-Original-Forwarded-For', 'X-Host'],
  ...['X-Original-URL', 'X-Rewrite-URL', 'X-Original-Host', 'X-HTTP-Method-Override', 'X-HTTP-Method'],
  ...['X-Method-Override', 'X-Remote-IP', 'X-Remote-Addr', 'X-Originating-IP', 'X-Scheme'],
];

t.test('what only a trusted proxy may say does not go on as a sender said it', async (t) => {
  for (const name of WORDS_OF_PROXIES) {
    for (const spelled of [name, name.toLowerCase(), name.replaceAll('-', '_'), name.replace('-', '_')]) {
      t.same(forwardableHeaders([[spelled, '10.0.0.1']]), [], spelled);
      t.same(withoutCredentials([[spelled, '10.0.0.1']]), [], `${spelled} in an envelope`);
    }
  }
  t.same(forwardableHeaders([['X-Forward', '1']]), [['X-Forward', '1']], 'which is another word');
});

t.test('what a sender negotiates with us is not asked of the endpoint', async (t) => {
  const names = ['Accept-Encoding', 'Range', 'If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Range'];
  for (const name of [...names, 'Expect', 'TE']) t.same(forwardableHeaders([[name, '1']]), [], name);
  t.same(forwardableHeaders([['Accept', '*/*']]), [['Accept', '*/*']]);
});

t.test('no header that a sender is known by is held back', async (t) => {
  const text = JSON.stringify(Object.values(PRESETS), (_key, value) =>
    value instanceof RegExp ? value.source : value,
  ).toLowerCase();
  for (const name of WORDS_OF_PROXIES) {
    t.notOk(text.includes(`"${name.toLowerCase()}"`), name);
  }
});
