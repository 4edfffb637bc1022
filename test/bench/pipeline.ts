import { type BenchDatabase, createSignedWorkflow } from './database.ts';
import { settled } from './ingest.ts';
import { load } from './load.ts';
import { start } from './processes.ts';

const WEBHOOKS = Number(process.env.BENCH_WEBHOOKS ?? 10_000);
const CONNECTIONS = 64;

/** How fast webhooks reach a receiver that answers at once, from the first one sent to the last one recorded. */
export async function benchDelivered(hookgateUrl: string, database: BenchDatabase): Promise<void> {
  const receiver = await start('receiver.ts');
  const { workflowId, headers, body } = await createSignedWorkflow(database.db, [receiver.url]);
  const target = { url: `${hookgateUrl}/api/webhooks/${workflowId}`, headers, body };
  const startedAt = performance.now();
  const { ok } = await load(target, { amount: WEBHOOKS, connections: CONNECTIONS });
  await settled(database);
  const seconds = (performance.now() - startedAt) / 1000;
  const { count } = await database.one<{ count: string }>(
    `SELECT count(*) FROM workflow_executions WHERE workflow_id = $1 AND state = 'succeeded'`,
    [workflowId],
  );
  if (Number(count) < ok) throw new Error(`${ok} were accepted and only ${count} delivered`);
  console.log(
    `accepted and delivered  ${Math.round(ok / seconds)} per second (${WEBHOOKS} webhooks, one trigger)`,
  );
  await receiver.stop();
}

/**
 * How fast jobs get onto the queue while webhooks come in as fast as they are answered, nobody taking any off
 * it: `hookgateUrl` is a process with ROLE=api. What the queue does not take in time waits as rows.
 */
export async function benchEnqueued(hookgateUrl: string, database: BenchDatabase): Promise<void> {
  const { workflowId, headers, body } = await createSignedWorkflow(database.db);
  const target = { url: `${hookgateUrl}/api/webhooks/${workflowId}`, headers, body };
  const startedAt = performance.now();
  const { ok, perSecond } = await load(target, { amount: WEBHOOKS, connections: CONNECTIONS });
  const seconds = (performance.now() - startedAt) / 1000;
  const { count } = await database.one<{ count: string }>('SELECT count(*) FROM bullmq.job');
  console.log(`accepted and enqueued   ${Math.round(Number(count) / seconds)} per second`);
  console.log(
    `                        (${count} of ${ok} were on the queue when the last of ${perSecond} per second was answered)`,
  );
}
