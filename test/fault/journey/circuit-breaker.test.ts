import { randomBytes } from 'node:crypto';
import { createApi } from '../../helpers/api.ts';
import { eventually } from '../../helpers/eventually.ts';
import { createTestDatabase } from '../../helpers/postgres.ts';
import { startReceiver } from '../../helpers/receiver.ts';
import { startService } from '../../helpers/service.ts';
import t from '../../helpers/tap.ts';

// Minutes on a busy machine.
const LIMIT_MS = 300_000;
t.setTimeout(LIMIT_MS);

const WEBHOOKS = 60;
const BREAKER = { minimumAttempts: 5, openSeconds: 3 };

t.test(
  'an endpoint that fails is left alone by all processes, tried with one, and loses nothing',
  async (t) => {
    const { url: DATABASE_URL } = await createTestDatabase(t);
    const env = {
      DATABASE_URL,
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      ADMIN_API_KEY: `test_${randomBytes(24).toString('hex')}`,
    };
    let isDown = true;
    const [flaky, healthy] = await Promise.all([
      startReceiver(t, () => ({ status: isDown ? 503 : 200 })),
      startReceiver(t),
    ]);
    const first = await startService(t, { env });
    const second = await startService(t, { env });
    const services = [first, second];
    const api = createApi(t, first);
    const other = createApi(t, second);
    const retryPolicy = { baseMs: 100, maxAttempts: 50 };
    const failing = await api.createWorkflow({
      triggers: [{ endpoint: { url: flaky.url, retryPolicy, circuitBreaker: BREAKER } }],
    });
    const working = await api.createWorkflow({ triggers: [{ endpoint: { url: healthy.url } }] });
    const logged = (msg: string) => services.flatMap(({ logs }) => logs.filter((line) => line.msg === msg));

    for (let i = 0; i < WEBHOOKS; i += 1) {
      t.equal((await (i % 2 ? api : other).send(failing.id)).status, 200);
      await (i % 2 ? other : api).send(working.id);
    }
    await healthy.waitFor('what goes to the other endpoint', (all) => all.length === WEBHOOKS);
    await eventually('the circuit opens', () => logged('circuit.opened').length > 0);
    await eventually('one delivery tries it, in vain', () => logged('circuit.opened').length > 2);
    const metrics = await api.call<string>('GET', '/metrics');
    t.match(metrics.body, /^hookgate_open_circuits 1$/m);
    t.match(metrics.body, /^hookgate_circuit_deliveries [1-9]/m, 'and it says how many wait');
    const ready = await api.call<{ checks: { work: { status: string } } }>('GET', '/readyz');
    t.equal(ready.body.checks.work.status, 'ok', 'what waits is no work that stands still');

    const sinceProbe = flaky.requests.length;
    await eventually('it is tried again', () => logged('circuit.opened').length > 3);
    // What was let through before it opened may still come; without a circuit it would be every delivery, many times.
    t.ok(flaky.requests.length - sinceProbe < 10, `${flaky.requests.length - sinceProbe} attempts meanwhile`);

    isDown = false;
    await eventually('the circuit closes', () => logged('circuit.closed').length > 0);
    await eventually('nothing was lost', async () => {
      const executions = await api.executions({ workflowId: failing.id, status: 'succeeded' });
      return executions.length === WEBHOOKS;
    });
    const delivered = flaky.requests.filter(({ answered }) => answered === 200);
    t.equal(new Set(delivered.map(({ deliveryId }) => deliveryId)).size, WEBHOOKS);
    t.equal(delivered.length, WEBHOOKS, 'each once');
    t.ok(logged('circuit.half_open').length > 1);
    t.ok(logged('circuit.opened').every((line) => typeof line.endpointId === 'string'));
  },
);
