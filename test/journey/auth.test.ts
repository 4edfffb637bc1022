import { createHmac } from 'node:crypto';
import { PROBLEMS } from '../../src/domain/problems.ts';
import type { WebhookInput, WebhookSettings } from '../../src/http/schemas/webhook-settings.ts';
import type { Api, CallOptions } from '../helpers/api.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';

const { api, logs } = await startJourney(t);

const SECRET = 'correct-horse-battery-staple';
const BODY = '{"order":42}';

const hmac = (algorithm: string, text: string, encoding: 'hex' | 'base64' | 'base64url', secret = SECRET) =>
  createHmac(algorithm, secret).update(text).digest(encoding);

interface Problem {
  type: string;
  status: number;
  title: string;
  code: string;
  error: string;
  detail: string;
  instance: string;
  requestId: string;
}

async function makeWebhook(webhook: WebhookInput): Promise<string> {
  return (await api.createWorkflow({ webhook })).id;
}

/** The one row that is there of what was refused. */
const refusedRow = (client: Api, workflowId: string) =>
  eventually('the refusal is in the log', async () => {
    const rows = await client.logs({ workflowId, success: false });
    return rows.length > 0 && rows[0];
  });

interface Case {
  name: string;
  webhook: WebhookInput;
  accepted: Record<string, string>[];
  refused: { headers: Record<string, string>; reason: string }[];
}

const now = () => String(Math.floor(Date.now() / 1000));
const GITHUB_LIKE: WebhookInput = {
  authType: 'hmac',
  secret: SECRET,
  hmac: { header: 'X-Shop-Signature', algorithm: 'sha512', encoding: 'base64', prefix: 'v1:' },
};
const STAMPED: WebhookInput = {
  authType: 'hmac',
  secret: SECRET,
  hmac: { payload: '{timestamp}.{body}', timestampHeader: 'X-Sent-At', toleranceSeconds: 60 },
};
const stamped = (at: string) => ({
  'x-sent-at': at,
  'x-webhook-signature': hmac('sha256', `${at}.${BODY}`, 'hex'),
});

const CASES: Case[] = [
  { name: 'none', webhook: { authType: 'none' }, accepted: [{}, { authorization: 'Bearer x' }], refused: [] },
  {
    name: 'api_key',
    webhook: { authType: 'api_key', secret: SECRET },
    accepted: [{ 'x-api-key': SECRET }, { 'X-API-KEY': SECRET }],
    refused: [
      { headers: {}, reason: 'missing_credential' },
      { headers: { 'x-api-key': '' }, reason: 'missing_credential' },
      { headers: { 'x-api-key': `${SECRET}r` }, reason: 'credential_mismatch' },
      { headers: { authorization: `Bearer ${SECRET}` }, reason: 'missing_credential' },
    ],
  },
  {
    name: 'bearer_token',
    webhook: { authType: 'bearer_token', secret: SECRET },
    accepted: [{ authorization: `Bearer ${SECRET}` }, { authorization: `bearer ${SECRET}` }],
    refused: [
      { headers: {}, reason: 'missing_credential' },
      { headers: { authorization: SECRET }, reason: 'malformed_credential' },
      { headers: { authorization: 'Bearer ' }, reason: 'malformed_credential' },
      { headers: { authorization: 'Basic eDp5' }, reason: 'malformed_credential' },
      { headers: { authorization: 'Bearer wrong' }, reason: 'credential_mismatch' },
    ],
  },
  {
    name: 'hmac',
    webhook: { authType: 'hmac', secret: SECRET },
    accepted: [
      { 'x-webhook-signature': hmac('sha256', BODY, 'hex') },
      { 'x-webhook-signature': `sha256=${hmac('sha256', BODY, 'hex')}` },
      { 'x-webhook-signature': hmac('sha256', BODY, 'hex').toUpperCase() },
    ],
    refused: [
      { headers: {}, reason: 'missing_credential' },
      { headers: { 'x-webhook-signature': 'garbage' }, reason: 'malformed_signature' },
      { headers: { 'x-webhook-signature': 'abc' }, reason: 'malformed_signature' },
      { headers: { 'x-webhook-signature': '00'.repeat(31) }, reason: 'malformed_signature' },
      { headers: { 'x-webhook-signature': '00'.repeat(32) }, reason: 'signature_mismatch' },
      {
        headers: { 'x-webhook-signature': hmac('sha256', `${BODY} `, 'hex') },
        reason: 'signature_mismatch',
      },
      { headers: { 'x-webhook-signature': hmac('sha1', BODY, 'hex') }, reason: 'malformed_signature' },
    ],
  },
  {
    name: 'hmac of another description',
    webhook: GITHUB_LIKE,
    accepted: [{ 'x-shop-signature': `v1:${hmac('sha512', BODY, 'base64')}` }],
    refused: [
      { headers: { 'x-webhook-signature': hmac('sha256', BODY, 'hex') }, reason: 'missing_credential' },
      { headers: { 'x-shop-signature': hmac('sha512', BODY, 'base64') }, reason: 'malformed_signature' },
      {
        headers: { 'x-shop-signature': `v1:${hmac('sha512', BODY, 'base64', 'x')}` },
        reason: 'signature_mismatch',
      },
    ],
  },
  {
    name: 'hmac over a timestamp',
    webhook: STAMPED,
    accepted: [stamped(now())],
    refused: [
      { headers: stamped('1700000000'), reason: 'timestamp_out_of_tolerance' },
      { headers: stamped('yesterday'), reason: 'malformed_timestamp' },
      {
        headers: { 'x-webhook-signature': stamped(now())['x-webhook-signature'] },
        reason: 'missing_timestamp',
      },
    ],
  },
];

