import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { ENCRYPTION_KEY, openDatabase } from './database.ts';
import { benchDedup } from './dedup.ts';
import { benchFairness } from './fairness.ts';
import { benchIngest } from './ingest.ts';
import { benchIsolation } from './isolation.ts';
import { benchPacing } from './pacing.ts';
import { benchDelivered, benchEnqueued } from './pipeline.ts';
import { start } from './processes.ts';
import { benchSync } from './sync.ts';
import { benchVerify } from './verify.ts';

// In this process and without anything else running beside it.
if (process.argv[2] === 'verify') {
  benchVerify();
  process.exit(0);
}

// The embedded default, except that it runs beside the service instead of inside, so that the service can be
// started in one role and then in another.
const dataDir = await mkdtemp(join(tmpdir(), 'hookgate-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir, onProgress: (line) => console.log(line) });
const hookgate = (env: NodeJS.ProcessEnv) =>
  start('hookgate.mjs', [], {
    DATABASE_URL: postgres.url,
    REDIS_URL: process.env.REDIS_URL ?? '',
    ENCRYPTION_KEY,
    PORT: '0',
    OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8',
    ...env,
  });

const adminKey = randomBytes(32).toString('hex');
const all = await hookgate({ ROLE: 'all', ADMIN_API_KEY: adminKey });
const database = openDatabase(postgres.url);
console.log(
  await database.one(
    `SELECT current_setting('server_version') AS postgres, current_setting('fsync') AS fsync,
      current_setting('synchronous_commit') AS synchronous_commit, current_setting('full_page_writes') AS full_page_writes`,
  ),
);
if (process.argv[2] === 'isolation') {
  await benchIsolation(all.url, database);
  await all.stop();
} else if (process.argv[2] === 'fairness') {
  await benchFairness({ url: all.url, adminKey, databaseUrl: postgres.url });
  await all.stop();
} else if (process.argv[2] === 'dedup') {
  await benchDedup(all.url, database);
  await all.stop();
} else if (process.argv[2] === 'pacing') {
  const others = await Promise.all([hookgate({ ROLE: 'all' }), hookgate({ ROLE: 'all' })]);
  const processes = [all, ...others];
  await benchPacing(
    processes.map(({ url }) => url),
    database,
  );
  await Promise.all(processes.map((each) => each.stop()));
} else if (process.argv[2] === 'sync') {
  await benchSync(all, database, adminKey);
  await all.stop();
} else {
  await benchPipeline();
}

await database.close();
await postgres.stop();
await rm(dataDir, { recursive: true, force: true });

async function benchPipeline(): Promise<void> {
  await benchIngest({ hookgateUrl: all.url, databaseUrl: postgres.url, database });
  await benchDelivered(all.url, database);
  await all.stop();

  const api = await hookgate({ ROLE: 'api', QUEUE_HIGH_WATER: '1000000' });
  await benchEnqueued(api.url, database);
  await api.stop();
}
