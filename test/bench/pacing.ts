import { type BenchDatabase, createSignedWorkflow, type SignedWorkflow } from './database.ts';
import { load } from './load.ts';
import { start } from './processes.ts';

const WEBHOOKS = Number(process.env.BENCH_WEBHOOKS ?? 2_000);
const PACE = Number(process.env.BENCH_PACE ?? 50);
/** How fast the webhooks for the paced endpoint arrive, in a second. */
const BURST = WEBHOOKS / 2;
const BESIDE = 200;
const BESIDE_RATE = 20;

/**
 * How well several processes keep to one endpoint's pace together when far more arrives at once, and whether
 * another endpoint's deliveries notice.
 */
export async function benchPacing(hookgateUrls: string[], database: BenchDatabase): Promise<void> {
  const receiver = await start('receiver.ts');
  const free = await createSignedWorkflow(database.db, [receiver.url]);
  const send = (url: string | undefined, workflow: SignedWorkflow, limits: Limits) =>
    load({ ...workflow, url: `${url}/api/webhooks/${workflow.workflowId}` }, limits);
  await send(hookgateUrls[0], free, { amount: BESIDE, connections: 4, overallRate: BESIDE_RATE });
  console.log(`another endpoint, alone        ${await latencyOf(database, free)}`);

  const paced = await createSignedWorkflow(database.db, [receiver.url]);
  await database.one(
    `UPDATE webhook_endpoints e SET pace_per_second = $2 FROM workflow_triggers t
     WHERE t.endpoint_id = e.id AND t.workflow_id = $1`,
    [paced.workflowId, PACE],
  );
  const beside = await createSignedWorkflow(database.db, [receiver.url]);
  const share = { amount: Math.ceil(WEBHOOKS / hookgateUrls.length), connections: 32 };
  const [burst] = await Promise.all([
    Promise.all(
      hookgateUrls.map((url) => send(url, paced, { ...share, overallRate: BURST / hookgateUrls.length })),
    ),
    send(hookgateUrls[0], beside, { amount: BESIDE, connections: 4, overallRate: BESIDE_RATE }),
  ]);
  const acknowledged = burst.reduce((sum, { ok }) => sum + ok, 0);
  const besideLatency = await latencyOf(database, beside);
  await ended(database, paced.workflowId, acknowledged);
  const { seconds, arrived } = await database.one<{ seconds: number; arrived: number }>(
    `SELECT extract(epoch FROM max(a.started_at) - min(a.started_at))::float8 AS seconds,
       (SELECT extract(epoch FROM max(created_at) - min(created_at))::float8 FROM workflow_executions
        WHERE workflow_id = $1) AS arrived
     FROM delivery_attempts a JOIN deliveries d ON d.id = a.delivery_id
     JOIN workflow_executions e ON e.id = d.execution_id WHERE e.workflow_id = $1`,
    [paced.workflowId],
  );
  const perSecond = (acknowledged - 1) / seconds;
  console.log(
    `${acknowledged} webhooks within ${arrived.toFixed(1)} s at an endpoint paced at ${PACE} a second, by ${hookgateUrls.length} processes:\n` +
      `                               ${perSecond.toFixed(1)} a second (${(perSecond / PACE).toFixed(2)} of the pace)`,
  );
  console.log(`another endpoint, meanwhile    ${besideLatency}`);
  await receiver.stop();
}

type Limits = Parameters<typeof load>[1];

async function latencyOf(database: BenchDatabase, { workflowId }: SignedWorkflow): Promise<string> {
  await ended(database, workflowId, BESIDE);
  const { p50, p99 } = await database.one<{ p50: number; p99: number }>(
    `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS p50, percentile_cont(0.99) WITHIN GROUP (ORDER BY ms) AS p99
     FROM (SELECT extract(epoch FROM finished_at - created_at) * 1000 AS ms
       FROM workflow_executions WHERE workflow_id = $1) AS e`,
    [workflowId],
  );
  return `accepted to delivered: p50 ${Math.round(p50)} ms, p99 ${Math.round(p99)} ms`;
}

async function ended(database: BenchDatabase, workflowId: string, count: number): Promise<void> {
  for (;;) {
    const row = await database.one<{ count: string }>(
      `SELECT count(*) FROM workflow_executions WHERE workflow_id = $1 AND state = 'succeeded'`,
      [workflowId],
    );
    if (Number(row.count) >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
