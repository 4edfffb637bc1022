import { createHmac, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Api } from '../helpers/api.ts';
import { ended } from '../helpers/ended.ts';
import { startJourney } from '../helpers/journey.ts';
import { rawRequest } from '../helpers/raw-http.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';

const { api, url } = await startJourney(t);

const QUICK = { baseMs: 1, capMs: 1 };

/** A workflow that anybody may call, with one endpoint. */
async function workflowTo(
  client: Api,
  endpoint: { url: string } & Record<string, unknown>,
  trigger: object = {},
) {
  const workflow = await client.createWorkflow({
    triggers: [{ endpoint: { retryPolicy: QUICK, ...endpoint }, ...trigger }],
  });
  const secret = workflow.triggers[0]?.endpoint.secret ?? '';
  t.match(secret, /^whsec_/);
  return { id: workflow.id, endpointKey: Buffer.from(secret.slice('whsec_'.length), 'base64') };
}

const BINARY = Buffer.concat([Buffer.from(Array.from({ length: 256 }, (_, i) => i)), randomBytes(5_000)]);

t.test('500, 500, 200: three attempts of one delivery, each recorded, the bytes as they came', async (t) => {
  const receiver = await startReceiver(t, ({ attempt }) =>
    attempt < 3 ? { status: 500, body: `no ${attempt}` } : { status: 201, headers: { 'x-answer': 'yes' } },
  );
  const { id, endpointKey } = await workflowTo(api, { url: `${receiver.url}/hook?own=1` });
  const headers = [
    'Host: example.com',
    'Content-Type: application/x-odd; charset="latin-9"',
    'X-MiXeD-CaSe: Some Value',
    'X-Twice: one',
    'X-Latin: caf\xe9',
    'x-twice: two',
    'X-Empty:',
    'X-Signature: t=1,v1=abc',
    'Content-Language: de',
    'Connection: X-Hop, keep-alive',
    'X-Hop: only for the first hop',
    'Authorization: Bearer of-the-sender',
    'Cookie: a=b',
    'X-Api-Key: of-the-sender',
    'X-Hookgate-Delivery-Id: forged',
    'x_hookgate_attempt: 7',
    'Traceparent: 00-11111111111111111111111111111111-2222222222222222-01',
    `Content-Length: ${BINARY.length}`,
  ];
  const query = "a=1&b=%20x&c='&empty=&a=2&%zz";
  const answer = await rawRequest(
    url,
    `POST /api/webhooks/${id}?${query} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`,
    BINARY,
  );
  t.equal(answer.status, 200);
  const { executionId } = JSON.parse(answer.body) as { executionId: string };

  const execution = await ended(api, executionId);
  t.match(execution, { status: 'succeeded', outcome: 'delivered', confirmedBy: 'http' });
  t.equal(receiver.requests.length, 3);
  t.equal(new Set(receiver.requests.map((request) => request.deliveryId)).size, 1);
  t.same(
    receiver.requests.map((request) => request.attempt),
    [1, 2, 3],
  );
  for (const request of receiver.requests) {
    t.ok(request.body.equals(BINARY), 'the same bytes');
    t.equal(request.method, 'POST');
    t.equal(request.url, `/hook?own=1&${query}`);
    t.equal(request.executionId, executionId);
    t.equal(request.headers['x-hookgate-workflow-id'], id);
    t.match(
      request.headers.traceparent,
      new RegExp(`^00-${executionId.replaceAll('-', '')}-[0-9a-f]{16}-01$`),
    );
    const timestamp = request.headers['x-hookgate-timestamp'];
    const mac = createHmac('sha256', endpointKey)
      .update(`${request.deliveryId}.${timestamp}.`)
      .update(BINARY)
      .digest('base64');
    t.equal(request.headers['x-hookgate-signature'], `v1,${mac}`);
    const pairs = pairsOf(request.rawHeaders);
    const theirs = headers.slice(1, 9).map((line) => line.split(/: ?(.*)/).slice(0, 2));
    t.same(
      pairs.slice(
        0,
        pairs.findIndex(([name]) => name === 'x-hookgate-execution-id'),
      ),
      [...theirs, ['x-forwarded-for', '127.0.0.1'], ['x-real-ip', '127.0.0.1']],
    );
  }

  const [delivery] = execution.deliveries;
  t.match(delivery, { status: 'succeeded', attemptCount: 3, outcome: 'delivered' });
  t.match(delivery?.attempts, [
    { attempt: 1, result: 'failed', outcome: 'server_error', statusCode: 500 },
    { attempt: 2, result: 'failed', outcome: 'server_error', statusCode: 500 },
    { attempt: 3, result: 'succeeded', outcome: 'delivered', statusCode: 201, nextAttemptAt: null },
  ]);
  t.same(
    delivery?.attempts.map((attempt) => attempt.response?.body),
    ['no 1', 'no 2', { ok: true }],
    'with what was answered',
  );
  t.ok(delivery?.attempts.every((attempt) => attempt.request.bytes === BINARY.length));
  t.same(
    execution.transitions.map(({ from, to }) => `${from}>${to}`),
    [
      'null>queued',
      'queued>running',
      'running>retrying',
      'retrying>running',
      'running>retrying',
      'retrying>running',
      'running>succeeded',
    ],
  );
});

