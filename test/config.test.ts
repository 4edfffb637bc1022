import { randomBytes } from 'node:crypto';
import { ConfigError, readSettings } from '../src/config.ts';
import { DEFAULT_ALERT_RULES } from '../src/domain/alerts.ts';
import { BUDGET_NAMES, budgetEntry, DEFAULT_LIMITS } from '../src/domain/budgets.ts';
import t from './helpers/tap.ts';

const KEY = randomBytes(32).toString('base64');
const SECRET = 'pa55word-that-must-not-be-shown';
const PRODUCTION = { DATABASE_URL: `postgres://me:${SECRET}@db.example.com/hookgate`, ENCRYPTION_KEY: KEY };

t.test('nothing set: everything embedded, with the documented defaults', (t) => {
  t.same(readSettings({}, false), {
    role: 'all',
    host: '127.0.0.1',
    port: 3000,
    publicUrl: null,
    trustProxy: false,
    notices: [],
    logLevel: 'info',
    databaseUrl: null,
    databaseDirectUrl: null,
    databasePoolSize: 10,
    redisUrl: null,
    dataDir: '.hookgate',
    encryptionKey: null,
    encryptionKeyPrevious: null,
    adminApiKey: null,
    maxBodyBytes: 1_048_576,
    ingestTimeoutMs: 5_000,
    ingestMaxWaitingBytes: 67_108_864,
    workerConcurrency: 50,
    queueHighWater: 2_000,
    logRetentionDays: 30,
    shutdownTimeoutMs: 25_000,
    outboundAllowCidrs: [],
    migrateOnStart: true,
    metricsToken: null,
    operations: null,
    n8n: null,
    n8nWebhookSecret: null,
    alerts: { rules: DEFAULT_ALERT_RULES, intervalMs: 15_000, webhook: null },
    budgets: DEFAULT_LIMITS,
  });
  t.end();
});

t.test('everything set', (t) => {
  const settings = readSettings(
    {
      ...PRODUCTION,
      ROLE: 'worker',
      PORT: '0',
      PUBLIC_URL: 'https://hooks.example.com//',
      TRUST_PROXY: '10.0.0.0/8, 2001:db8::/32 192.0.2.1',
      REDIS_URL: 'rediss://redis.example.com',
      ENCRYPTION_KEY_PREVIOUS: Buffer.alloc(32, 1).toString('base64'),
      ADMIN_API_KEY: 'x'.repeat(32),
      OUTBOUND_ALLOW_CIDRS: '127.0.0.1,fd00::/8',
      MIGRATE_ON_START: 'false',
      N8N_BASE_URL: 'http://n8n:5678/',
      N8N_API_KEY: 'key',
      ALERTS_ENABLED: 'false',
      ALERT_AUTHENTICATION_FAILURES: '7',
      ALERT_AUTHENTICATION_WINDOW_SECONDS: '60',
      ALERT_FAILURE_RATE: '0.25',
      ALERT_FAILURE_MINIMUM: '9',
      ALERT_FAILURE_WINDOW_SECONDS: '120',
      ALERT_OVERDUE_SECONDS: '600',
      ALERT_INTERVAL_MS: '5000',
      ALERT_WEBHOOK_URL: 'https://ops.example.com/hooks/hookgate?team=1',
      ALERT_WEBHOOK_SECRET: 'sixteen letters!',
      SOMETHING_ELSE: 'is not looked at',
    },
    false,
  );
  t.match(settings, {
    role: 'worker',
    port: 0,
    publicUrl: 'https://hooks.example.com',
    trustProxy: { addresses: ['10.0.0.0/8', '2001:db8::/32', '192.0.2.1'], hops: null },
    notices: [],
    encryptionKey: Buffer.from(KEY, 'base64'),
    encryptionKeyPrevious: Buffer.alloc(32, 1),
    outboundAllowCidrs: ['127.0.0.1', 'fd00::/8'],
    migrateOnStart: false,
    n8n: {
      baseUrl: 'http://n8n:5678',
      webhookUrl: 'http://n8n:5678/webhook',
      apiKey: 'key',
    },
    n8nWebhookSecret: null,
    alerts: {
      rules: {
        authenticationFailures: { enabled: false, count: 7, windowSeconds: 60 },
        executionFailures: { enabled: false, rate: 0.25, minimum: 9, windowSeconds: 120 },
        executionOverdue: { enabled: false, afterSeconds: 600 },
      },
      intervalMs: 5_000,
      webhook: { url: 'https://ops.example.com/hooks/hookgate?team=1', secret: 'sixteen letters!' },
    },
  });
  t.same(readSettings({ TRUST_PROXY: '10.0.0.5, 2' }, false).trustProxy, {
    addresses: ['10.0.0.5'],
    hops: 2,
  });
  t.match(readSettings({ TRUST_PROXY: '0' }, false), { trustProxy: false, notices: [] });
  t.match(
    readSettings({ TRUST_PROXY: '2' }, false),
    { trustProxy: false, notices: [{ setting: 'TRUST_PROXY', mend: /10\.0\.0\.0\/8/ }] },
    'a number alone believes nobody, and says so',
  );
  t.equal(readSettings({ HOST: '' }, false).host, '127.0.0.1', 'an empty host is not every interface');
  t.end();
});

