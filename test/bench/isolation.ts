import { createServer } from 'node:net';
import { type BenchDatabase, createSignedWorkflow, type SignedWorkflow } from './database.ts';
import { load } from './load.ts';
import { start } from './processes.ts';

const WEBHOOKS = Number(process.env.BENCH_WEBHOOKS ?? 2_000);
/** To each of the two, in a second. Below what the machine can do: otherwise all that is seen is the queue. */
const RATE = Number(process.env.BENCH_RATE ?? 100);
const CONNECTIONS = 16;
const TIMEOUT_MS = 1_000;

/** What a dead endpoint, which takes connections and never answers, costs the deliveries to a healthy one. */
export async function benchIsolation(hookgateUrl: string, database: BenchDatabase): Promise<void> {
  const receiver = await start('receiver.ts');
  const dead = await listenInSilence();
  const healthy = await createSignedWorkflow(database.db, [receiver.url]);
  await report('healthy endpoint alone', database, healthy, () => send(hookgateUrl, healthy));

  const failing = await createSignedWorkflow(database.db, [dead.url]);
  await database.one(
    `UPDATE webhook_endpoints e SET timeout_ms = $2 FROM workflow_triggers t
     WHERE t.endpoint_id = e.id AND t.workflow_id = $1`,
    [failing.workflowId, TIMEOUT_MS],
  );
  const beside = await createSignedWorkflow(database.db, [receiver.url]);
  await report('beside a dead one', database, beside, () =>
    Promise.all([send(hookgateUrl, beside), send(hookgateUrl, failing)]),
  );
  const { attempts, waiting } = await database.one<{ attempts: string; waiting: string }>(
    `SELECT coalesce(sum(d.attempts), 0) AS attempts, count(*) FILTER (WHERE d.next_attempt_at IS NOT NULL) AS waiting
     FROM deliveries d JOIN workflow_executions e ON e.id = d.execution_id WHERE e.workflow_id = $1`,
    [failing.workflowId],
  );
  console.log(
    `                        the dead one: ${attempts} attempts; ${waiting} of ${WEBHOOKS} wait, none is lost`,
  );
  await receiver.stop();
  dead.close();
}

const send = (hookgateUrl: string, { workflowId, headers, body }: SignedWorkflow) =>
  load(
    { url: `${hookgateUrl}/api/webhooks/${workflowId}`, headers, body },
    { amount: WEBHOOKS, connections: CONNECTIONS, overallRate: RATE },
  );

/** From the first one sent to the last one delivered; and from the acceptance of each to its end. */
async function report(
  title: string,
  database: BenchDatabase,
  { workflowId }: SignedWorkflow,
  run: () => Promise<unknown>,
): Promise<void> {
  const startedAt = performance.now();
  await Promise.all([run(), delivered(database, workflowId)]);
  const seconds = (performance.now() - startedAt) / 1_000;
  const { p50, p99 } = await database.one<{ p50: number; p99: number }>(
    `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS p50, percentile_cont(0.99) WITHIN GROUP (ORDER BY ms) AS p99
     FROM (SELECT extract(epoch FROM finished_at - created_at) * 1000 AS ms
       FROM workflow_executions WHERE workflow_id = $1) AS e`,
    [workflowId],
  );
  console.log(
    `${title.padEnd(24)}${Math.round(WEBHOOKS / seconds)} per second; accepted to delivered: p50 ${Math.round(p50)} ms, p99 ${Math.round(p99)} ms`,
  );
}

async function delivered(database: BenchDatabase, workflowId: string): Promise<void> {
  for (;;) {
    const { count } = await database.one<{ count: string }>(
      `SELECT count(*) FROM workflow_executions WHERE workflow_id = $1 AND state = 'succeeded'`,
      [workflowId],
    );
    if (Number(count) >= WEBHOOKS) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function listenInSilence(): Promise<{ url: string; close: () => void }> {
  const sockets = new Set<{ destroy: () => void }>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
