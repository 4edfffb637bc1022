import { createHmac } from 'node:crypto';
import type { WebhookInput } from '../../src/http/schemas/webhook-settings.ts';
import type { ApiAnswer, WebhookAnswer } from '../helpers/api.ts';
import { ended } from '../helpers/ended.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';
import { withClient } from '../helpers/template.ts';

const { api, databaseUrl, url } = await startJourney(t);
const receiver = await startReceiver(t);

const SECRET = 'the-secret-from-the-page';

const webhook = async (settings: WebhookInput) => {
  const triggers = [{ endpoint: { url: receiver.url, retryPolicy: { maxAttempts: 1 } } }];
  return (await api.createWorkflow({ webhook: { authType: 'none', ...settings }, triggers })).id;
};

const fromGithub = (id: string, delivery?: string, secret = SECRET) => {
  const body = '{"zen":"Keep it logically awesome."}';
  return api.send(id, {
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'ping',
      ...(delivery !== undefined && { 'x-github-delivery': delivery }),
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  });
};

/** For each answer, the number of the first one that named the same execution. */
const firsts = (answers: ApiAnswer<WebhookAnswer>[]) => {
  const ids = answers.map(({ body }) => body.executionId);
  return ids.map((id) => ids.indexOf(id));
};
const duplicates = (answers: ApiAnswer<WebhookAnswer>[]) => answers.map(({ body }) => body.duplicate);

t.test('github: a delivery that is sent again is executed once', async (t) => {
  const id = await webhook({ authType: 'provider', provider: 'github', secret: SECRET });
  const stranger = await fromGithub(id, 'd-1', 'another secret');
  t.equal(stranger.status, 401, 'who is refused takes no id away');
  const answers = [
    await fromGithub(id, 'd-1'),
    await fromGithub(id, 'd-1'),
    await fromGithub(id, 'd-2'),
    await fromGithub(id, 'd-1'),
  ];
  t.ok(answers.every(({ status }) => status === 200));
  t.same(duplicates(answers), [false, true, false, true]);
  t.same(firsts(answers), [0, 0, 2, 0]);
  const [first, second] = answers.map(({ body }) => body as Required<WebhookAnswer>);
  t.match(second, { success: true, jobId: first?.executionId, workflowId: id });
  t.equal(new Set(answers.map(({ body }) => body.logId)).size, 4, 'each has a log of its own');
  const log = await api.log(second?.logId ?? '');
  t.match(log, {
    executionId: first?.executionId,
    duplicate: true,
    response: { statusCode: 200, success: true },
  });
  for (const { body } of answers) await ended(api, body.executionId);
  t.equal((await api.executions({ workflowId: id })).length, 2);
  t.equal(receiver.requests.filter(({ executionId }) => executionId === first?.executionId).length, 1);

  const without = [await fromGithub(id), await fromGithub(id)];
  t.same(duplicates(without), [false, false], 'without an id the same bytes are two events');
  t.same(firsts(without), [0, 1]);
});

t.test('what the sender repeats: a header, or a place in the body', async (t) => {
  const byHeader = await webhook({ dedup: { source: 'header:X-Event-Id' } });
  const send = (id: string, json: unknown, headers: Record<string, string> = {}) =>
    api.send(id, { json, headers });
  const answers = [
    await send(byHeader, { n: 1 }, { 'x-event-id': 'a' }),
    await send(byHeader, { n: 2 }, { 'X-Event-ID': 'a' }),
    await send(byHeader, { n: 3 }, { 'x-event-id': 'b' }),
    await send(byHeader, { n: 3 }),
  ];
  t.same(firsts(answers), [0, 0, 2, 3]);

  const byPath = await webhook({ dedup: { source: 'json:data.0.id' } });
  const inBody = [
    await send(byPath, { data: [{ id: 7 }] }),
    await send(byPath, { data: [{ id: '7' }], attempt: 2 }),
    await send(byPath, { data: [{ id: 8 }] }),
    await send(byPath, { data: [] }),
    await send(byPath, { data: [] }),
    await api.send(byPath, { body: 'no JSON' }),
    await api.send(byPath, { body: 'no JSON' }),
  ];
  t.same(firsts(inBody), [0, 0, 2, 3, 4, 5, 6]);
  t.same(duplicates(inBody), [false, true, false, false, false, false, false]);

  await api.changeWebhook(byPath, { dedup: { source: 'header:x-event-id' } });
  // In the place where ids were until now, it is one that is known.
  const changed = await eventually('the change shows', async () => {
    const answer = await send(byPath, { data: [{ id: 8 }] }, { 'x-event-id': '7' });
    return answer.body.duplicate === false && answer;
  });
  t.equal(changed.status, 200, 'ids of another place are others');
});

