import { execFile, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { promisify } from 'node:util';
import type {
  WebhookInput,
  WebhookSettings,
  WebhookTest,
  WebhookTested,
} from '../../src/http/schemas/webhook-settings.ts';
import type { CallOptions } from '../helpers/api.ts';
import { ended } from '../helpers/ended.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';

const { api, adminKey } = await startJourney(t);
const run = promisify(execFile);
const tools = ['sh', 'curl', 'openssl', 'od'].every(
  (tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0,
);

const SECRET = 'c2VjcmV0LXNlY3JldC1zZWNyZXQ=';

const testOf = (workflowId: string, options: CallOptions = {}) =>
  api.call<WebhookTested>('POST', `/api/workflows/${workflowId}/webhook/test`, options);
const settingsOf = async (workflowId: string) =>
  (await api.call<WebhookSettings>('GET', `/api/workflows/${workflowId}/webhook`)).body;

const CASES: Record<string, WebhookInput> = {
  none: { authType: 'none' },
  'an API key': { authType: 'api_key', secret: SECRET },
  'a bearer token': { authType: 'bearer_token', secret: SECRET },
  'an HMAC': { authType: 'hmac', secret: SECRET },
  'an HMAC of a description': {
    authType: 'hmac',
    secret: SECRET,
    hmac: {
      header: 'X-Shop-Signature',
      algorithm: 'sha512',
      encoding: 'base64url',
      prefix: 'v1=',
      secretEncoding: 'base64',
      payload: '{method} {url} {timestamp} {header:X-Shop} {header:Host} {header:X-Given} {body}',
      timestampHeader: 'X-Sent-At',
      timestampUnit: 'ms',
      toleranceSeconds: 60,
    },
  },
};

for (const [name, webhook] of Object.entries(CASES)) {
  t.test(`with ${name} a test goes all the way`, async (t) => {
    const receiver = await startReceiver(t);
    const workflow = await api.createWorkflow({ webhook, triggers: [{ endpoint: { url: receiver.url } }] });
    const source = '{"big": 12345678901234567890, "__proto__": [1.0], "text": "\\u00e4ö"}';
    const tested = await testOf(workflow.id, {
      body: `{ "body": ${source}, "headers": {"X-Given": "yes", "Content-Type": "application/vnd.shop+json"} }`,
      headers: { 'content-type': 'application/json' },
    });
    t.match(tested, {
      status: 200,
      body: {
        request: { method: 'POST', url: workflow.webhook.url, body: source },
        response: { status: 200, body: { success: true, workflowId: workflow.id } },
      },
    });
    const { request, logId, executionId } = tested.body;
    t.notOk(JSON.stringify(tested.body).includes(SECRET), 'and no credential is shown');
    t.match(await ended(api, executionId ?? ''), { status: 'succeeded', log: { id: logId } });
    const log = await api.log(logId ?? '');
    t.match(log, { request: { method: 'POST', sourceIp: '127.0.0.1', size: Buffer.byteLength(source) } });
    t.same(log.request.headers, request.headers, 'what is reported is what came in');
    t.equal(receiver.requests.length, 1);
    t.equal(receiver.requests[0]?.body.toString(), source, 'byte for byte');
    t.match(receiver.requests[0]?.headers, { 'x-given': 'yes', 'content-type': 'application/vnd.shop+json' });

    if (webhook.authType !== 'none') {
      await eventually('its secret has been used', async () => {
        const { secrets } = await settingsOf(workflow.id);
        return secrets[0]?.lastUsedAt;
      });
    }
    t.match((await testOf(workflow.id)).body, {
      request: { body: /^\{"event":"test"/ },
      response: { status: 200 },
    });
  });

  t.test(
    `with ${name} the command that is shown works`,
    { skip: tools ? false : 'needs sh, curl, openssl and od' },
    async (t) => {
      const workflow = await api.createWorkflow({ webhook });
      const { curl } = await settingsOf(workflow.id);
      const { stdout } = await run('sh', ['-c', curl], { env: { ...process.env, SECRET } });
      t.match(JSON.parse(stdout), { success: true, workflowId: workflow.id }, curl);
    },
  );
}

t.test('any JSON is a body', async (t) => {
  const workflow = await api.createWorkflow({ webhook: {} });
  for (const body of [null, false, 0, '', 'text', [], {}]) {
    const tested = await testOf(workflow.id, { json: { body } satisfies WebhookTest });
    t.match(tested.body, { request: { body: JSON.stringify(body) }, response: { status: 200 } });
    t.match((await api.log(tested.body.logId ?? '')).request, { body });
  }
});

t.test('what is shown of the request proves its signature', async (t) => {
  const workflow = await api.createWorkflow({ webhook: { secret: SECRET } });
  const { request } = (await testOf(workflow.id)).body;
  const signature = createHmac('sha256', SECRET).update(request.body).digest('hex');
  t.ok(request.headers.some(({ name, value }) => name === 'x-webhook-signature' && value === signature));
  const headers = { authorization: 'Bearer mine', cookie: 'session=mine', 'x-api-key': 'mine' };
  const tested = await testOf(workflow.id, { json: { headers } });
  t.match(tested.body.response, { status: 200 }, 'no credentials of this webhook');
  t.notOk(JSON.stringify(tested.body).includes('mine'), 'and yet nothing to be shown');
});

t.test('a change counts from the next test on', async (t) => {
  const workflow = await api.createWorkflow({ webhook: {} });
  for (let round = 0; round < 5; round++) {
    t.equal((await testOf(workflow.id)).body.response.status, 200);
    await api.call('POST', `/api/workflows/${workflow.id}/webhook/secret`);
    t.equal((await testOf(workflow.id)).body.response.status, 200, 'signed with the new secret');
    await api.changeWebhook(workflow.id, { authType: round % 2 === 0 ? 'api_key' : 'hmac' });
  }
});

t.test('a refusal is reported as it is', async (t) => {
  const workflow = await api.createWorkflow({ webhook: { secret: SECRET } });
  const refusal = async (status: number, code: string, json: WebhookTest = {}) => {
    const tested = await testOf(workflow.id, { json });
    t.match(tested.body, {
      response: {
        status,
        headers: [{ name: 'content-type', value: /^application\/problem\+json/ }],
        body: { status, code, instance: `/api/webhooks/${workflow.id}` },
      },
      logId: null,
      executionId: null,
    });
    return tested.body.response;
  };
  await api.changeWorkflow(workflow.id, { isActive: false });
  await refusal(403, 'workflow_inactive');
  await api.changeWorkflow(workflow.id, { isActive: true });
  await api.changeWebhook(workflow.id, { enabled: false });
  await refusal(403, 'webhook_disabled');
  await api.changeWebhook(workflow.id, { enabled: true, ipAllowlist: ['203.0.113.0/24'] });
  await refusal(403, 'ip_not_allowed');
  await api.changeWebhook(workflow.id, { ipAllowlist: ['127.0.0.1'], maxBodyBytes: 10 });
  await refusal(413, 'payload_too_large', { body: 'more than ten bytes' });
  await api.changeWebhook(workflow.id, { maxBodyBytes: null, payloadSchema: { type: 'object' } });
  await refusal(422, 'payload_rejected', { body: [] });
  await api.changeWebhook(workflow.id, { rateLimit: { max: 1, windowSeconds: 600 } });
  t.equal((await testOf(workflow.id)).body.response.status, 200);
  const { headers } = await refusal(429, 'rate_limited');
  t.ok(headers.some(({ name, value }) => name === 'retry-after' && Number(value) > 0));

  const rows = await eventually('all refusals are in the log', async () => {
    const found = await api.logs({ workflowId: workflow.id, success: false });
    return found.length === 6 && found;
  });
  t.same(rows.map(({ errorCode }) => errorCode).sort(), [
    'ip_not_allowed',
    'payload_rejected',
    'payload_too_large',
    'rate_limited',
    'webhook_disabled',
    'workflow_inactive',
  ]);
});

t.test('behind a proxy the test comes from where its caller is', async (t) => {
  const { api: proxied } = await startJourney(t, {
    env: {
      TRUST_PROXY: '127.0.0.1',
      PUBLIC_URL: 'https://hooks.example.com/prefix',
      ADMIN_API_KEY: adminKey,
    },
  });
  const hmac = { payload: '{url} {header:Host} {body}' };
  const workflow = await proxied.createWorkflow({ webhook: { hmac, ipAllowlist: ['198.51.100.7'] } });
  const from = (address: string) =>
    proxied.call<WebhookTested>('POST', `/api/workflows/${workflow.id}/webhook/test`, {
      headers: { 'x-forwarded-for': address },
    });
  const { body } = await from('198.51.100.7');
  t.match(body, {
    request: { url: `https://hooks.example.com/prefix/api/webhooks/${workflow.id}` },
    response: { status: 200 },
  });
  t.equal((await proxied.log(body.logId ?? '')).request.sourceIp, '198.51.100.7');
  t.match((await from('198.51.100.8')).body.response, { status: 403, body: { code: 'ip_not_allowed' } });
});
