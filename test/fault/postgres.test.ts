import { setTimeout as delay } from 'node:timers/promises';
import { createApi } from '../helpers/api.ts';
import { eventually } from '../helpers/eventually.ts';
import { startTestCluster } from '../helpers/postgres.ts';
import { startReceiver } from '../helpers/receiver.ts';
import { type Env, startService } from '../helpers/service.ts';
import t, { type Test } from '../helpers/tap.ts';
import { withClient } from '../helpers/template.ts';
import { audit } from './audit.ts';
import { accepted, createSender, startLoad, tally } from './load.ts';

// Minutes on a busy machine.
const LIMIT_MS = 600_000;
t.setTimeout(LIMIT_MS);

const SENDERS = 20;

async function start(t: Test, env: Env = {}) {
  const cluster = await startTestCluster(t);
  const service = await startService(t, { env: { DATABASE_URL: cluster.url, ...env } });
  // Long enough for attempts to be under way whenever something happens.
  const receiver = await startReceiver(t, async () => {
    await delay(30);
    return {};
  });
  const api = createApi(t, service);
  const { id: workflowId } = await api.createWorkflow({
    triggers: [{ endpoint: { url: receiver.url, retryPolicy: { baseMs: 100 } } }],
  });
  const sender = createSender(t, `${service.url}/api/webhooks/${workflowId}`, SENDERS);
  const load = startLoad(t, { sender, senders: SENDERS });
  /** Until as many webhooks as there are senders are taken, and arrive. */
  const recovered = () => {
    const [sentBefore, arrivedBefore] = [load.sent.length, receiver.requests.length];
    return eventually('webhooks are taken and executed', () => {
      const taken = accepted(load.sent.slice(sentBefore)).length;
      return taken >= SENDERS && receiver.requests.length - arrivedBefore >= SENDERS;
    });
  };
  await recovered();
  return { cluster, service, receiver, api, workflowId, load, recovered };
}

t.test('Postgres restarted, its connections terminated, and frozen, under load', async (t) => {
  const { cluster, service, receiver, api, workflowId, load, recovered } = await start(t);
  const { pid } = service;

  await cluster.stop();
  await cluster.restart();
  await recovered();
  t.comment('after a restart:', tally(load.sent));

  for (let storm = 0; storm < 10; storm++) {
    await withClient(cluster.url, (client) =>
      client.query(`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`),
    );
    await recovered();
  }
  t.comment('after ten storms:', tally(load.sent));

  const sentBefore = load.sent.length;
  await cluster.freeze();
  await eventually('senders are told', () =>
    load.sent.slice(sentBefore).some(({ status }) => status === 503),
  );
  await cluster.thaw();
  await recovered();

  const sent = await load.stop();
  t.same(
    sent.filter(({ status }) => status !== 200 && status !== 503),
    [],
    'every answer was 200 or 503',
  );
  t.equal(service.pid, pid, 'the service was not restarted');
  const found = await audit(t, { api, receiver, workflowId, sent });
  const slowestMs = Math.round(Math.max(...sent.map(({ ms }) => ms)));
  t.comment({ ...found, answers: tally(sent), slowestMs });
  t.same(await service.kill(), { code: 0, signal: null });
});

t.test('a commit that is not confirmed in time', async (t) => {
  const env = { INGEST_TIMEOUT_MS: '500' };
  const { cluster, service, receiver, api, workflowId, load, recovered } = await start(t, env);
  const unconfirmed = () => load.sent.filter(({ code }) => code === 'commit_unconfirmed');

  const stillFrozen = [
    () => eventually('some are unconfirmed', () => unconfirmed().length > 0),
    // So long that the commit was tried again, and what was answered could not be written down either.
    () => service.waitForLog(({ msg }) => msg === 'webhook.late_answers_unwritten'),
  ];
  for (const until of stillFrozen) {
    await cluster.freeze();
    await until();
    await cluster.thaw();
    await recovered();
  }
  const sent = await load.stop();
  await audit(t, { api, receiver, workflowId, sent });

  const asked = new Set(unconfirmed().map(({ requestId }) => requestId));
  const confirmed = new Set(accepted(sent).map(({ logId }) => logId));
  const stored = (await api.logs({ workflowId })).filter(({ requestId }) => asked.has(requestId));
  t.ok(stored.length > 0, 'some of them got in');
  await eventually('their logs say 503', async () => {
    const answers = await Promise.all(stored.map(({ id }) => api.log(id)));
    return answers.every(({ response }) => response.answeredStatus === 503 && response.statusCode === 200);
  });
  const contradicted = (await api.logs({ workflowId })).filter(
    ({ id, answeredStatus }) => confirmed.has(id) && answeredStatus !== 200,
  );
  t.same(contradicted, [], 'those of the others say 200');
  t.comment({ answers: tally(sent), unconfirmed: asked.size, stored: stored.length });
});