t.test('switched off, it is off', async (t) => {
  const id = await webhook({
    authType: 'provider',
    provider: 'github',
    secret: SECRET,
    dedup: { source: 'none' },
  });
  const answers = [await fromGithub(id, 'd-1'), await fromGithub(id, 'd-1')];
  t.same(duplicates(answers), [false, false]);
  await api.changeWebhook(id, { dedup: { source: 'provider', windowSeconds: 60 } });
  let deliveries = 1;
  await eventually('it is on', async () => {
    const delivery = `d-${++deliveries}`;
    const on = duplicates([await fromGithub(id, delivery), await fromGithub(id, delivery)]);
    return on[0] === false && on[1] === true;
  });
});

t.test('the window', async (t) => {
  const id = await webhook({ dedup: { source: 'header:x-id', windowSeconds: 60 } });
  const send = () => api.send(id, { headers: { 'x-id': 'a' } });
  const before = [await send(), await send()];
  t.same(duplicates(before), [false, true]);
  await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query(
      `SELECT extract(epoch FROM expires_at - now())::int AS left FROM webhook_dedup WHERE workflow_id = $1`,
      [id],
    );
    t.ok(rows.length === 1 && rows[0].left > 0 && rows[0].left <= 60);
    await client.query('UPDATE webhook_dedup SET expires_at = now() WHERE workflow_id = $1', [id]);
  });
  const after = [await send(), await send()];
  t.same(duplicates(after), [false, true]);
  t.not(after[0]?.body.executionId, before[0]?.body.executionId);
  t.equal(after[1]?.body.executionId, after[0]?.body.executionId);
});

t.test('the same id in two workflows is two events', async (t) => {
  const ids = [
    await webhook({ dedup: { source: 'header:x-id' } }),
    await webhook({ dedup: { source: 'header:x-id' } }),
  ];
  const answers = await Promise.all(ids.map((id) => api.send(id, { headers: { 'x-id': 'shared' } })));
  t.same(duplicates(answers), [false, false]);
});

t.test('sent again after it failed, it runs again', async (t) => {
  const id = await webhook({ dedup: { source: 'header:x-id' } });
  const send = () => api.send(id, { headers: { 'x-id': 'a' } });
  receiver.answer(() => ({ status: 400 }));
  t.teardown(() => receiver.answer(() => ({})));
  const first = await send();
  t.match(await ended(api, first.body.executionId), { status: 'failed', run: 1 });
  receiver.answer(() => ({}));
  const second = await send();
  t.match(second, { status: 200, body: { duplicate: true, executionId: first.body.executionId } });
  t.match(await ended(api, first.body.executionId), { status: 'succeeded', run: 2 });
  t.match((await send()).body, { duplicate: true, executionId: first.body.executionId });
  t.match(await api.execution(first.body.executionId ?? ''), { status: 'succeeded', run: 2 });
});

t.test('a replay is no duplicate, whether of the first or of a duplicate', async (t) => {
  const id = await webhook({ dedup: { source: 'header:x-id' } });
  const first = await api.send(id, { headers: { 'x-id': 'a' } });
  const second = await api.send(id, { headers: { 'x-id': 'a' } });
  for (const { body } of [first, second]) {
    const replay = await api.call<WebhookAnswer>('POST', `/api/webhook-logs/${body.logId}/retry`);
    t.match(replay, { status: 202, body: { replayOf: first.body.executionId } });
    await ended(api, replay.body.executionId);
  }
  t.equal((await api.executions({ workflowId: id })).length, 3);
});

t.test('duplicates count against the rate limit', async (t) => {
  const rateLimit = { max: 2, windowSeconds: 3_600 };
  const id = await webhook({ dedup: { source: 'header:x-id' }, rateLimit });
  const send = async () => (await api.send(id, { headers: { 'x-id': 'a' } })).status;
  t.same([await send(), await send(), await send()], [200, 200, 429]);
});

t.test('they are counted', async (t) => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const [, count] = /^hookgate_webhooks_total\{result="accepted",code="duplicate"\} (\d+)$/m.exec(text) ?? [];
  t.ok(Number(count) >= 9, `${count} duplicates`);
});