const pairsOf = (raw: string[]) =>
  raw
    .flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? '']] : []))
    .filter(([name]) => !/^(host|connection|content-length)$/i.test(name ?? ''));

t.test('an encoded body is not decoded on the way', async (t) => {
  const receiver = await startReceiver(t);
  const { id } = await workflowTo(api, { url: receiver.url });
  const body = gzipSync('{"a":1}');
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const answer = await api.send(id, { body, headers });
  t.equal(answer.status, 200);
  await ended(api, answer.body.executionId);
  const [request] = receiver.requests;
  t.match(request?.headers, headers);
  t.ok(request?.body.equals(body));
  const log = await api.log(answer.body.logId ?? '');
  t.match(log.request, { body: body.toString('base64'), bodyEncoding: 'base64', size: body.length });
});

t.test('the envelope', async (t) => {
  const receiver = await startReceiver(t);
  const { id, endpointKey } = await workflowTo(api, { url: receiver.url }, { forward: 'envelope' });
  // Digits, order and spelling that a parsed and rewritten document would lose.
  const body = '{ "b": 1.0, "a": 12345678901234567890, "a": 2 }';
  const answer = await api.send(id, {
    body,
    query: { shop: 'x' },
    headers: {
      'content-type': 'application/json',
      'X-Custom': 'kept',
      authorization: 'Bearer of-the-sender',
      'x-hookgate-attempt': '9',
    },
  });
  const { executionId } = answer.body;
  await ended(api, executionId);
  const [request] = receiver.requests;
  const text = request?.body.toString() ?? '';
  t.ok(text.includes(`"body":${body}`));
  const { timestamp, headers, ...triggerData } = (
    JSON.parse(text) as { triggerData: Record<string, unknown> }
  ).triggerData;
  t.match(JSON.parse(text), { executionId, workflowId: id, triggerType: 'webhook' });
  t.match(triggerData, { query: { shop: 'x' }, method: 'POST', sourceIp: '127.0.0.1' });
  t.equal(timestamp, (await api.log(answer.body.logId ?? '')).receivedAt);
  t.match(headers, { 'content-type': 'application/json', 'x-custom': 'kept' });
  t.strictSame(
    Object.keys(headers as object).filter((name) => /authorization|hookgate/.test(name)),
    [],
  );
  t.match(request?.headers, { 'content-type': 'application/json', 'x-hookgate-attempt': '1' });

  const mac = (text: string, encoding: 'hex' | 'base64') =>
    createHmac('sha256', endpointKey).update(text).digest(encoding);
  const { 'webhook-id': webhookId, 'webhook-timestamp': sentAt } = request?.headers ?? {};
  t.equal(request?.headers['x-webhook-signature'], mac(text, 'hex'));
  t.equal(webhookId, request?.deliveryId);
  t.equal(request?.headers['webhook-signature'], `v1,${mac(`${webhookId}.${sentAt}.${text}`, 'base64')}`);
});

t.test('what is no text is in the envelope as base64', async (t) => {
  const receiver = await startReceiver(t);
  const { id } = await workflowTo(api, { url: receiver.url }, { forward: 'envelope' });
  const { body } = await api.send(id, { body: BINARY });
  await ended(api, body.executionId);
  const { triggerData } = JSON.parse(receiver.requests[0]?.body.toString() ?? '') as {
    triggerData: { body: string; bodyEncoding: string };
  };
  t.equal(triggerData.bodyEncoding, 'base64');
  t.ok(Buffer.from(triggerData.body, 'base64').equals(BINARY));
});

t.test('an empty body', async (t) => {
  const receiver = await startReceiver(t);
  const { id } = await workflowTo(api, { url: receiver.url });
  const answer = await api.send(id, { body: '' });
  t.equal(answer.status, 200);
  t.match(await ended(api, answer.body.executionId), { status: 'succeeded' });
  t.equal(receiver.requests[0]?.body.length, 0);
  t.match(await api.log(answer.body.logId ?? ''), { request: { size: 0 } });
});
