import { type BenchDatabase, createSignedWorkflow, ORGANIZATION_ID } from './database.ts';
import { type LoadResult, type LoadTarget, load } from './load.ts';
import { start } from './processes.ts';

const CONNECTIONS = 64;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

const summary = (results: LoadResult[]) => ({
  'per second': median(results.map((result) => result.perSecond)),
  'p50 ms': median(results.map((result) => result.p50)),
  'p99 ms': median(results.map((result) => result.p99)),
  failed: results.reduce((sum, result) => sum + result.failed, 0),
});

export interface IngestOptions {
  hookgateUrl: string;
  databaseUrl: string;
  database: BenchDatabase;
}

/** Durable ingest beside bare Fastify and beside the usual way, in turns, so that a noisy machine hits all alike. */
export async function benchIngest({ hookgateUrl, databaseUrl, database }: IngestOptions): Promise<void> {
  const { workflowId, secret, ...webhook } = await createSignedWorkflow(database.db);
  const bare = await start('bare.ts');
  const oneInsert = await start('one-insert.ts', [databaseUrl, secret, ORGANIZATION_ID, workflowId]);
  const targets = {
    bare: { ...webhook, url: bare.url },
    ingest: { ...webhook, url: `${hookgateUrl}/api/webhooks/${workflowId}` },
    oneInsert: { ...webhook, url: oneInsert.url },
  };
  for (const target of Object.values(targets)) await measure(target, 2);

  const results: Record<keyof typeof targets, LoadResult[]> = { bare: [], ingest: [], oneInsert: [] };
  for (let round = 1; round <= ROUNDS; round++) {
    results.bare.push(await measure(targets.bare));
    results.ingest.push(await measureCounted(database, workflowId, targets.ingest));
    await settled(database);
    results.oneInsert.push(await measure(targets.oneInsert));
    await settled(database);
  }
  const [b, i, o] = [summary(results.bare), summary(results.ingest), summary(results.oneInsert)];
  console.log(`\n1 KB, ${CONNECTIONS} connections, median of ${ROUNDS} rounds of ${SECONDS} s, in turns:`);
  console.table({ 'bare Fastify': b, 'durable ingest': i, 'one INSERT per request': o });
  console.log(`durable ingest / bare Fastify            ${(i['per second'] / b['per second']).toFixed(2)}`);
  console.log(`durable ingest / one INSERT per request  ${(i['per second'] / o['per second']).toFixed(2)}`);
  await Promise.all([bare.stop(), oneInsert.stop()]);
}

const measure = (target: LoadTarget, seconds = SECONDS) =>
  load(target, { duration: seconds, connections: CONNECTIONS });

/** Counts every 200 against its row. */
async function measureCounted(
  database: BenchDatabase,
  workflowId: string,
  target: LoadTarget,
): Promise<LoadResult> {
  const before = await rowsOf(database, workflowId);
  const result = await measure(target);
  const stored = (await rowsOf(database, workflowId)) - before;
  console.log(`${result.ok} answered 200, ${stored} rows stored`);
  // Those that were under way when the load ended are stored without their answer having been counted.
  if (stored < result.ok || stored > result.ok + CONNECTIONS)
    throw new Error('answers and rows do not match');
  return result;
}

const rowsOf = async ({ one }: BenchDatabase, workflowId: string) =>
  Number(
    (await one<{ count: string }>('SELECT count(*) FROM webhook_logs WHERE workflow_id = $1', [workflowId]))
      .count,
  );

/** Waits until what was accepted is executed: it would go on during the next measurement. */
export async function settled({ one }: BenchDatabase): Promise<void> {
  for (;;) {
    const { open } = await one<{ open: boolean }>(
      `SELECT EXISTS (SELECT FROM workflow_executions WHERE finished_at IS NULL) AS open`,
    );
    if (!open) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
