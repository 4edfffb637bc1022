import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { startRedis } from '../helpers/redis.ts';
import t, { type Test } from '../helpers/tap.ts';
import { databaseUrl, withClient } from '../helpers/template.ts';
import { createCli } from './run.ts';

t.setTimeout(280_000);

const SECRET = 'pa55word-that-must-not-be-shown';

interface Report {
  ok: boolean;
  findings: Finding[];
}

const cli = await createCli(t, { ENCRYPTION_KEY: randomBytes(32).toString('base64') });

const examine = async (env: Record<string, string>) => {
  const { code, stdout, stderr } = await cli.run(['doctor', '--json'], env);
  return { code, stderr, ...(JSON.parse(stdout) as Report) };
};

const statuses = ({ findings }: Report) => findings.map(({ name, status }) => `${name} ${status}`);

const detailsOf = ({ findings }: Report, status: Finding['status']) =>
  findings.filter((finding) => finding.status === status).map(({ detail }) => detail);

/** An n8n whose public API takes one key. */
async function startN8n(t: Test): Promise<string> {
  const listener: RequestListener = (request, response) => {
    if (request.url === '/healthz') return response.end('{"status":"ok"}');
    const ok = request.url?.startsWith('/api/v1/workflows') && request.headers['x-n8n-api-key'] === 'right';
    return response.writeHead(ok ? 200 : 401).end('{}');
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

t.test('all is well', async (t) => {
  const [journey, n8n, redis] = await Promise.all([startJourney(t), startN8n(t), startRedis(t)]);
  const env = {
    DATABASE_URL: journey.databaseUrl,
    DATABASE_DIRECT_URL: journey.databaseUrl,
    REDIS_URL: redis?.url ?? '',
    N8N_BASE_URL: n8n,
    N8N_API_KEY: 'right',
    HOOKGATE_URL: journey.url,
    ADMIN_API_KEY: journey.adminKey,
  };
  // Under load its first look at the migrations may take longer than it gives itself.
  await eventually('the service is ready', async () => (await fetch(`${journey.url}/readyz`)).ok);
  const json = await examine(env);
  t.same(statuses(json), [
    'node ok',
    'settings ok',
    'database ok',
    // The user of the tests is a superuser.
    'database warning',
    'database ok',
    'endpoints ok',
    'database ok',
    'redis ok',
    'n8n ok',
    'n8n ok',
    'service ok',
    'key ok',
  ]);
  t.match(json, { code: 0, ok: true, stderr: '' });

  const [table, refused] = await Promise.all([
    cli.run(['doctor'], env),
    examine({ ...env, HOOKGATE_API_KEY: SECRET, N8N_API_KEY: SECRET }),
  ]);
  t.match(table.stdout, /^✔ database +DATABASE_URL: Postgres \d+\.\d+ answers; /m);
  t.match(refused, { code: 1, ok: false, stderr: /^hookgate: \d things are broken\.\n$/ });
  const broken = detailsOf(refused, 'broken');
  t.ok(broken.includes('Its public API refuses N8N_API_KEY.'));
  t.ok(broken.some((detail) => /^Unauthorized: .*\[unauthorized, /.test(detail)));
});

t.test('endpoints at addresses that are not called any more are named', async (t) => {
  const journey = await startJourney(t);
  const endpoint = { url: 'http://127.0.0.1:5678/rest/login' };
  const made = await journey.api.call<{ id: string }>('POST', '/api/webhook-endpoints', { json: endpoint });
  const env = { DATABASE_URL: journey.databaseUrl, HOOKGATE_URL: 'http://127.0.0.1:1' };
  for (const settings of [{ OUTBOUND_ALLOW_CIDRS: '' }, { N8N_BASE_URL: 'http://127.0.0.1:5678' }]) {
    const { findings } = await examine({ OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8', ...env, ...settings });
    const found = findings.filter(({ name }) => name === 'endpoints');
    t.match(found, [{ status: 'warning', detail: /^1 endpoints? / }]);
    t.match(found[0]?.detail, made.body.id);
  }
});

t.test('metrics that are closed are named', async (t) => {
  const open = { DATABASE_URL: `postgres://me:${SECRET}@127.0.0.1:1/hookgate`, HOST: '0.0.0.0' };
  const [closed, token] = await Promise.all([examine(open), examine({ ...open, METRICS_TOKEN: SECRET })]);
  t.ok(statuses(closed).includes('metrics warning'));
  t.notOk(statuses(token).some((status) => status.startsWith('metrics')));
});

t.test('nothing can be reached', async (t) => {
  const env = {
    DATABASE_URL: `postgres://me:${SECRET}@127.0.0.1:1/hookgate`,
    REDIS_URL: `redis://me:${SECRET}@127.0.0.1:1`,
    N8N_BASE_URL: 'http://127.0.0.1:1',
    HOOKGATE_URL: 'http://127.0.0.1:1',
  };
  const [json, table] = await Promise.all([examine(env), cli.run(['doctor'], env)]);
  t.same(statuses(json), [
    'node ok',
    'settings ok',
    'database broken',
    'redis broken',
    'n8n broken',
    'service warning',
  ]);
  t.ok(json.findings.every(({ status, mend }) => status === 'ok' || mend !== undefined));
  t.equal(json.code, 1);
  t.match(
    table.stdout,
    /^✘ database +DATABASE_URL cannot be used: connect ECONNREFUSED 127\.0\.0\.1:1\.\n {12}Check the host/m,
  );
});

t.test('a user who may do nothing, and a database that has had nothing', async (t) => {
  const [{ adminUrl, name }, redis] = await Promise.all([createTestDatabase(t), startRedis(t)]);
  const role = `doctor_${name}`;
  const empty = `empty_${name}`;
  await withClient(adminUrl, async (client) => {
    await client.query(`CREATE ROLE ${role} LOGIN PASSWORD '${SECRET}'`);
    await client.query(`CREATE DATABASE ${empty}`);
  });
  t.teardown(() =>
    withClient(adminUrl, async (client) => {
      await client.query(`DROP DATABASE ${empty} WITH (FORCE)`);
      await client.query(`DROP ROLE ${role}`);
    }),
  );
  const asRole = new URL(databaseUrl(adminUrl, name));
  asRole.username = role;
  asRole.password = SECRET;
  const fresh = { DATABASE_URL: databaseUrl(adminUrl, empty), HOOKGATE_URL: 'http://127.0.0.1:1' };
  if (redis !== null) {
    const client = new Redis(redis.url);
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    client.disconnect();
  }
  const [mayNot, missing, soon] = await Promise.all([
    examine({ ...fresh, DATABASE_URL: asRole.href }),
    examine({ ...fresh, MIGRATE_ON_START: 'false', REDIS_URL: redis?.url ?? '' }),
    examine(fresh),
  ]);
  t.match(detailsOf(mayNot, 'broken'), [
    'This user may not make tables.',
    'This user may not make the schema of the queue.',
    'This user may not act as the role hookgate_tenant, which row-level security needs.',
    /^The tables belong to ".+", and this user sees none of their rows\.$/,
  ]);
  t.match(detailsOf(missing, 'broken')[0], /^\d+ migrations are missing, 0001_\w+ first\.$/);
  if (redis !== null) t.match(detailsOf(missing, 'broken')[1], /^Its maxmemory-policy is allkeys-lru: /);
  t.equal(soon.code, 0, 'the next start applies them');

  const applied = await cli.json<{ applied: string[] }>(['migrate'], fresh);
  t.match(applied.applied[0], /^0001_/);
  t.same(await cli.run(['migrate'], fresh), { code: 0, stdout: 'The database is up to date.\n', stderr: '' });
});

t.test('embedded, and settings that cannot be used', async (t) => {
  const [embedded, noFolder, noSettings, notMigrated] = await Promise.all([
    examine({ ENCRYPTION_KEY: '' }),
    examine({ HOOKGATE_DATA_DIR: '/dev/null/data' }),
    examine({ ADMIN_API_KEY: SECRET.slice(0, 31), PORT: '0' }),
    cli.run(['migrate'], { DATABASE_URL: `postgres://me:${SECRET}@127.0.0.1:1/hookgate` }),
  ]);
  t.match(
    embedded.findings[2]?.detail,
    `the embedded Postgres will be made in ${join(cli.folder, '.hookgate')}.`,
  );
  t.match(embedded.findings[3], { name: 'disk', detail: / GiB are free in / });
  t.match(noFolder.findings[2], { name: 'data', status: 'broken' });
  t.same(detailsOf(noSettings, 'broken'), ['ADMIN_API_KEY must have at least 32 characters.']);
  t.match(notMigrated, {
    code: 1,
    stdout: '',
    stderr: 'hookgate: DATABASE_URL cannot be used: connect ECONNREFUSED 127.0.0.1:1.\n',
  });
});

t.test('no secret is shown', (t) => {
  t.ok(cli.written.length >= 20);
  t.same(
    cli.written.filter((text) => text.includes(SECRET.slice(0, 31))),
    [],
  );
  t.end();
});
