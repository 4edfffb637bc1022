import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import t from '../helpers/tap.ts';
import { control, isOwn, n8nEnv, webhookUrl } from './real-n8n.ts';

// n8n is stopped for a minute, as its service manager stops it, while webhooks keep coming.
t.setTimeout(900_000);
const PER_SECOND = 20;
const OUTAGE_MS = 60_000;

t.test('an outage of n8n delays executions, and does nothing else to them', async (t) => {
  if (!isOwn) return t.fail('NOT TESTED: this n8n cannot be stopped. Unset N8N_BASE_URL.');
  const { api } = await startJourney(t, { env: n8nEnv });
  const { id } = await api.createWorkflow({
    webhook: { authType: 'none' },
    // As somebody sets it who knows how slow n8n is at the door.
    triggers: [{ endpoint: { url: webhookUrl('hookgate-test-echo'), pace: { concurrency: 10 } } }],
  });
  const stopSending = new AbortController();
  const sent: Promise<string>[] = [];
  const sending = (async () => {
    while (!stopSending.signal.aborted) {
      const headers = { 'content-type': 'application/json' };
      sent.push(
        api.send(id, { body: '{}', headers }).then(({ status, body }) => {
          if (status !== 200 || !body.executionId) throw new Error(`answered ${status}`);
          return body.executionId;
        }),
      );
      await delay(1_000 / PER_SECOND);
    }
  })();
  const succeeded = async () => (await api.executions({ status: 'succeeded' })).length;
  await eventually('deliveries succeed', async () => (await succeeded()) >= 20);

  await control('stop');
  const [before, at] = [sent.length, Date.now()];
  // The outage is what is tested: it has to last.
  await once(AbortSignal.timeout(OUTAGE_MS), 'abort');
  const accepted = sent.length - before;
  t.ok(accepted > 0.5 * PER_SECOND * (OUTAGE_MS / 1_000), `${accepted} webhooks came meanwhile`);
  await control('start');
  t.comment(`n8n was away for ${Math.round((Date.now() - at) / 1_000)} s`);
  const atStart = await succeeded();
  await eventually('deliveries succeed again', async () => (await succeeded()) > atStart, {
    withinMs: 120_000,
    everyMs: 1_000,
  });
  stopSending.abort();
  await sending;
  const ids = await Promise.all(sent);

  await eventually('all executions succeed', async () => (await succeeded()) === ids.length, {
    withinMs: 600_000,
    everyMs: 2_000,
  });
  t.same([...new Set(ids)].length, ids.length);
  let tried = 0;
  for (const executionId of ids) {
    const { status, deliveries } = await api.execution(executionId);
    const results = deliveries.flatMap(({ attempts }) => attempts.map(({ result }) => result));
    tried = Math.max(tried, results.length);
    // Not one test for each of thousands: only what is wrong is told.
    if (status !== 'succeeded' || results.indexOf('succeeded') !== results.length - 1) {
      t.fail(`${executionId} is ${status} after ${results.join(', ')}`);
    }
  }
  t.pass(`${ids.length} executions succeeded, with ${tried} attempts at the most, and none after a success`);
});
