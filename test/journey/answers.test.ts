import { createHmac } from 'node:crypto';
import type { WorkflowInput } from '../../src/http/schemas/workflows.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import t from '../helpers/tap.ts';

const { api } = await startJourney(t);

type Webhook = NonNullable<WorkflowInput['webhook']>;
const make = async (webhook: Webhook) => (await api.createWorkflow({ webhook })).id;

t.test('a sender is told in its own words that its webhook is stored', async (t) => {
  const cases: [NonNullable<Webhook['success']>, number, string][] = [
    [{ status: 200, body: '[accepted]' }, 200, '[accepted]'],
    [{ status: 202, body: 'ok' }, 202, 'ok'],
    [{ status: 200, body: '' }, 200, ''],
    [{ status: 204 }, 204, ''],
    [{ status: 205 }, 205, ''],
  ];
  for (const [success, status, body] of cases) {
    const id = await make({ authType: 'none', success });
    const answer = await api.send<string>(id);
    t.match(answer, { status, body }, JSON.stringify(success));
    if (body !== '')
      t.match(answer.headers, { 'content-type': /^text\/plain/, 'x-content-type-options': 'nosniff' });
    const executions = await api.executions({ workflowId: id });
    t.equal(executions.length, 1, 'it executes all the same');
    t.match(await api.logs({ workflowId: id }), [{ success: true, executionId: executions[0]?.id }]);
  }
  const id = await make({ authType: 'none', success: { status: 201 } });
  t.match(
    await api.send(id),
    { status: 201, body: { success: true, workflowId: id } },
    'the document, with another status',
  );
});

t.test('an event that comes again is answered the same', async (t) => {
  const id = await make({
    authType: 'none',
    dedup: { source: 'header:x-id' },
    success: { status: 202, body: 'ok' },
  });
  const send = () => api.send<string>(id, { headers: { 'x-id': '1' } });
  const [first, second] = [await send(), await send()];
  t.same([first.status, first.body], [202, 'ok']);
  const told = ({ status, body, headers }: typeof first) => ({
    status,
    body,
    names: Object.keys(headers).sort(),
    type: headers['content-type'],
  });
  t.same(told(second), told(first));
  t.equal((await api.executions({ workflowId: id })).length, 1);
});

t.test('what a provider insists on comes with it, unless it is set otherwise', async (t) => {
  const secret = 'a secret of the sender';
  const of = (provider: 'discord' | 'meta' | 'zoom', more: Webhook = {}) =>
    api.createWorkflow({ webhook: { authType: 'provider', provider, ...more } });
  t.match((await of('discord')).webhook, { success: { status: 204 }, handshake: 'discord' });
  const zoom = await of('zoom', { secret, success: { status: 204 } });
  t.match(zoom.webhook, { success: { status: 204 } });
  const at = String(Math.floor(Date.now() / 1000));
  const body = '{"event":"meeting.started"}';
  const signature = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
  const headers = { 'x-zm-request-timestamp': at, 'x-zm-signature': `v0=${signature}` };
  t.match(await api.send(zoom.id, { body, headers }), { status: 204, body: '' });
});

t.test('HEAD is answered like GET, without a body', async (t) => {
  const id = await make({ authType: 'none' });
  const path = `/api/webhooks/${id}`;
  const [head, get] = [await api.call('HEAD', path), await api.call('GET', path)];
  t.match([head.status, head.body, get.status], [200, '', 200]);
  t.equal(head.headers['content-type'], get.headers['content-type']);
  await api.changeWebhook(id, { enabled: false });
  const disabled = await eventually('the change shows', async () => {
    const answer = await api.call('HEAD', path);
    return answer.status === 403 && answer;
  });
  t.equal(disabled.body, '');
  t.equal((await api.call('HEAD', `/api/webhooks/${crypto.randomUUID()}`)).status, 404);
});
