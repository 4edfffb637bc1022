import { ended } from '../helpers/ended.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';

const { api } = await startJourney(t);

const triggerTo = (url: string, fallback: { type: 'dead_letter' }[]) => ({
  endpoint: { url, retryPolicy: { baseMs: 1, capMs: 1, maxAttempts: 2 } },
  fallback,
});

t.test('dead letters are redriven once the endpoint is back, each execution once', async (t) => {
  const COUNT = 6;
  let isDown = true;
  const [flaky, healthy] = [
    await startReceiver(t, () => ({ status: isDown ? 503 : 200 })),
    await startReceiver(t),
  ];
  const { id } = await api.createWorkflow({
    triggers: [
      triggerTo(flaky.url, []),
      triggerTo(flaky.url, [{ type: 'dead_letter' }]),
      triggerTo(healthy.url, []),
    ],
  });
  const sent = await Promise.all(Array.from({ length: COUNT }, () => api.send(id)));
  for (const { body } of sent) t.match(await ended(api, body.executionId), { status: 'dead_lettered' });
  isDown = false;
  const before = flaky.requests.length;
  const filter = { workflowId: id };
  const begun = await api.call<{ id: string }>('POST', '/api/dead-letters/redrive', {
    json: { filter, ratePerSecond: 100 },
  });
  t.match(begun, { status: 202, body: { kind: 'dead_letters', filter, total: COUNT } });
  const redrive = await eventually('all have succeeded', async () => {
    const { body } = await api.call<{ state: string; executions: Record<string, number> }>(
      'GET',
      `/api/replays/${begun.body.id}`,
    );
    return body.executions.succeeded === COUNT && body;
  });
  t.match(redrive, { state: 'completed', replayed: COUNT, skipped: 0 });
  t.equal(flaky.requests.length - before, 2 * COUNT, 'what was dead was sent again');
  t.equal(healthy.requests.length, COUNT, 'and nothing else');
  t.match(await api.call('GET', '/api/dead-letters', { query: { workflowId: id } }), { body: { data: [] } });
});