for (const { name, webhook, accepted, refused } of CASES) {
  t.test(`${name}: what is accepted`, async (t) => {
    const id = await makeWebhook(webhook);
    for (const headers of accepted) {
      const answer = await api.send(id, { body: BODY, headers });
      t.match(answer, {
        status: 200,
        body: { success: true, message: 'Workflow triggered successfully', workflowId: id, duplicate: false },
      });
      t.equal(
        answer.headers['x-request-id']?.length,
        (await api.log(answer.body.logId ?? '')).requestId.length,
      );
      const log = await api.log(answer.body.logId ?? '');
      t.match(log, {
        requestId: answer.headers['x-request-id'],
        workflowId: id,
        executionId: answer.body.executionId,
        request: { method: 'POST', sourceIp: '127.0.0.1', body: { order: 42 }, size: BODY.length },
        response: { success: true, statusCode: 200, errorCode: null, answeredStatus: 200 },
      });
    }
  });
  for (const { headers, reason } of refused) {
    t.test(`${name}: ${JSON.stringify(headers).slice(0, 60)} is ${reason}`, async (t) => {
      const id = await makeWebhook(webhook);
      const answer = await api.send<Problem>(id, { body: BODY, headers, query: { token: 'in-the-query' } });
      t.equal(answer.status, 401);
      t.match(answer.headers['content-type'], /^application\/problem\+json/);
      const { requestId, type, ...problem } = answer.body;
      t.same(
        problem,
        {
          title: 'Authentication failed',
          status: 401,
          detail: PROBLEMS.authentication_failed.detail,
          instance: `/api/webhooks/${id}`,
          code: 'authentication_failed',
          error: 'Authentication failed',
        },
        'a stranger does not learn the reason',
      );
      t.match(type, /\/problems\/authentication_failed$/);
      t.equal(requestId, answer.headers['x-request-id']);

      const row = await refusedRow(api, id);
      t.match(row, {
        requestId,
        workflowId: id,
        executionId: null,
        size: BODY.length,
        success: false,
        statusCode: 401,
        errorCode: reason,
      });
      const { request } = await api.log(row.id);
      t.equal(request.body, null, 'its body is not kept');
      t.equal((await api.logs({ workflowId: id })).length, 1);
      t.same(await api.executions({ workflowId: id }), []);
    });
  }
}

t.test('credentials are redacted before they are stored, signatures are not', async (t) => {
  const id = await makeWebhook({ authType: 'api_key', secret: SECRET });
  const credentials = {
    Authorization: 'Bearer some-token-of-theirs',
    'Proxy-Authorization': 'Basic of-a-proxy',
    cookie: 'session=of-a-browser',
    'X-Api-Key': SECRET,
  };
  const evidence = { 'X-Hub-Signature-256': 'sha256=00', 'X-Twilio-Signature': 'abc=' };
  const answer = await api.send(id, { body: BODY, headers: { ...credentials, ...evidence } });
  const refused = await api.send(id, {
    body: BODY,
    headers: { ...credentials, 'X-Api-Key': 'wrong-key-here' },
  });
  t.same([answer.status, refused.status], [200, 401]);
  const stored = [answer.body.logId ?? '', (await refusedRow(api, id)).id];
  for (const logId of stored) {
    const { headers } = (await api.log(logId)).request;
    const of = (name: string) => headers.find((header) => header.name === name)?.value;
    for (const name of Object.keys(credentials)) t.equal(of(name), '[redacted]', name);
  }
  const { headers } = (await api.log(answer.body.logId ?? '')).request;
  for (const [name, value] of Object.entries(evidence)) {
    t.same(
      headers.find((header) => header.name === name),
      { name, value },
    );
  }
  const logged = JSON.stringify(logs);
  for (const secret of [SECRET, 'some-token-of-theirs', 'of-a-browser', 'wrong-key-here', 'in-the-query']) {
    t.notOk(logged.includes(secret), `${secret} is in no log line`);
  }
});

