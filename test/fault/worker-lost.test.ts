import { randomBytes } from 'node:crypto';
import { LEASE_MS } from '../../src/execute/leases.ts';
import { createApi } from '../helpers/api.ts';
import { ended } from '../helpers/ended.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { startReceiver } from '../helpers/receiver.ts';
import { startService } from '../helpers/service.ts';
import t from '../helpers/tap.ts';

// Minutes on a busy machine.
const LIMIT_MS = 600_000;
t.setTimeout(LIMIT_MS);

t.test(
  'a worker killed in the middle of deliveries: another sends them again, after the lease',
  async (t) => {
    const { url } = await createTestDatabase(t);
    const env = {
      DATABASE_URL: url,
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      ADMIN_API_KEY: `test_${randomBytes(24).toString('hex')}`,
    };
    const [front, lost] = await Promise.all([
      startService(t, { env: { ...env, ROLE: 'api' } }),
      startService(t, { env: { ...env, ROLE: 'worker' } }),
    ]);
    const api = createApi(t, front);
    const receiver = await startReceiver(t, () => 'hang');
    // One delivery goes with the job of its execution, several have jobs of their own.
    const endpoint = () => ({ endpoint: { url: receiver.url } });
    const lone = await api.createWorkflow({ triggers: [endpoint()] });
    const several = await api.createWorkflow({ triggers: [endpoint(), endpoint()] });
    const sent = await Promise.all([api.send(lone.id), api.send(several.id)]);
    const before = await receiver.waitFor('three deliveries', (all) => all.length === 3 && [...all]);

    await lost.kill('SIGKILL');
    const killedAt = performance.now();
    receiver.answer(() => ({}));
    await startService(t, { env: { ...env, ROLE: 'worker' } });
    const after = await receiver.waitFor('three more', (all) => all.length === 6 && all.slice(3), {
      withinMs: LEASE_MS + 30_000,
    });
    t.same(
      new Set(after.map(({ deliveryId }) => deliveryId)),
      new Set(before.map(({ deliveryId }) => deliveryId)),
      'the same deliveries',
    );
    t.same(
      after.map(({ attempt }) => attempt),
      [2, 2, 2],
    );
    t.comment(`sent again ${after.map(({ at }) => Math.round(at - killedAt))} ms after the kill`);

    for (const { body } of sent) {
      const execution = await ended(api, body.executionId);
      t.equal(execution.status, 'succeeded');
      for (const { attempts } of execution.deliveries) {
        t.match(attempts, [
          { attempt: 1, result: 'ambiguous', outcome: 'worker_lost' },
          { attempt: 2, result: 'succeeded' },
        ]);
        const [first, second] = attempts;
        t.ok(
          Date.parse(second?.startedAt ?? '') >= Date.parse(first?.startedAt ?? ''),
          'sent again after the lease had ended',
        );
      }
    }
  },
);
