import { randomBytes } from 'node:crypto';
import { createApi } from '../../helpers/api.ts';
import { eventually } from '../../helpers/eventually.ts';
import { createTestDatabase } from '../../helpers/postgres.ts';
import { type Received, startReceiver } from '../../helpers/receiver.ts';
import { startService } from '../../helpers/service.ts';
import t from '../../helpers/tap.ts';

// Minutes on a busy machine.
const LIMIT_MS = 300_000;
t.setTimeout(LIMIT_MS);

const WEBHOOKS = 300;
const PER_SECOND = 50;
const AT_ONCE = 20;

t.test('three processes together keep to the pace of an endpoint, and others do not notice', async (t) => {
  const { url: DATABASE_URL } = await createTestDatabase(t);
  const env = {
    DATABASE_URL,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    ADMIN_API_KEY: `test_${randomBytes(24).toString('hex')}`,
  };
  const [paced, free] = await Promise.all([startReceiver(t), startReceiver(t)]);
  const first = await startService(t, { env });
  const others = await Promise.all([startService(t, { env }), startService(t, { env })]);
  const api = createApi(t, first);
  const apis = [api, ...others.map((service) => createApi(t, service))];
  const slow = await api.createWorkflow({
    triggers: [{ endpoint: { url: paced.url, pace: { perSecond: PER_SECOND } } }],
  });
  const quick = await api.createWorkflow({ triggers: [{ endpoint: { url: free.url } }] });

  let sent = 0;
  const statuses: number[] = [];
  const sendThem = async () => {
    for (let i = sent++; i < WEBHOOKS; i = sent++) {
      const { status } = await (apis[i % apis.length] ?? api).send(slow.id, { json: { i } });
      statuses.push(status);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendThem));
  t.same(new Set(statuses), new Set([200]), 'all are acknowledged');
  const waiting = WEBHOOKS - paced.requests.length;
  t.ok(waiting > WEBHOOKS / 2, `${waiting} were still waiting when the last was`);

  const { body } = await api.send(quick.id, { json: {} });
  await free.waitFor('the delivery to another endpoint', (requests) => requests.length === 1);
  t.ok(paced.requests.length < WEBHOOKS, 'which did not wait for them');
  t.equal(free.requests[0]?.executionId, body.executionId);
  await eventually('what is held is no work that stands still', async () => {
    const ready = await api.call<{ checks: { work: { status: string } } }>('GET', '/readyz');
    return ready.body.checks.work.status === 'ok';
  });

  const arrived = await paced.waitFor('all of them', (all) => all.length >= WEBHOOKS && [...all], {
    withinMs: 120_000,
  });
  t.equal(new Set(arrived.map(({ deliveryId }) => deliveryId)).size, WEBHOOKS, 'each once');
  const seconds = secondsOf(arrived);
  const pace = (WEBHOOKS - 1) / seconds;
  t.comment({ seconds, pace, busiest: busiestSecond(arrived) });
  t.ok(pace < PER_SECOND * 1.2, `${pace.toFixed(1)} per second`);
  // Where a busy machine fell behind, a second's worth is made up for, and another may just have been on its way.
  t.ok(busiestSecond(arrived) <= PER_SECOND * 3, `${busiestSecond(arrived)} in the busiest second`);
  await eventually('all executions succeeded', async () => {
    const executions = await api.executions({ workflowId: slow.id, status: 'succeeded' });
    return executions.length === WEBHOOKS;
  });
});

const secondsOf = (requests: Received[]): number =>
  ((requests.at(-1)?.at ?? 0) - (requests[0]?.at ?? 0)) / 1_000;

/** The most that came within any one second. */
function busiestSecond(requests: Received[]): number {
  return Math.max(
    ...requests.map(({ at }) => requests.filter((other) => other.at >= at && other.at < at + 1_000).length),
  );
}
