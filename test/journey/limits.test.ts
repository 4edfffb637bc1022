import { createHmac } from 'node:crypto';
import type { WebhookInput } from '../../src/http/schemas/webhook-settings.ts';
import type { Workflow } from '../../src/http/schemas/workflows.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import t from '../helpers/tap.ts';
import { withClient } from '../helpers/template.ts';

// One proxy in front, whose X-Forwarded-For says who the sender is.
const { api, databaseUrl } = await startJourney(t, { env: { TRUST_PROXY: '127.0.0.1' } });

const webhook = async (settings: WebhookInput = {}) =>
  (await api.createWorkflow({ webhook: { authType: 'none', ...settings } })).id;

interface Problem {
  code: string;
  errors?: { pointer: string; detail: string }[];
}

const errorCodes = async (workflowId: string) =>
  (await api.logs({ workflowId, success: false })).map(({ errorCode }) => errorCode).sort();

t.test('methods', async (t) => {
  const id = await webhook();
  t.match(await api.call('GET', `/api/webhooks/${id}`), {
    status: 200,
    body: { message: 'Webhook endpoint active', workflowId: id, method: 'POST', timestamp: /Z$/ },
  });
  const head = await api.call('HEAD', `/api/webhooks/${id}`);
  t.same([head.status, head.body], [200, '']);
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    const answer = await api.call<Problem>(method, `/api/webhooks/${id}`, { body: 'x' });
    t.match(answer, { status: 405, body: { code: 'method_not_allowed' } });
    t.same(String(answer.headers.allow).split(', ').sort(), ['GET', 'HEAD', 'POST']);
  }
  t.same(await api.logs({ workflowId: id }), [], 'none of these is a webhook');
});

t.test('a workflow that is inactive, disabled or deleted', async (t) => {
  const inactive = await webhook();
  const disabled = await webhook();
  const deleted = await webhook();
  for (const id of [inactive, disabled, deleted]) t.equal((await api.send(id)).status, 200);
  await api.changeWorkflow(inactive, { isActive: false });
  await api.changeWebhook(disabled, { enabled: false });
  await api.call('DELETE', `/api/workflows/${deleted}`);
  const refused: [string, number, string][] = [
    [inactive, 403, 'workflow_inactive'],
    [disabled, 403, 'webhook_disabled'],
    [deleted, 404, 'workflow_not_found'],
  ];
  for (const [id, status, code] of refused) {
    await eventually(code, async () => (await api.send(id)).status === status);
    t.match(await api.send(id), { status, body: { code } });
    t.match(await api.call('GET', `/api/webhooks/${id}`), { status, body: { code } });
  }
  await eventually('the refusals are in the log', async () => (await errorCodes(disabled)).length > 0);
  t.ok((await errorCodes(inactive)).every((code) => code === 'workflow_inactive'));
  t.ok((await errorCodes(disabled)).every((code) => code === 'webhook_disabled'));
  await api.changeWorkflow(inactive, { isActive: true });
  await eventually('it is back', async () => (await api.send(inactive)).status === 200);
});

t.test('the address allowlist', async (t) => {
  const ipAllowlist = [
    '192.0.2.0/24',
    '203.0.113.7',
    '2001:db8::/32',
    'fe80::/10',
    '::ffff:198.51.100.0/120',
  ];
  const id = await webhook({ ipAllowlist });
  const cases: [string, number][] = [
    ['192.0.2.1', 200],
    ['192.0.2.255', 200],
    ['192.0.3.1', 403],
    ['203.0.113.7', 200],
    ['203.0.113.8', 403],
    ['::ffff:192.0.2.1', 200],
    ['::ffff:c000:0201', 200],
    ['::ffff:192.0.3.1', 403],
    ['2001:db8::1', 200],
    ['2001:DB8:0:0::1', 200],
    ['2001:db9::1', 403],
    ['fe80::1%eth0', 200],
    ['198.51.100.9', 200],
    ['198.51.101.9', 403],
    ['127.0.0.1', 403],
    ['192.0.2.1:50123', 200],
    ['[2001:db8::1]:50123', 200],
    ['10.0.0.1, 192.0.2.1', 200],
    ['192.0.2.1, 10.0.0.1', 403],
    ['192.0.2.1, garbage', 403],
    ['garbage', 403],
    ['', 403],
  ];
  for (const [forwarded, status] of cases) {
    const answer = await api.send(id, { body: 'x', headers: { 'x-forwarded-for': forwarded } });
    t.equal(answer.status, status, forwarded);
    if (status === 403) t.equal(answer.body.code, 'ip_not_allowed');
  }
  t.equal((await api.send(id, { body: 'x' })).status, 403, 'the proxy itself');
  const get = await api.call('GET', `/api/webhooks/${id}`, { headers: { 'x-forwarded-for': '192.0.2.1' } });
  t.equal(get.status, 200);
  t.equal((await api.call('GET', `/api/webhooks/${id}`)).status, 403);

  const sources = (await api.logs({ workflowId: id, success: true })).map(({ sourceIp }) => sourceIp);
  t.ok(
    sources.includes('2001:db8::1') && sources.includes('192.0.2.255'),
    'the log has the sender’s address',
  );
  await eventually('the refusals are in the log', async () => (await errorCodes(id)).length > 0);
});