/** Each with the setting that the line names first. */
const BAD: [string, Record<string, string>][] = [
  ['ROLE', { ROLE: 'both' }],
  ['ROLE', { ROLE: 'worker' }],
  ['PORT', { PORT: '65536' }],
  ['PORT', { PORT: '-1' }],
  ['PORT', { PORT: '80.5' }],
  ['PORT', { PORT: 'http' }],
  ['PORT', { PORT: '' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'hooks.example.com' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'ftp://hooks.example.com' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'https://hooks.example.com/?a=b' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'https://hooks.example.com/#a' }],
  ['TRUST_PROXY', { TRUST_PROXY: 'true' }],
  ['TRUST_PROXY', { TRUST_PROXY: '10.0.0.5, 1, 2' }],
  ['TRUST_PROXY', { TRUST_PROXY: '*' }],
  ['TRUST_PROXY', { TRUST_PROXY: '0.0.0.0/0' }],
  ['TRUST_PROXY', { TRUST_PROXY: '0.0.0.0/00' }],
  ['TRUST_PROXY', { TRUST_PROXY: '10.0.0.0/8,::/0' }],
  ['TRUST_PROXY', { TRUST_PROXY: '0.0.0.0/1 128.0.0.0/1' }],
  ['TRUST_PROXY', { TRUST_PROXY: '::ffff:0:0/96' }],
  ['TRUST_PROXY', { TRUST_PROXY: '10.0.0.0/33' }],
  ['TRUST_PROXY', { TRUST_PROXY: '10.0.0.0/' }],
  ['TRUST_PROXY', { TRUST_PROXY: '10.0.0/8' }],
  ['TRUST_PROXY', { TRUST_PROXY: '10.0.0.0/1e1' }],
  ['TRUST_PROXY', { TRUST_PROXY: 'fe80::1%eth0' }],
  ['LOG_LEVEL', { LOG_LEVEL: 'verbose' }],
  ['DATABASE_URL', { DATABASE_URL: `mysql://me:${SECRET}@db/hookgate`, ENCRYPTION_KEY: KEY }],
  ['DATABASE_URL', { DATABASE_URL: `postgres://me:${SECRET}#@db/hookgate`, ENCRYPTION_KEY: KEY }],
  ['DATABASE_URL', { DATABASE_URL: SECRET, ENCRYPTION_KEY: KEY }],
  ['DATABASE_DIRECT_URL', { ...PRODUCTION, DATABASE_DIRECT_URL: SECRET }],
  ['DATABASE_DIRECT_URL', { DATABASE_DIRECT_URL: PRODUCTION.DATABASE_URL }],
  ['DATABASE_POOL_SIZE', { DATABASE_POOL_SIZE: '1' }],
  ['REDIS_URL', { REDIS_URL: `http://:${SECRET}@redis` }],
  ['ENCRYPTION_KEY', { DATABASE_URL: PRODUCTION.DATABASE_URL }],
  ['ENCRYPTION_KEY', { ENCRYPTION_KEY: SECRET }],
  ['ENCRYPTION_KEY', { ENCRYPTION_KEY: Buffer.alloc(33).toString('base64') }],
  ['ENCRYPTION_KEY_PREVIOUS', { ...PRODUCTION, ENCRYPTION_KEY_PREVIOUS: SECRET }],
  ['ADMIN_API_KEY', { ADMIN_API_KEY: SECRET }],
  ['N8N_WEBHOOK_SECRET', { N8N_WEBHOOK_SECRET: 'fifteen letters' }],
  ['ALERT_FAILURE_RATE', { ALERT_FAILURE_RATE: '0' }],
  ['ALERT_FAILURE_RATE', { ALERT_FAILURE_RATE: '1.1' }],
  ['ALERT_OVERDUE_SECONDS', { ALERT_OVERDUE_SECONDS: '59' }],
  ['ALERT_INTERVAL_MS', { ALERT_INTERVAL_MS: '0' }],
  ['ALERT_WEBHOOK_URL', { ALERT_WEBHOOK_URL: 'ops.example.com', ALERT_WEBHOOK_SECRET: SECRET }],
  [
    'ALERT_WEBHOOK_URL',
    { ALERT_WEBHOOK_URL: `https://me:${SECRET}@a.example`, ALERT_WEBHOOK_SECRET: SECRET },
  ],
  ['ALERT_WEBHOOK_SECRET', { ALERT_WEBHOOK_SECRET: SECRET }],
  ['ALERT_WEBHOOK_SECRET', { ALERT_WEBHOOK_URL: 'https://ops.example.com' }],
  [
    'ALERT_WEBHOOK_SECRET',
    { ALERT_WEBHOOK_URL: 'https://ops.example.com', ALERT_WEBHOOK_SECRET: 'fifteen letters' },
  ],
  [
    'ALERT_WEBHOOK_SECRET',
    { ALERT_WEBHOOK_URL: 'https://a.example', ALERT_WEBHOOK_SECRET: SECRET, N8N_WEBHOOK_SECRET: SECRET },
  ],
  ['OPERATIONS_PORT', { OPERATIONS_PORT: '70000' }],
  ['OPERATIONS_PORT', { OPERATIONS_PORT: 'http' }],
  ['OPERATIONS_HOST', { OPERATIONS_HOST: '10.0.0.1' }],
  ['MAX_BODY_BYTES', { MAX_BODY_BYTES: '0' }],
  ['MAX_BODY_BYTES', { MAX_BODY_BYTES: '1mb' }],
  ['INGEST_TIMEOUT_MS', { INGEST_TIMEOUT_MS: '5' }],
  ['INGEST_MAX_WAITING_BYTES', { INGEST_MAX_WAITING_BYTES: '1' }],
  ['WORKER_CONCURRENCY', { WORKER_CONCURRENCY: '0' }],
  ['QUEUE_HIGH_WATER', { QUEUE_HIGH_WATER: '1' }],
  ['LOG_RETENTION_DAYS', { LOG_RETENTION_DAYS: '0' }],
  ['SHUTDOWN_TIMEOUT_MS', { SHUTDOWN_TIMEOUT_MS: '1' }],
  ['OUTBOUND_ALLOW_CIDRS', { OUTBOUND_ALLOW_CIDRS: '10.0.0.0/8, localhost' }],
  ['MIGRATE_ON_START', { MIGRATE_ON_START: 'maybe' }],
  ['N8N_BASE_URL', { N8N_BASE_URL: 'n8n:5678' }],
  ['N8N_BASE_URL', { N8N_BASE_URL: `http://me:${SECRET}@n8n:5678` }],
  ['N8N_WEBHOOK_URL', { N8N_WEBHOOK_URL: 'http://n8n:5678/webhook' }],
];

