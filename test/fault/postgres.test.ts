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

t.test('Postgres restarted, its connections terminated, and frozen, under load', async (t) => {
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