t.test('a secret that its sender sends twice is neither stored nor delivered', async (t) => {
  const receiver = await startReceiver(t);
  const secret = 'a+secret/with"all"of=it';
  const { id } = await api.createWorkflow({
    webhook: { authType: 'api_key', secret } as never,
    triggers: [{ endpoint: { url: receiver.url } }],
  });
  const answer = await api.send(id, {
    body: BODY,
    query: { a: 'b c', key: secret, b: '2' },
    headers: {
      'x-api-key': secret,
      'X-Copy': `Key ${secret}`,
      'X-Original-Url': `/?k=${encodeURIComponent(secret)}`,
      'X-Shop': 'kept',
    },
  });
  t.equal(answer.status, 200);
  const log = JSON.stringify(await api.log(answer.body.logId ?? ''));
  for (const text of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), 'a+secret'])
    t.notOk(log.includes(text), text);
  const { request } = await api.log(answer.body.logId ?? '');
  t.match(request.query, /^a=b(\+|%20)c&key=\[redacted\]&b=2$/);
  t.same(
    request.headers.filter(({ name }) => /^x-(copy|original|shop)/i.test(name)).map(({ value }) => value),
    ['Key [redacted]', '/?k=[redacted]', 'kept'],
  );
  const [delivered] = await receiver.waitFor('the delivery', (requests) =>
    requests.length > 0 ? requests : null,
  );
  t.match(delivered?.url, /\?a=b(\+|%20)c&b=2$/, 'nor is there anything in its place');
  t.match(delivered?.headers, { 'x-shop': 'kept', 'x-copy': undefined, 'x-original-url': undefined });
});

interface Rotated {
  id: string;
  secret: string;
  previousExpiresAt: string | null;
}

t.test('a secret is rotated with an overlap, and without', async (t) => {
  const workflow = await api.createWorkflow({ webhook: {} });
  const first = workflow.webhook.secret ?? '';
  const sign = (secret: string): CallOptions => ({
    body: BODY,
    headers: { 'x-webhook-signature': hmac('sha256', BODY, 'hex', secret) },
  });
  const rotate = (json: object) =>
    api.call<Rotated>('POST', `/api/workflows/${workflow.id}/webhook/secret`, { json });
  const accepts = async (secret: string) => (await api.send(workflow.id, sign(secret))).status === 200;
  const lastUses = async () =>
    (await api.call<WebhookSettings>('GET', `/api/workflows/${workflow.id}/webhook`)).body.secrets.map(
      ({ lastUsedAt }) => lastUsedAt,
    );
  t.same(await lastUses(), [null]);
  t.ok(await accepts(first));
  await eventually('its use is noted', async () => (await lastUses())[0] !== null);

  const second = await rotate({ overlapSeconds: 3600 });
  t.equal(second.status, 201);
  t.ok(second.body.previousExpiresAt);
  await eventually('the new one verifies', () => accepts(second.body.secret));
  t.ok(await accepts(first), 'and so does the old one');
  t.equal((await lastUses()).length, 2);

  const third = await rotate({ secret: 'one-that-was-brought-along' });
  t.equal(third.body.secret, 'one-that-was-brought-along');
  await eventually('the newest verifies', () => accepts(third.body.secret));
  t.notOk(await accepts(second.body.secret), 'without an overlap the one before ends at once');
  t.notOk(await accepts(first), 'and the one before that with it');

  const last = await rotate({ overlapSeconds: 1 });
  await eventually('the last one verifies', () => accepts(last.body.secret));
  await eventually(
    'an overlap ends without anybody changing anything',
    async () => !(await accepts(third.body.secret)),
  );
});

t.test('a changed auth type holds from then on', async (t) => {
  const id = await makeWebhook({ authType: 'none' });
  t.equal((await api.send(id)).status, 200);
  await api.changeWebhook(id, { authType: 'bearer_token' });
  await eventually('it is refused', async () => (await api.send(id)).status === 401);
});