for (const [setting, env] of BAD) {
  t.test(`${setting}: ${JSON.stringify(env[setting] ?? null)}`, (t) => {
    const error = t.throws(() => readSettings(env, false)) as unknown;
    t.type(error, ConfigError);
    const { message } = error as ConfigError;
    t.match(message, new RegExp(`^${setting}[ =]`), message);
    t.notOk(message.includes('\n'));
    t.notOk(message.includes(SECRET) || message.includes(KEY), 'it shows no secret');
    t.end();
  });
}

t.test('each budget has a setting with its limits', async (t) => {
  for (const name of BUDGET_NAMES) {
    const { setting, minimum, maximum } = budgetEntry(name);
    t.equal(readSettings({ [setting]: String(minimum) }, false).budgets[name], minimum);
    for (const wrong of [minimum - 1, maximum + 1]) {
      t.throws(() => readSettings({ [setting]: String(wrong) }, false), { message: new RegExp(setting) });
    }
  }
});

t.test('a listener for operators', async (t) => {
  const read = (env: Record<string, string>) => readSettings(env, false).operations;
  t.same(read({ OPERATIONS_PORT: '9000' }), { host: '127.0.0.1', port: 9_000 });
  t.same(read({ OPERATIONS_PORT: '0', OPERATIONS_HOST: '10.0.0.1' }), { host: '10.0.0.1', port: 0 });
});
