import t from 'tap';
import { createApi } from '../helpers/api.ts';
import { eventually } from '../helpers/eventually.ts';
import { startTestCluster } from '../helpers/postgres.ts';
import { startReceiver } from '../helpers/receiver.ts';
import { startService } from '../helpers/service.ts';
import { withClient } from '../helpers/template.ts';
import { audit } from './audit.ts';
import { accepted, createSender, startLoad, tally } from './load.ts';

t.setTimeout(180_000);

t.skip('Postgres restarted, its connections terminated, and frozen, under load', async (t) => {
  const cluster = await startTestCluster(t);
  const service = await startService(t, { env: { DATABASE_URL: cluster.url } });
  const receiver = await startReceiver(t);
  const api = createApi(t, service);
  const { id: workflowId } = await api.createWorkflow({
    triggers: [{ endpoint: { url: receiver.url, retryPolicy: { baseMs: 100 } } }],
  });
  const sender = createSender(t, `${service.url}/api/webhooks/${workflowId}`, 20);
  const load = startLoad(t, { sender, senders: 20 });
  const pid = service.pid;

  /** Until webhooks are taken again, this many of them. */
  const recovered = (count: number) => {
    const before = load.sent.length;
    return eventually(
      `${count} webhooks are accepted again`,
      () => accepted(load.sent.slice(before)).length >= count,
    );
  };
  await recovered(100);

  await cluster.stop();
  await cluster.restart();
  await recovered(100);
  t.comment('after a restart:', tally(load.sent));

  for (let storm = 0; storm < 10; storm++) {
    await withClient(cluster.url, (client) =>
      client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      ),
    );
    await recovered(30);
  }
  t.comment('after ten storms:', tally(load.sent));

  await cluster.freeze();
  const thaw = setTimeout(() => void cluster.thaw(), 3_000);
  t.teardown(() => clearTimeout(thaw));
  await recovered(100);
  t.comment('after 3 s frozen:', tally(load.sent));

  const sent = await load.stop();
  const slowest = Math.max(...sent.map(({ ms }) => ms));
  t.same(
    sent.filter(({ status }) => status !== 200 && status !== 503),
    [],
    'every answer was 200 or 503',
  );
  t.equal(service.pid, pid, 'the service was not restarted');
  const found = await audit(t, { api, receiver, workflowId, sent, withinMs: 40_000 });
  t.comment({ ...found, answers: tally(sent), slowestMs: Math.round(slowest) });
  t.same(await service.kill(), { code: 0, signal: null });
});

t.test('a commit that is not confirmed in time', async (t) => {
  const cluster = await startTestCluster(t);
  const service = await startService(t, { env: { DATABASE_URL: cluster.url, INGEST_TIMEOUT_MS: '500' } });
  const receiver = await startReceiver(t);
  const api = createApi(t, service);
  const { id: workflowId } = await api.createWorkflow({ triggers: [{ endpoint: { url: receiver.url } }] });
  const sender = createSender(t, `${service.url}/api/webhooks/${workflowId}`, 20);
  const load = startLoad(t, { sender, senders: 20 });
  const unconfirmed = () => load.sent.filter(({ code }) => code === 'commit_unconfirmed');

  for (let round = 1; round <= 3; round++) {
    const before = unconfirmed().length;
    await eventually('webhooks are accepted', () => load.sent.at(-1)?.status === 200);
    await cluster.freeze();
    await eventually('some are unconfirmed', () => unconfirmed().length > before);
    await cluster.thaw();
  }
  await eventually('webhooks are accepted', () => load.sent.at(-1)?.status === 200);
  const sent = await load.stop();
  await audit(t, { api, receiver, workflowId, sent, withinMs: 40_000 });

  const logs = await api.logs({ workflowId });
  const asked = new Set(unconfirmed().map(({ requestId }) => requestId));
  const stored = logs.filter(({ requestId }) => asked.has(requestId));
  t.ok(stored.length > 0, 'some of them got in');
  await eventually('their logs say 503', async () => {
    const answers = await Promise.all(stored.map(({ id }) => api.log(id)));
    return answers.every(({ response }) => response.answeredStatus === 503 && response.statusCode === 200);
  });
  const confirmed = new Set(accepted(sent).map(({ logId }) => logId));
  const contradicted = (await api.logs({ workflowId })).filter(
    ({ id, answeredStatus }) => confirmed.has(id) && answeredStatus !== 200,
  );
  t.same(contradicted, [], 'those of the others say 200');
  t.comment({ answers: tally(sent), unconfirmed: asked.size, stored: stored.length });
});