t.test('a payload schema', async (t) => {
  const id = await webhook({
    payloadSchema: {
      type: 'object',
      properties: { id: { type: 'integer' }, kind: { enum: ['a', 'b'] } },
      required: ['id'],
    },
  });
  t.equal((await api.send(id, { json: { id: 1, kind: 'a', more: true } })).status, 200);
  t.equal((await api.send(id, { body: '{"id":1}' })).status, 200, 'whatever its content type');
  const refused: [string, RegExp][] = [
    ['{"kind":"a"}', /^\/body$/],
    ['{"id":"1"}', /^\/body\/id$/],
    ['{"id":1,"kind":"c"}', /^\/body\/kind$/],
    ['{', /^\/body$/],
    ['', /^\/body$/],
  ];
  for (const [body, pointer] of refused) {
    const answer = await api.send<Problem>(id, { body });
    t.match(
      answer,
      { status: 422, body: { code: 'payload_rejected', errors: [{ pointer, detail: /./ }] } },
      body,
    );
  }
  const rows = await eventually('all are in the log', async () => {
    const codes = await errorCodes(id);
    return codes.length === refused.length && codes;
  });
  t.ok(rows.every((code) => code === 'payload_rejected'));
});

t.test('a rate limit is charged for who is who he says he is, and for nobody else', async (t) => {
  const secret = 'the-secret-of-the-sender';
  const id = await webhook({ authType: 'hmac', secret, rateLimit: { max: 2, windowSeconds: 86_400 } });
  const signed = { 'x-webhook-signature': createHmac('sha256', secret).update('x').digest('hex') };
  const strangers = await Promise.all(Array.from({ length: 10 }, () => api.send(id, { body: 'x' })));
  t.ok(strangers.every(({ status }) => status === 401));
  const answers = [];
  for (let n = 0; n < 3; n++) answers.push(await api.send(id, { body: 'x', headers: signed }));
  t.same(
    answers.map(({ status }) => status),
    [200, 200, 429],
  );
  const [, , limited] = answers;
  t.match(limited?.body, { code: 'rate_limited' });
  const seconds = Number(limited?.headers['retry-after']);
  t.ok(seconds > 86_000 && seconds <= 86_400, `Retry-After: ${seconds}`);
  t.equal((await api.send(id, { body: 'x' })).status, 401, 'a stranger still learns nothing of it');
  await eventually('it is in the log', async () => (await errorCodes(id)).includes('rate_limited'));

  await api.changeWebhook(id, { rateLimit: { max: 4, windowSeconds: 86_400 } });
  await eventually(
    'a higher limit holds at once',
    async () => (await api.send(id, { body: 'x', headers: signed })).status === 200,
  );
});

t.test('a window that is over starts anew', async (t) => {
  const id = await webhook({ rateLimit: { max: 1, windowSeconds: 1 } });
  t.ok(await eventually('it is limited', async () => (await api.send(id)).status === 429));
  t.ok(await eventually('it is not any more', async () => (await api.send(id)).status === 200));
});

t.test('of what is refused in a minute, twenty are rows and the rest is counted', async (t) => {
  const { id }: Workflow = await api.createWorkflow({ webhook: { authType: 'bearer_token' } });
  const counts = () =>
    withClient(databaseUrl, async (client) => {
      const { rows } = await client.query<{
        error_code: string;
        rows: number;
        counted: number;
        minutes: number;
      }>(
        `SELECT error_code, sum(rows)::int AS rows, sum(counted)::int AS counted, count(*)::int AS minutes FROM (
           SELECT error_code, date_trunc('minute', received_at) AS minute, count(*) AS rows, 0 AS counted
           FROM webhook_logs WHERE workflow_id = $1 GROUP BY 1, 2
           UNION ALL
           SELECT error_code, minute, 0, count FROM webhook_refusal_counts WHERE workflow_id = $1) AS refused
         GROUP BY error_code ORDER BY error_code`,
        [id],
      );
      return rows;
    });
  // Each from an address of its own: one that fails so often would have to wait.
  const from = (n: number) => ({ 'x-forwarded-for': `192.0.2.${n}` });
  const send = (times: number, headers: Record<string, string>) =>
    Promise.all(
      Array.from({ length: times }, (_, n) =>
        api.send(id, { body: 'x', headers: { ...from(n), ...headers } }),
      ),
    );
  await send(55, {});
  await send(25, { authorization: 'Bearer wrong' });
  const found = await eventually('all are written', async () => {
    const rows = await counts();
    return rows.reduce((sum, row) => sum + row.rows + row.counted, 0) === 80 && rows;
  });
  t.match(found, [{ error_code: 'credential_mismatch' }, { error_code: 'missing_credential' }]);
  for (const { error_code, rows, counted } of found) {
    // Twenty, or up to forty when the minute turned meanwhile.
    t.ok(rows >= 20 && rows <= 40, `${error_code}: ${rows} rows`);
    t.equal(rows + counted, error_code === 'missing_credential' ? 55 : 25);
  }
});
