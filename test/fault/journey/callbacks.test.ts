import { randomBytes } from 'node:crypto';
import { LEASE_MS } from '../../../src/execute/leases.ts';
import type { Execution } from '../../../src/http/schemas/executions.ts';
import { type Api, createApi } from '../../helpers/api.ts';
import { callBack, N8N_WEBHOOK_SECRET } from '../../helpers/callbacks.ts';
import { eventually } from '../../helpers/eventually.ts';
import { createTestDatabase } from '../../helpers/postgres.ts';
import { startReceiver } from '../../helpers/receiver.ts';
import { startService } from '../../helpers/service.ts';
import t from '../../helpers/tap.ts';

t.setTimeout(300_000);

const WITHIN = { withinMs: 60_000 };
const QUICK = { baseMs: 1, capMs: 1 };

/** A workflow with one endpoint whose trigger awaits a callback. */
const awaiting = (client: Api, url: string, awaitCallback: object | true = true, endpoint: object = {}) =>
  client.createWorkflow({
    triggers: [{ endpoint: { url, retryPolicy: QUICK, ...endpoint }, awaitCallback }],
  } as Parameters<Api['createWorkflow']>[0]);

const send = async (client: Api, workflowId: string): Promise<string> =>
  (await client.send(workflowId, { json: { order: 1001 } })).body.executionId ?? '';

const inState = (client: Api, id: string, status: string): Promise<Execution> =>
  eventually(
    `${id} is ${status}`,
    async () => {
      const execution = await client.execution(id);
      return execution.status === status && execution;
    },
    WITHIN,
  );

t.test(
  'a worker that is killed while deliveries wait: nothing is lost, and nothing is sent again',
  async (t) => {
    const env = {
      DATABASE_URL: (await createTestDatabase(t)).url,
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      ADMIN_API_KEY: `test_${randomBytes(24).toString('hex')}`,
      N8N_WEBHOOK_SECRET,
    };
    const [front, lost] = await Promise.all([
      startService(t, { env: { ...env, ROLE: 'api' } }),
      startService(t, { env: { ...env, ROLE: 'worker' } }),
    ]);
    const client = createApi(t, front);
    const receiver = await startReceiver(t);
    const long = await awaiting(client, receiver.url);
    const short = await awaiting(client, receiver.url, { deadlineSeconds: 10 });
    const confirmed = await send(client, long.id);
    const unheard = await send(client, short.id);
    await inState(client, confirmed, 'waiting');
    await inState(client, unheard, 'waiting');
    await lost.kill('SIGKILL');
    t.match(await callBack(client, { executionId: confirmed, status: 'success' }), {
      body: { outcome: 'applied' },
    });
    t.match(await client.execution(confirmed), { status: 'succeeded', confirmedBy: 'callback' });
    await startService(t, { env: { ...env, ROLE: 'worker' } });
    const failed = await eventually(
      'the new worker looks after it',
      async () => {
        const execution = await client.execution(unheard);
        return execution.finishedAt !== null && execution;
      },
      { withinMs: LEASE_MS + 60_000 },
    );
    t.match(failed, { status: 'failed', outcome: 'callback_overdue' });
    t.equal(receiver.requests.length, 2, 'each was sent once');
  },
);
