import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BenchDatabase, createSignedWorkflow, ORGANIZATION_ID } from './database.ts';

/** How many records each full sync has: what is needed for ten times as many is to be the same. */
const RECORDS = (process.env.BENCH_RECORDS ?? '10000,100000').split(',').map(Number);

const FILL = `
  INSERT INTO sync_records (organization_id, config_id, key, data, version, clock, origin, local_version, change_seq, changed_at)
  SELECT $1, $2, 'contact-' || lpad(n::text, 9, '0'),
    json_build_object('id', n, 'email', 'someone' || n || '@example.com', 'notes', repeat(md5(n::text), 8)),
    1, lpad(n::text, 15, '0') || '-000000-hookgate.bench', 'local', 1, n, now()
  FROM generate_series(1, $3::int) AS n`;

interface Run {
  state: string;
  total: number;
  done: number;
  failed: number;
}

/** Full syncs of different sizes to a receiver, with their progress and the memory that the service takes. */
export async function benchSync(
  hookgate: { url: string; pid: number },
  database: BenchDatabase,
  adminKey: string,
): Promise<void> {
  const receiver = await startReceiver();
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(hookgate.url + path, {
      method,
      headers: {
        authorization: `Bearer ${adminKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  await createSignedWorkflow(database.db, [receiver.url]);
  const { id: endpointId } = await database.one<{ id: string }>(
    'SELECT id FROM webhook_endpoints ORDER BY id DESC LIMIT 1',
  );
  for (const records of RECORDS) {
    const config = { entity: 'contacts', direction: 'outbound', endpointId };
    const { id } = await call<{ id: string }>('POST', '/api/data-sync-configs', config);
    await database.one(FILL, [ORGANIZATION_ID, id, records]);
    await database.one('VACUUM ANALYZE sync_records');
    receiver.received.clear();
    await measure(records, { hookgate, id, call, receiver });
  }
  receiver.close();
}

interface Measured {
  hookgate: { pid: number };
  id: string;
  call: <T>(method: string, path: string, body?: object) => Promise<T>;
  receiver: Receiver;
}

async function measure(records: number, { hookgate, id, call, receiver }: Measured): Promise<void> {
  // Of Linux: makes the peak what is resident now.
  await writeFile(`/proc/${hookgate.pid}/clear_refs`, '5');
  const before = await memory(hookgate.pid, 'VmRSS');
  const startedAt = performance.now();
  const { id: runId } = await call<{ id: string }>('POST', `/api/data-sync-configs/${id}/sync`);
  let nextTold = 0.25;
  for (;;) {
    const run = await call<Run>('GET', `/api/data-sync-configs/${id}/runs/${runId}`);
    const peak = await memory(hookgate.pid, 'VmHWM');
    const part = run.done / run.total;
    if (part >= nextTold) {
      console.log(`  ${run.done} of ${run.total}, ${peak} MB at the most`);
      nextTold += 0.25;
    }
    if (run.state !== 'running') {
      const seconds = (performance.now() - startedAt) / 1_000;
      const { size } = receiver.received;
      console.log(
        `${records} records: ${run.state}, ${run.done} done, ${run.failed} failed, ${size} different ones received, in ${seconds.toFixed(1)} s (${Math.round(records / seconds)} per second); memory ${before} MB before, ${peak} MB at the most`,
      );
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** In megabytes. */
async function memory(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1_024);
}

interface Receiver {
  url: string;
  /** The keys of the records that came. */
  received: Set<string>;
  close(): void;
}

/** In n8n's place, in this process, so that its memory is not counted. */
async function startReceiver(): Promise<Receiver> {
  const received = new Set<string>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { data } = JSON.parse(Buffer.concat(chunks).toString()) as {
      data: { records?: { key: string }[] };
    };
    for (const { key } of data.records ?? []) received.add(key);
    response.end('{"message":"Workflow was started"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, received, close: () => void server.close() };
}
