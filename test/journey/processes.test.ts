import { randomBytes } from 'node:crypto';
import { ended } from '../helpers/ended.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { startReceiver } from '../helpers/receiver.ts';
import { startRedis } from '../helpers/redis.ts';
import t from '../helpers/tap.ts';

const redis = await startRedis(t);

for (const backend of redis === null ? (['postgres'] as const) : (['postgres', 'redis'] as const)) {
  t.test(`two processes that receive and one that works, with the queue in ${backend}`, async (t) => {
    const env = {
      DATABASE_URL: (await createTestDatabase(t)).url,
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      ADMIN_API_KEY: 'the-same-admin-key-for-all-of-them',
      ...(redis && backend === 'redis' && { REDIS_URL: redis.url }),
    };
    const one = await startJourney(t, { env: { ...env, ROLE: 'api' } });
    const other = await startJourney(t, { env: { ...env, ROLE: 'api' } });
    const worker = await startJourney(t, { env: { ...env, ROLE: 'worker' } });
    const receiver = await startReceiver(t);
    const workflow = await one.api.createWorkflow({ triggers: [{ endpoint: { url: receiver.url } }] });

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? one : other).api.send(workflow.id, { json: { n } }),
      ),
    );
    t.ok(answers.every(({ status }) => status === 200));
    for (const { body } of answers)
      t.match(await ended(other.api, body.executionId), { status: 'succeeded' });
    t.equal(receiver.requests.length, 20, 'each once');

    t.equal((await worker.api.send(workflow.id)).status, 404, 'a worker receives nothing');
    t.equal((await worker.api.call('GET', '/livez')).status, 200);
    t.match(await eventually('ready', () => worker.api.call('GET', '/readyz')), { status: 200 });

    await one.api.changeWorkflow(workflow.id, { isActive: false });
    await eventually(
      'a change shows elsewhere',
      async () => (await other.api.send(workflow.id)).status === 403,
    );

    if (backend === 'redis') {
      const limited = await one.api.createWorkflow({
        webhook: { authType: 'none', rateLimit: { max: 5, windowSeconds: 86_400 } },
      });
      const statuses: number[] = [];
      for (let n = 0; n < 10; n++) {
        statuses.push((await (n % 2 === 0 ? one : other).api.send(limited.id)).status);
      }
      t.equal(statuses.filter((status) => status === 200).length, 5, 'the limit is one for both');
    }
  });
}
