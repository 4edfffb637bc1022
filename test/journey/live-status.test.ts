import { randomBytes } from 'node:crypto';
import { createApi } from '../helpers/api.ts';
import { ended } from '../helpers/ended.ts';
import { readEvents } from '../helpers/event-stream.ts';
import { eventually } from '../helpers/eventually.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { startReceiver } from '../helpers/receiver.ts';
import { startService } from '../helpers/service.ts';
import t from '../helpers/tap.ts';

t.test('what a worker does is seen live at the front door', async (t) => {
  const env = {
    DATABASE_URL: (await createTestDatabase(t)).url,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    ADMIN_API_KEY: 'the-same-admin-key-for-all-of-them',
  };
  const front = await startService(t, { env: { ...env, ROLE: 'api' } });
  const receiver = await startReceiver(t);
  const api = createApi(t, front);
  const workflow = await api.createWorkflow({ triggers: [{ endpoint: { url: receiver.url } }] });
  const read = (path: string, headers = {}) =>
    readEvents(t, { url: front.url + path, key: front.adminKey, headers });

  const feed = await read(`/api/executions/events?workflowId=${workflow.id}`);
  const { executionId = '' } = (await api.send(workflow.id, { json: { order: 1 } })).body;
  const reader = await read(`/api/executions/${executionId}/events`);
  await reader.at(0);
  // Only now: so that all it does is seen while it happens.
  await startService(t, { env: { ...env, ROLE: 'worker' } });
  t.equal(await reader.ended, 'complete');
  t.same(
    reader.events.map(({ id, event, data }) => [id, event, data.to ?? data.status]),
    [
      ['0', 'transition', 'queued'],
      ['1', 'transition', 'running'],
      ['2', 'transition', 'succeeded'],
      [null, 'end', 'succeeded'],
    ],
  );
  const { transitions } = await ended(api, executionId);
  t.same(
    reader.events.slice(0, -1).map(({ data }) => data),
    transitions.map((transition) => ({ executionId, workflowId: workflow.id, ...transition })),
  );
  await feed.at(1);
  t.same(
    feed.events.map(({ data }) => data.to),
    ['running', 'succeeded'],
  );
  const again = await read(`/api/executions/${executionId}/events`, { 'last-event-id': '2' });
  await again.ended;
  t.match(again.events, [{ event: 'end' }]);

  const metrics = await eventually('only the feed is open', async () => {
    const text = String((await api.call<string>('GET', '/metrics')).body);
    return /^hookgate_event_streams 1$/m.test(text) && text;
  });
  t.ok(metrics);
  const stopping = front.kill();
  t.equal(await feed.ended, 'complete', 'a stream ends when its process stops');
  t.match(await stopping, { code: 0 });
  const phase = front.logs.find((line) => line.msg === 'shutdown.phase' && line.phase === 'finish_requests');
  t.match(phase, { timedOut: false });
});
