import { audit } from '../fault/audit.ts';
import { createSender, type Sent, sendMany } from '../fault/load.ts';
import { type Api, createApi } from '../helpers/api.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { startReceiver } from '../helpers/receiver.ts';
import { startService } from '../helpers/service.ts';
import t from '../helpers/tap.ts';
import { withClient } from '../helpers/template.ts';

const HOUR_MS = 3_600_000;
t.setTimeout(HOUR_MS);

const ROUNDS = Number(process.env.SOAK_ROUNDS ?? 20);
const WEBHOOKS = 2_000;
const SENDERS = 50;
/** By then everything that is made once has been made. */
const WARM = Math.ceil(ROUNDS / 4);

t.test(
  `${ROUNDS} rounds of ${WEBHOOKS} webhooks: neither memory nor the queue grows with them`,
  async (t) => {
    const { url } = await createTestDatabase(t);
    const service = await startService(t, { env: { DATABASE_URL: url } });
    const receiver = await startReceiver(t);
    const api = createApi(t, service);
    const { id: workflowId } = await api.createWorkflow({ triggers: [{ endpoint: { url: receiver.url } }] });
    const sender = createSender(t, `${service.url}/api/webhooks/${workflowId}`, SENDERS);
    const sent: Sent[] = [];
    const heaps: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      for (let i = 0; i < WEBHOOKS / SENDERS; i++) sent.push(...(await sendMany(sender, SENDERS)));
      await receiver.waitFor('all of this round', (all) => all.length >= round * WEBHOOKS, {
        withinMs: 300_000,
      });
      heaps.push(await heapOf(api));
      t.comment(`round ${round}: ${Math.round((heaps.at(-1) ?? 0) / 1_048_576)} MiB`);
    }
    await audit(t, { api, receiver, workflowId, sent });
    const jobs = await withClient(
      url,
      async (client) => (await client.query('SELECT FROM bullmq.job')).rowCount,
    );
    t.equal(jobs, 0, 'no job is kept');
    // What is in use right after a collection is not to be had from outside: the least of several rounds comes close.
    const before = Math.min(...heaps.slice(WARM, WARM * 2));
    const after = Math.min(...heaps.slice(-WARM));
    t.ok(after < before * 1.3, `${after} bytes of heap in use at the end, ${before} before`);
  },
);

async function heapOf(api: Api): Promise<number> {
  const { body } = await api.call<string>('GET', '/metrics');
  return Number(/^\w*nodejs_heap_size_used_bytes (\S+)$/m.exec(body)?.[1]);
}
