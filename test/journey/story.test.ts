import { createHmac } from 'node:crypto';
import createClient from 'openapi-fetch';
import type { paths } from '../client/api.d.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';

/**
 * What somebody does who has nothing but the description of the API: a dialog that sets up a webhook, a button that
 * executes, and a dashboard of what came in. The client is generated from openapi.yaml, so this also has to compile.
 */

const n8n = await startReceiver(t);
const service = await startJourney(t);
const withKey = (key: string) =>
  createClient<paths>({ baseUrl: service.url, headers: { authorization: `Bearer ${key}` } });
const hookgate = withKey(service.adminKey);

const story = { workflowId: '', webhookUrl: '', secret: '', executionId: '', logId: '', opsKey: '' };
const ORDER = '{"order":{"id":1001,"total":42}}';
const OTHER = '{"order":{"id":1002}}';

/** What was answered, when it was what the caller hoped for. */
function answered<T>({ data, error, response }: { data?: T; error?: unknown; response: Response }): T {
  if (data !== undefined) return data;
  throw new Error(`${response.url} answered ${response.status}: ${JSON.stringify(error)}`);
}

/** A webhook as a shop sends it, signed with what it believes to be the secret. */
const send = (body: string, secret: string) =>
  fetch(story.webhookUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-shop-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  });

/** Reads the events of an execution until the stream ends, and returns the states it went through. */
async function follow(id: string): Promise<string[]> {
  const { data, response } = await hookgate.GET('/api/executions/{id}/events', {
    params: { path: { id } },
    parseAs: 'stream',
  });
  t.equal(response.status, 200);
  const states: string[] = [];
  let text = '';
  for await (const chunk of data ?? []) text += Buffer.from(chunk).toString();
  for (const [, state] of text.matchAll(/^event: transition\ndata: .*"to":"(\w+)"/gm))
    states.push(String(state));
  t.match(text, /^event: end$/m, 'it says that it is over');
  return states;
}

t.test('the dialog: a workflow, its webhook, the secret to give to the shop', async (t) => {
  const workflow = answered(
    await hookgate.POST('/api/workflows', {
      body: {
        name: 'Orders',
        description: 'New orders of the shop',
        triggers: [{ endpoint: { url: n8n.url } }],
      },
    }),
  );
  t.match(workflow, { name: 'Orders', isActive: true, webhook: { enabled: false } });
  story.workflowId = workflow.id;
  const params = { path: { id: workflow.id } };

  const webhook = answered(
    await hookgate.PATCH('/api/workflows/{id}/webhook', {
      params,
      body: {
        enabled: true,
        authType: 'hmac',
        hmac: { header: 'x-shop-signature', prefix: 'sha256=' },
        rateLimit: { max: 100, windowSeconds: 60 },
        payloadSchema: { type: 'object', required: ['order'] },
      },
    }),
  );
  t.match(webhook, { enabled: true, authType: 'hmac', secret: /^[0-9a-f]{64}$/ });
  story.webhookUrl = webhook.url;

  const rotated = answered(
    await hookgate.POST('/api/workflows/{id}/webhook/secret', { params, body: { overlapSeconds: 3_600 } }),
  );
  t.not(rotated.secret, webhook.secret);
  t.type(rotated.previousExpiresAt, 'string', 'the first one still verifies for an hour');
  story.secret = rotated.secret;

  const shown = answered(await hookgate.GET('/api/workflows/{id}/webhook', { params }));
  t.equal(shown.secrets.length, 2);
  t.notOk(JSON.stringify(shown).includes(rotated.secret), 'nobody sees it a second time');
  t.ok(shown.curl.includes(shown.url), 'and here is a command to try it with');

  const tried = answered(
    await hookgate.POST('/api/workflows/{id}/webhook/test', { params, body: { body: { order: { id: 0 } } } }),
  );
  t.match(tried, { response: { status: 200 }, executionId: /./ }, 'it works');
  t.equal((await follow(String(tried.executionId))).at(-1), 'succeeded');
});

t.test('the button: execute it, watch it end', async (t) => {
  const call = {
    params: { path: { id: story.workflowId }, header: { 'idempotency-key': 'click-1' } },
    body: { input: { order: { id: 7 } } },
  } as const;
  const started = answered(await hookgate.POST('/api/workflows/{id}/execute', call));
  t.match(started, { success: true, message: 'Workflow execution started', workflowId: story.workflowId });

  const states = await follow(started.executionId);
  t.equal(states[0], 'queued');
  t.equal(states.at(-1), 'succeeded');
  const path = { id: started.executionId };
  const execution = answered(await hookgate.GET('/api/executions/{id}', { params: { path } }));
  t.match(execution, {
    status: 'succeeded',
    triggerType: 'manual',
    triggeredBy: 'admin',
    input: { order: { id: 7 } },
    deliveries: [{ status: 'succeeded', attempts: [{ statusCode: 200, response: { body: { ok: true } } }] }],
  });
  t.equal(n8n.requests.at(-1)?.executionId, started.executionId);

  const clicks = n8n.requests.length;
  const again = answered(await hookgate.POST('/api/workflows/{id}/execute', call));
  t.equal(again.executionId, started.executionId, 'a second click starts nothing');
  t.equal(n8n.requests.length, clicks);
});

