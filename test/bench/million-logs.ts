import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { idCursor } from '../../src/store/cursor.ts';
import { insertWorkflow } from '../helpers/rows.ts';
import { type BenchDatabase, ENCRYPTION_KEY, ORGANIZATION_ID, openDatabase } from './database.ts';
import { start } from './processes.ts';

// A million webhook logs of ten days: how long pages of them take, and what an export of all of them costs.
const LOGS = Number(process.env.BENCH_LOGS ?? 1_000_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 21);
const DAYS = 10;
const PAGE = 50;
/** Few enough to have rows in any filter, many enough to make one of them rare. */
const WORKFLOWS = 20;

const INSERT = `
  INSERT INTO webhook_logs (id, organization_id, workflow_id, execution_id, received_at, request_id, method, query,
    headers, body, body_bytes, source_ip, status_code, error_code)
  SELECT (left(uuidv7_floor(at)::text, 14) || '7' || substr(gen_random_uuid()::text, 16))::uuid, $1,
    ($2::uuid[])[1 + n % cardinality($2::uuid[])], CASE WHEN refused THEN NULL ELSE gen_random_uuid() END, at,
    'bench-' || n, 'POST', 'source=bench', '[["Content-Type","application/json"],["User-Agent","bench/1.0"],["X-Webhook-Signature","sha256=00"]]',
    CASE WHEN NOT refused THEN convert_to(body, 'UTF8') END, length(body), '192.0.2.' || n % 250,
    CASE WHEN refused THEN 401 ELSE 200 END, CASE WHEN refused THEN 'signature_mismatch' END
  FROM (
    SELECT n, now() - n * ($6 * interval '1 day' / $5::float8) AS at, n % 100 = 0 AS refused,
      '{"event":"order.created","number":' || n || ',"filler":"' || repeat(md5(n::text), 16) || '"}' AS body
    FROM generate_series($3::int, $4::int) AS n
  ) AS r`;

const dataDir = await mkdtemp(join(tmpdir(), 'hookgate-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir, onProgress: (line) => console.log(line) });
const adminKey = randomBytes(32).toString('hex');
const service = await start('hookgate.mjs', [], {
  DATABASE_URL: postgres.url,
  REDIS_URL: '',
  ENCRYPTION_KEY,
  ADMIN_API_KEY: adminKey,
  PORT: '0',
});
const database = openDatabase(postgres.url);
try {
  await report(await makeLogs(database));
} finally {
  await service.stop();
  await database.close();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** In SQL, in portions: ids as the service would have given them at the time. Returns the workflows. */
async function makeLogs({ db, one }: BenchDatabase): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < WORKFLOWS; i++) ids.push((await insertWorkflow(db)).workflowId);
  for (let day = 1; day <= DAYS; day++) {
    await one(
      `DO $$ DECLARE day date := (now() AT TIME ZONE 'UTC')::date - ${day}; name text := 'webhook_logs_' || to_char(day, 'YYYYMMDD');
       BEGIN IF to_regclass(name) IS NULL THEN
         EXECUTE format('CREATE TABLE %I PARTITION OF webhook_logs FOR VALUES FROM (%L) TO (%L)', name,
           uuidv7_floor(day::timestamp AT TIME ZONE 'UTC'), uuidv7_floor((day + 1)::timestamp AT TIME ZONE 'UTC'));
         EXECUTE format('ALTER TABLE %I ALTER COLUMN body SET STORAGE EXTERNAL', name);
       END IF; END $$`,
    );
  }
  const portion = 50_000;
  const startedAt = performance.now();
  for (let from = 0; from < LOGS; from += portion) {
    await one(INSERT, [ORGANIZATION_ID, ids, from, Math.min(from + portion, LOGS) - 1, LOGS, DAYS]);
  }
  await one('VACUUM ANALYZE');
  const { count, size } = await one<{ count: string; size: string }>(
    `SELECT (SELECT count(*) FROM webhook_logs) AS count, pg_size_pretty(pg_database_size(current_database())) AS size`,
  );
  console.log(`${count} logs, ${size}, made in ${Math.round((performance.now() - startedAt) / 1000)} s`);
  return ids;
}

async function report([workflowId = '']: string[]): Promise<void> {
  const far = Math.min(10_000, Math.floor(LOGS / PAGE));
  const { id } = await database.one<{ id: string }>(
    'SELECT id FROM webhook_logs ORDER BY id DESC OFFSET $1 LIMIT 1',
    [(far - 1) * PAGE - 1],
  );
  const hours = (n: number) => new Date(Date.now() - n * 3_600_000).toISOString();
  const pages: Record<string, Record<string, string>> = {
    'first page': {},
    'by workflow': { workflowId },
    'by error': { errorCode: 'signature_mismatch' },
    'refused, of a workflow': { success: 'false', workflowId },
    'by address (1 in 250)': { sourceIp: '192.0.2.7' },
    'by address, in a day': { sourceIp: '192.0.2.7', from: hours(120), to: hours(96) },
    'nothing matches': { sourceIp: '198.51.100.1' },
    'text in bodies': { workflowId, q: '"number":77' },
    [`page ${far}`]: { cursor: idCursor('webhook-logs').encode(id) },
    [`page ${far}, by workflow`]: { cursor: idCursor('webhook-logs').encode(id), workflowId },
  };
  const table: Record<string, object> = {};
  for (const [name, query] of Object.entries(pages)) table[name] = await timePage(query);
  console.table(table);
  for (const format of ['ndjson', 'csv'] as const) await exportAll(format);
}

function call(path: string): Promise<Response> {
  return fetch(`${service.url}/api/webhook-logs${path}`, {
    headers: { authorization: `Bearer ${adminKey}` },
  });
}

async function timePage(query: Record<string, string>): Promise<object> {
  const times: number[] = [];
  let rows = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    const response = await call(`?${new URLSearchParams({ limit: String(PAGE), ...query })}`);
    const page = (await response.json()) as { data?: unknown[] };
    times.push(performance.now() - startedAt);
    if (page.data === undefined) throw new Error(JSON.stringify(page));
    rows = page.data.length;
  }
  times.sort((a, b) => a - b);
  const at = (part: number) => Number((times[Math.floor(times.length * part)] ?? 0).toFixed(1));
  return { rows, 'median ms': at(0.5), 'worst ms': at(0.999) };
}

/** Counts what arrives, against what is there, and looks at the peak of the service's memory meanwhile. */
async function exportAll(format: 'ndjson' | 'csv'): Promise<void> {
  await resetPeak();
  const before = await memory('VmRSS');
  const startedAt = performance.now();
  const response = await call(`/export?format=${format}`);
  if (response.status !== 200 || response.body === null) throw new Error(`export: ${response.status}`);
  let lines = 0;
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, at + 1)) lines++;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const rows = format === 'csv' ? lines - 1 : lines;
  const peak = await memory('VmHWM');
  console.log(
    `${format}: ${rows} rows, ${Math.round(bytes / 1e6)} MB in ${seconds.toFixed(1)} s; resident ${before} MB before, ${peak} MB at its peak`,
  );
  if (rows !== LOGS) throw new Error(`${LOGS} rows were expected`);
}

/** Of Linux: makes the peak what is resident now. */
function resetPeak(): Promise<void> {
  return writeFile(`/proc/${service.pid}/clear_refs`, '5');
}

async function memory(field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${service.pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024);
}
