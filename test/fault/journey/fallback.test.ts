import { randomBytes } from 'node:crypto';
import { LEASE_MS } from '../../../src/execute/leases.ts';
import { createApi } from '../../helpers/api.ts';
import { eventually } from '../../helpers/eventually.ts';
import { createTestDatabase } from '../../helpers/postgres.ts';
import { startReceiver } from '../../helpers/receiver.ts';
import { startService } from '../../helpers/service.ts';
import t from '../../helpers/tap.ts';

t.setTimeout(300_000);

const QUICK = { baseMs: 1, capMs: 1, maxAttempts: 2 };

t.test('a worker killed in the middle of a fallback: another goes on with it', async (t) => {
  const { url: DATABASE_URL } = await createTestDatabase(t);
  const env = {
    DATABASE_URL,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    ADMIN_API_KEY: `test_${randomBytes(24).toString('hex')}`,
  };
  const front = await startService(t, { env: { ...env, ROLE: 'api' } });
  const lost = await startService(t, { env: { ...env, ROLE: 'worker' } });
  const api = createApi(t, front);
  const dead = await startReceiver(t, () => ({ status: 400 }));
  const spare = await startReceiver(t, () => 'hang');
  const json = { url: spare.url, retryPolicy: QUICK };
  const made = await api.call<{ id: string }>('POST', '/api/webhook-endpoints', { json });
  const endpointId = made.body.id;
  const { id } = await api.createWorkflow({
    triggers: [
      {
        endpoint: { url: dead.url, retryPolicy: QUICK },
        fallback: [{ type: 'endpoint', endpointId }] as never,
      },
    ],
  });
  const { body } = await api.send(id);
  await spare.waitFor('the fallback', (all) => all.length === 1);
  await lost.kill('SIGKILL');
  spare.answer(() => ({}));
  await startService(t, { env: { ...env, ROLE: 'worker' } });
  await spare.waitFor('it again', (all) => all.length === 2, { withinMs: LEASE_MS + 60_000 });
  const execution = await eventually('its end', async () => {
    const found = await api.execution(body.executionId ?? '');
    return found.finishedAt !== null && found;
  });
  t.equal(execution.status, 'succeeded');
  const states = execution.deliveries.map(({ fallbackStep, status, isSuperseded }) => [
    fallbackStep,
    status,
    isSuperseded,
  ]);
  t.same(states, [
    [0, 'failed', true],
    [1, 'succeeded', false],
  ]);
  t.same(
    spare.requests.map(({ deliveryId, attempt }) => [deliveryId, attempt]),
    [1, 2].map((attempt) => [execution.deliveries[1]?.id, attempt]),
  );
  t.equal(dead.requests.length, 1, 'and nothing begins anew');
});
