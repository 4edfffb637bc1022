import { randomUUID } from 'node:crypto';
import autocannon, { type Request } from 'autocannon';
import { type BenchDatabase, createSignedWorkflow } from './database.ts';
import { settled } from './ingest.ts';
import type { LoadTarget } from './load.ts';

const CONNECTIONS = 64;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);
const HEADER = 'x-event-id';

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** What it costs to know events by their ids: new ones, and ones that were there before, beside not looking at them. */
export async function benchDedup(hookgateUrl: string, database: BenchDatabase): Promise<void> {
  const target = async (config: object): Promise<LoadTarget> => {
    const { workflowId, headers, body } = await createSignedWorkflow(database.db);
    await database.db
      .updateTable('workflows')
      .set({ webhook_config: JSON.stringify(config) })
      .where('id', '=', workflowId)
      .execute();
    return { url: `${hookgateUrl}/api/webhooks/${workflowId}`, headers, body };
  };
  const dedup = { source: `header:${HEADER}` };
  const known = Array.from({ length: 1_000 }, () => randomUUID());
  let next = 0;
  const cases = {
    'no dedup': { target: await target({}), id: randomUUID },
    'each event new': { target: await target({ dedup }), id: randomUUID },
    'of 1,000 events': { target: await target({ dedup }), id: () => known[next++ % known.length] ?? '' },
  };
  const results = Object.fromEntries(Object.keys(cases).map((name) => [name, [] as number[]]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, { target, id }] of Object.entries(cases)) {
      const perSecond = await measure(target, id, round === 0 ? 2 : SECONDS);
      if (round > 0) results[name]?.push(perSecond);
      await settled(database);
    }
  }
  const base = median(results['no dedup'] ?? []);
  console.log(`\n1 KB, ${CONNECTIONS} connections, median of ${ROUNDS} rounds of ${SECONDS} s, in turns:`);
  console.table(
    Object.fromEntries(
      Object.entries(results).map(([name, all]) => [
        name,
        { 'per second': median(all), 'of no dedup': (median(all) / base).toFixed(2) },
      ]),
    ),
  );
}

/** With an id of its own for each request, which costs the load generator the same in all cases. */
async function measure(target: LoadTarget, id: () => string, seconds: number): Promise<number> {
  const setupRequest = (request: Request): Request => ({
    ...request,
    headers: { ...target.headers, [HEADER]: id() },
  });
  const result = await autocannon({
    url: target.url,
    method: 'POST',
    body: target.body,
    headers: target.headers,
    connections: CONNECTIONS,
    duration: seconds,
    requests: [{ setupRequest }],
  });
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0) throw new Error(`${failed} requests failed`);
  return Math.round(result['2xx'] / result.duration);
}