t.test('the shop sends: two that are right, one that is not', async (t) => {
  const accepted = await send(ORDER, story.secret);
  t.equal(accepted.status, 200);
  const { executionId, logId } = (await accepted.json()) as { executionId: string; logId: string };
  t.equal((await follow(executionId)).at(-1), 'succeeded');
  t.equal(n8n.requests.at(-1)?.body.toString(), ORDER, 'n8n got the very bytes');
  Object.assign(story, { executionId, logId });
  t.equal((await send(OTHER, story.secret)).status, 200);
  t.equal((await send(ORDER, 'not the secret')).status, 401);
});

t.test('the ops team gets a key of its own, for the logs and nothing else', async (t) => {
  const made = answered(
    await hookgate.POST('/api/api-keys', { body: { name: 'ops', scopes: ['logs:read', 'logs:write'] } }),
  );
  t.match(made.key, /^hg_/);
  t.ok(made.key.startsWith(made.prefix));
  story.opsKey = made.key;
  const { error, response } = await withKey(made.key).POST('/api/workflows', { body: { name: 'x' } });
  t.equal(response.status, 403);
  t.match(error, { code: 'insufficient_scope' });
});

t.test('the dashboard: find it, filter, look at it', async (t) => {
  const ops = withKey(story.opsKey);
  const { workflowId } = story;
  const refused = await eventually('the refusal is in the log', async () => {
    const list = await ops.GET('/api/webhook-logs', { params: { query: { workflowId, success: false } } });
    return answered(list).data[0];
  });
  t.match(refused, { statusCode: 401, errorCode: 'signature_mismatch', executionId: null });

  const found = answered(
    await ops.GET('/api/webhook-logs', {
      params: { query: { workflowId, success: true, statusCode: 200, q: '"id":1001', limit: 10 } },
    }),
  );
  t.strictSame(
    found.data.map(({ id }) => id),
    [story.logId],
  );
  const log = answered(await ops.GET('/api/webhook-logs/{id}', { params: { path: { id: story.logId } } }));
  t.match(log, {
    request: { method: 'POST', body: JSON.parse(ORDER), bodyEncoding: 'json', size: ORDER.length },
    response: { statusCode: 200 },
    execution: { id: story.executionId, status: 'succeeded' },
  });
  const pages = [];
  let cursor: string | null = null;
  do {
    const query = { workflowId, limit: 2, ...(cursor !== null && { cursor }) };
    const page: Awaited<ReturnType<typeof listPage>> = await listPage(query);
    pages.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor !== null);
  t.equal(pages.length, 4, 'the test of the dialog, the two of the shop, and the one that was refused');

  async function listPage(query: { workflowId: string; limit: number; cursor?: string }) {
    return answered(await ops.GET('/api/webhook-logs', { params: { query } }));
  }
});

t.test('the dashboard: replay one, then many', async (t) => {
  const ops = withKey(story.opsKey);
  const replayed = answered(
    await ops.POST('/api/webhook-logs/{id}/retry', { params: { path: { id: story.logId } } }),
  );
  t.match(replayed, { replayOf: story.executionId });
  t.equal((await follow(replayed.executionId)).at(-1), 'succeeded');
  t.equal(n8n.requests.at(-1)?.body.toString(), ORDER, 'the same bytes again');

  const filter = { workflowId: story.workflowId, success: true, q: '"order"' };
  const counted = answered(await ops.POST('/api/webhook-logs/retry', { body: { filter, dryRun: true } }));
  t.match(counted, { matched: 3 });
  const begun = answered(await ops.POST('/api/webhook-logs/retry', { body: { filter, ratePerSecond: 100 } }));
  if (!('id' in begun)) throw new Error('a real run answers the replay');
  const done = await eventually('the replay is completed', async () => {
    const replay = answered(await ops.GET('/api/replays/{id}', { params: { path: { id: begun.id } } }));
    return replay.state === 'completed' && replay.executions.succeeded === 3 && replay;
  });
  t.match(done, { total: 3, replayed: 3, skipped: 0 });
});

t.test('the dashboard: export it for the auditor', async (t) => {
  const ops = withKey(story.opsKey);
  const exported = async (format: 'ndjson' | 'csv') =>
    String(
      answered(
        await ops.GET('/api/webhook-logs/export', {
          params: { query: { format, workflowId: story.workflowId } },
          parseAs: 'text',
        }),
      ),
    );
  const lines = (await exported('ndjson')).trimEnd().split('\n');
  const logs = lines.map((line) => JSON.parse(line) as { id: string; body: unknown });
  t.equal(logs.length, 4, 'what was replayed was not received again');
  t.strictSame(logs.find(({ id }) => id === story.logId)?.body, JSON.parse(ORDER));
  const rows = (await exported('csv')).trimEnd().split('\r\n');
  t.equal(rows.length, 5, 'a header and the four');
  t.match(rows[0], /id,receivedAt,workflowId/);
});
