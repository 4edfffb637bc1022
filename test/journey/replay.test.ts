import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';

interface ReplayAnswer {
  id: string;
  state: string;
  total: number;
  replayed: number;
  skipped: number;
  executions: Record<string, number>;
}

const BYTES = Buffer.from([0x00, 0xff, 0xfe, 0x7b, 0x0d, 0x0a, 0x22]);

t.test('one webhook runs again, and its bytes are the same', async (t) => {
  const { api } = await startJourney(t);
  const receiver = await startReceiver(t);
  const { id } = await api.createWorkflow({ triggers: [{ endpoint: { url: receiver.url } }] });
  const headers = { 'content-type': 'application/odd', 'x-mixed': 'Kept' };
  const sent = await api.send(id, { body: BYTES, headers, query: { a: '1' } });
  await receiver.waitFor('the webhook', (requests) => requests.length === 1);

  const answer = await api.call<{ executionId: string; replayOf: string }>(
    'POST',
    `/api/webhook-logs/${sent.body.logId}/retry`,
  );
  t.equal(answer.status, 202);
  t.equal(answer.body.replayOf, sent.body.executionId);
  await receiver.waitFor('it again', (requests) => requests.length === 2);
  const [first, second] = receiver.requests;
  t.ok(second?.body.equals(BYTES));
  t.equal(second?.url, first?.url);
  t.match(second?.headers, headers);
  t.equal(second?.executionId, answer.body.executionId);
  t.not(second?.deliveryId, first?.deliveryId, 'a new execution, so a new delivery');
  await eventually(
    'its end',
    async () => (await api.execution(answer.body.executionId)).status === 'succeeded',
  );
});

t.test('many run again, each once, although the service is replaced in the middle', async (t) => {
  const COUNT = 60;
  const first = await startJourney(t);
  const receiver = await startReceiver(t);
  const { id } = await first.api.createWorkflow({ triggers: [{ endpoint: { url: receiver.url } }] });
  const bodies = Array.from({ length: COUNT }, (_, i) => Buffer.concat([Buffer.from(`${i} `), BYTES]));
  for (const body of bodies) t.equal((await first.api.send(id, { body })).status, 200);
  await receiver.waitFor('the webhooks', (requests) => requests.length === COUNT);

  const filter = { workflowId: id };
  const dry = await first.api.call('POST', '/api/webhook-logs/retry', { json: { filter, dryRun: true } });
  t.match(dry, { status: 200, body: { matched: COUNT } });
  const begun = await first.api.call<ReplayAnswer>('POST', '/api/webhook-logs/retry', {
    json: { filter, ratePerSecond: 20 },
  });
  t.match(begun, {
    status: 202,
    headers: { location: `/api/replays/${begun.body.id}` },
    body: { total: COUNT },
  });
  await receiver.waitFor('the first of them', (requests) => requests.length > COUNT);
  await first.close();
  const before = receiver.requests.length;
  t.ok(before < 2 * COUNT, 'it was in the middle');

  const second = await startJourney(t, {
    env: {
      DATABASE_URL: first.databaseUrl,
      ENCRYPTION_KEY: first.settings.encryptionKey.toString('base64'),
      ADMIN_API_KEY: first.adminKey,
    },
  });
  const replay = await eventually('its end', async () => {
    const { body } = await second.api.call<ReplayAnswer>('GET', `/api/replays/${begun.body.id}`);
    return body.state !== 'running' && body.executions.succeeded === COUNT && body;
  });
  t.match(replay, { state: 'completed', replayed: COUNT, skipped: 0 });
  t.equal(receiver.requests.length, 2 * COUNT, 'nothing came twice');
  const again = receiver.requests.slice(COUNT).map((request) => request.body.toString('hex'));
  t.same([...again].sort(), bodies.map((body) => body.toString('hex')).sort(), 'the same bytes');
  t.ok(second.logs.some((line) => line.msg === 'replay.ended'));
});
