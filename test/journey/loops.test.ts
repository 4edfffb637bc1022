import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { ended } from '../helpers/ended.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';

const journey = await startJourney(t);
const { api } = journey;

/** Another address that leads to the service: a proxy, of which it knows nothing. */
const proxy = net.createServer((from) => {
  const to = net.connect(Number(new URL(journey.url).port), '127.0.0.1');
  // Whoever hangs up does so to both.
  pipeline(from, to, from, () => undefined);
});
proxy.listen(0, '127.0.0.1');
await once(proxy, 'listening');
t.teardown(() => proxy.close());
const around = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

const open = () => api.createWorkflow({ webhook: { authType: 'none' } });
const leadTo = (id: string, ...urls: string[]) =>
  api.changeWorkflow(id, { triggers: urls.map((url) => ({ endpoint: { url } })) });
const countOf = async (...ids: string[]) =>
  (await Promise.all(ids.map((workflowId) => api.executions({ workflowId })))).map(({ length }) => length);
const refusals = async (workflowId: string) =>
  (await api.logs({ workflowId, success: false })).map(({ errorCode }) => errorCode);

t.test('an endpoint at the address of the service itself is refused', async (t) => {
  const { id } = await open();
  const own = `${journey.url}/api/webhooks/${id}`;
  for (const url of [own, own.replace('127.0.0.1', 'localhost'), own.replace('127.0.0.1', '2130706433')]) {
    const refused = await api.call('PATCH', `/api/workflows/${id}`, {
      json: { triggers: [{ endpoint: { url } }] },
    });
    t.match(refused, { status: 422, body: { errors: [{ pointer: '/body/triggers/0/endpoint/url' }] } }, url);
  }
});

t.test('two triggers make no more of one webhook, whatever address leads back to it', async (t) => {
  const { id } = await open();
  const back = `${around}/api/webhooks/${id}`;
  await leadTo(id, `${back}?t=0`, `${back}?t=1`);
  const { body } = await api.send(id);
  const execution = await ended(api, body.executionId);
  t.match(execution, { status: 'failed' });
  for (const { attempts } of execution.deliveries) t.match(attempts, [{ statusCode: 409 }]);
  await eventually('both are in the log', async () => (await refusals(id)).length === 2);
  t.same(await refusals(id), ['hop_limit_reached', 'hop_limit_reached']);
  t.same(await countOf(id), [1]);
});

t.test('nor does a way back through other workflows, or by the call that executes', async (t) => {
  const [a, b, c] = [await open(), await open(), await open()];
  const url = ({ id }: { id: string }) => `${around}/api/webhooks/${id}`;
  await leadTo(a.id, url(b), `${url(b)}?again`);
  await leadTo(b.id, url(c));
  const executing = `${around}/api/workflows/${a.id}/execute`;
  const headers = { authorization: `Bearer ${journey.adminKey}` };
  await api.changeWorkflow(c.id, {
    triggers: [
      { endpoint: { url: url(a) } },
      { endpoint: { url: executing, headers }, transform: '{ "input": {} }' },
    ],
  });
  const { body } = await api.send(a.id);
  await ended(api, body.executionId);
  await eventually('all have ended', async () => {
    const all = await Promise.all([b, c].map(({ id }) => api.executions({ workflowId: id })));
    return all.every((some) => some.length === 2 && some.every(({ finishedAt }) => finishedAt !== null));
  });
  t.same(await countOf(a.id, b.id, c.id), [1, 2, 2]);
  t.same(await refusals(a.id), ['hop_limit_reached', 'hop_limit_reached']);
});

t.test('nothing is started again by a delivery', async (t) => {
  const { id } = await open();
  const sent = await api.send(id);
  const headers = { 'x-hookgate-delivery-id': '01890a5d-ac96-774b-bcce-b302099a8058' };
  for (const path of [
    `/api/webhook-logs/${sent.body.logId}/retry`,
    '/api/webhook-logs/retry',
    `/api/executions/${sent.body.executionId}/retry`,
    '/api/dead-letters/redrive',
    `/api/workflows/${id}/webhook/test`,
  ]) {
    const json =
      path.endsWith('redrive') || path === '/api/webhook-logs/retry' ? { filter: { workflowId: id } } : {};
    t.match(
      await api.call('POST', path, { json, headers }),
      { status: 409, body: { code: 'hop_limit_reached' } },
      path,
    );
  }
});

t.test('what n8n passes on is counted, and only ever upwards', async (t) => {
  const { id } = await open();
  const n8n = await startReceiver(t, async ({ headers }) => {
    const hops = String(headers['x-hookgate-hops']);
    await api.send(id, { headers: { 'x-hookgate-hops': hops } });
    return {};
  });
  await leadTo(id, `${n8n.url}/webhook/x`);
  await api.send(id);
  await eventually('it is refused in the end', async () => (await refusals(id)).length === 1);
  t.same(await refusals(id), ['hop_limit_reached']);
  t.same(await countOf(id), [9], 'one, and eight that it led to');
  t.same(
    n8n.requests.map(({ headers }) => headers['x-hookgate-hops']),
    ['0', '1', '2', '3', '4', '5', '6', '7', '8'],
  );

  for (const [hops, status] of [
    ['7', 200],
    ['8', 409],
    ['1, 8', 409],
    ['999999999999', 409],
    ['-1', 200],
    ['many', 200],
    ['', 200],
  ] as const) {
    const other = await open();
    const answer = await api.send(other.id, { headers: { 'x-hookgate-hops': hops } });
    t.equal(answer.status, status, `"${hops}"`);
  }
});
