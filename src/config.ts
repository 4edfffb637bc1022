import envSchema from 'env-schema';
import { type Static, Type } from 'typebox';
import { AlertEnvironment, type AlertSettings, alertSettings } from './config-alerts.ts';
import { BudgetEnvironment, budgetLimits } from './config-budgets.ts';
import { ConfigError, int, MIN_WEBHOOK_SECRET, text } from './config-values.ts';
import { isEverybody } from './domain/address-set.ts';
import type { BudgetLimits } from './domain/budgets.ts';
import { isAddressRange } from './domain/cidr.ts';
import type { TrustedProxies } from './domain/trusted-proxies.ts';

const LOOPBACK = '127.0.0.1';
const DATA_DIR = '.hookgate';

export { ConfigError };

/** Every environment variable this service reads. `.env.example` says what each is for. */
const Environment = Type.Object({
  ROLE: Type.Enum(['all', 'api', 'worker'], { default: 'all' }),
  HOST: text(LOOPBACK),
  PORT: int(3000, 0, 65_535),
  PUBLIC_URL: text(),
  TRUST_PROXY: text(),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { default: 'info' }),
  DATABASE_URL: text(),
  DATABASE_DIRECT_URL: text(),
  DATABASE_POOL_SIZE: int(10, 2, 200),
  REDIS_URL: text(),
  HOOKGATE_DATA_DIR: text(DATA_DIR),
  ENCRYPTION_KEY: text(),
  ENCRYPTION_KEY_PREVIOUS: text(),
  ADMIN_API_KEY: text(),
  MAX_BODY_BYTES: int(1_048_576, 1, 26_214_400),
  INGEST_TIMEOUT_MS: int(5_000, 100, 60_000),
  INGEST_MAX_WAITING_BYTES: int(67_108_864, 1_048_576, 4_294_967_296),
  WORKER_CONCURRENCY: int(50, 1, 1_000),
  QUEUE_HIGH_WATER: int(2_000, 100, 1_000_000),
  LOG_RETENTION_DAYS: int(30, 1, 3_650),
  SHUTDOWN_TIMEOUT_MS: int(25_000, 1_000, 600_000),
  OUTBOUND_ALLOW_CIDRS: text(),
  MIGRATE_ON_START: Type.Boolean({ default: true }),
  METRICS_TOKEN: text(),
  OPERATIONS_HOST: text(),
  OPERATIONS_PORT: text(),
  N8N_BASE_URL: text(),
  N8N_API_KEY: text(),
  N8N_WEBHOOK_URL: text(),
  N8N_WEBHOOK_SECRET: text(),
  N8N_SHARED: Type.Boolean({ default: false }),
  ...AlertEnvironment,
  ...BudgetEnvironment,
});
type Environment = Static<typeof Environment>;

/** Something that is set and has no effect. */
export interface SettingNotice {
  setting: string;
  detail: string;
  /** What to set instead. */
  mend: string;
}

export interface Settings {
  role: 'all' | 'api' | 'worker';
  host: string;
  port: number;
  /** Without a slash at the end; null until the port is known. */
  publicUrl: string | null;
  trustProxy: TrustedProxies | false;
  /** What is set and has no effect. */
  notices: SettingNotice[];
  logLevel: string;
  /** null: run the embedded Postgres. */
  databaseUrl: string | null;
  databaseDirectUrl: string | null;
  databasePoolSize: number;
  /** null: BullMQ's Postgres backend. */
  redisUrl: string | null;
  dataDir: string;
  /** null: generated on the first embedded start. 32 bytes. */
  encryptionKey: Buffer | null;
  encryptionKeyPrevious: Buffer | null;
  adminApiKey: string | null;
  maxBodyBytes: number;
  ingestTimeoutMs: number;
  ingestMaxWaitingBytes: number;
  workerConcurrency: number;
  /** How many jobs may wait in the queue; beyond that, work waits as rows. */
  queueHighWater: number;
  /** For how many days webhooks, and executions after their end, are kept. */
  logRetentionDays: number;
  shutdownTimeoutMs: number;
  outboundAllowCidrs: string[];
  migrateOnStart: boolean;
  metricsToken: string | null;
  /** Where a second listener serves health and metrics; null: the first one does. */
  operations: { host: string; port: number } | null;
  n8n: {
    baseUrl: string;
    webhookUrl: string;
    apiKey: string | null;
    /** Whether every organization may look into n8n, and not only the default one. */
    shared: boolean;
  } | null;
  /** Signs what n8n sends to the default organization, wherever that n8n is. */
  n8nWebhookSecret: string | null;
  alerts: AlertSettings;
  /** Of whoever has none of their own. */
  budgets: BudgetLimits;
}

/** Settings with everything found out that a first start makes by itself. */
export type RunSettings = Settings & {
  databaseUrl: string;
  encryptionKey: Buffer;
  adminApiKey: string | null;
};

/**
 * Reads and validates all settings, from the environment and a `.env` file.
 * @throws ConfigError naming the first setting that cannot be used; never its value when it is a secret.
 */
export function readSettings(data: NodeJS.ProcessEnv = process.env, dotenv = true): Settings {
  const env = readEnvironment(data, dotenv);
  const databaseUrl = url(env, 'DATABASE_URL', ['postgres:', 'postgresql:']);
  const settings: Settings = {
    role: env.ROLE as Settings['role'],
    // Node takes an empty one for every interface.
    host: env.HOST || LOOPBACK,
    port: env.PORT,
    publicUrl: webUrl(env, 'PUBLIC_URL'),
    trustProxy: trustProxy(env.TRUST_PROXY),
    notices: noticesOf(env),
    logLevel: env.LOG_LEVEL,
    databaseUrl,
    databaseDirectUrl: url(env, 'DATABASE_DIRECT_URL', ['postgres:', 'postgresql:']),
    databasePoolSize: env.DATABASE_POOL_SIZE,
    redisUrl: url(env, 'REDIS_URL', ['redis:', 'rediss:']),
    dataDir: env.HOOKGATE_DATA_DIR || DATA_DIR,
    encryptionKey: encryptionKey(env, 'ENCRYPTION_KEY'),
    encryptionKeyPrevious: encryptionKey(env, 'ENCRYPTION_KEY_PREVIOUS'),
    adminApiKey: env.ADMIN_API_KEY || null,
    maxBodyBytes: env.MAX_BODY_BYTES,
    ingestTimeoutMs: env.INGEST_TIMEOUT_MS,
    ingestMaxWaitingBytes: env.INGEST_MAX_WAITING_BYTES,
    workerConcurrency: env.WORKER_CONCURRENCY,
    queueHighWater: env.QUEUE_HIGH_WATER,
    logRetentionDays: env.LOG_RETENTION_DAYS,
    shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT_MS,
    outboundAllowCidrs: list(env.OUTBOUND_ALLOW_CIDRS),
    migrateOnStart: env.MIGRATE_ON_START,
    metricsToken: env.METRICS_TOKEN || null,
    operations: operations(env),
    n8n: n8n(env),
    n8nWebhookSecret: n8nWebhookSecret(env),
    alerts: alertSettings(env, url(env, 'ALERT_WEBHOOK_URL', ['http:', 'https:'])),
    budgets: budgetLimits(env),
  };
  checkCidrs('OUTBOUND_ALLOW_CIDRS', settings.outboundAllowCidrs);
  checkTogether(settings);
  return settings;
}

/** What no setting says by itself. */
function checkTogether({ role, databaseUrl, databaseDirectUrl, encryptionKey, adminApiKey }: Settings): void {
  if (adminApiKey !== null && adminApiKey.length < 32) {
    throw new ConfigError('ADMIN_API_KEY must have at least 32 characters.');
  }
  if (databaseUrl !== null && encryptionKey === null) {
    throw new ConfigError(`ENCRYPTION_KEY must be set when DATABASE_URL is: ${KEY_FORM}.`);
  }
  if (databaseUrl === null && databaseDirectUrl !== null) {
    throw new ConfigError('DATABASE_DIRECT_URL needs DATABASE_URL: it is another way to the same database.');
  }
  if (databaseUrl === null && role !== 'all') {
    throw new ConfigError(
      `ROLE=${role} needs DATABASE_URL: the embedded Postgres belongs to one process, which does everything.`,
    );
  }
}

function readEnvironment(data: NodeJS.ProcessEnv, dotenv: boolean): Environment {
  try {
    return envSchema<Environment>({ schema: Environment, data, dotenv, env: false });
  } catch (error) {
    const [first] =
      (error as { errors?: { instancePath: string; message?: string; params?: object }[] }).errors ?? [];
    if (!first) throw error;
    const allowed = (first.params as { allowedValues?: string[] }).allowedValues;
    const message = allowed ? `must be one of ${allowed.join(', ')}` : first.message;
    throw new ConfigError(`${first.instancePath.slice(1)} ${message}.`);
  }
}

const list = (value: string) => value.split(/[\s,]+/).filter(Boolean);

function url(env: Environment, name: keyof Environment, protocols: string[]): string | null {
  const value = String(env[name]);
  if (value === '') return null;
  if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
    throw new ConfigError(
      `${name} must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}.`,
    );
  }
  return value;
}

/** One that paths are appended to: without a slash at its end. */
function webUrl(env: Environment, name: keyof Environment): string | null {
  const value = url(env, name, ['http:', 'https:']);
  if (value === null) return null;
  const { username, password, search, hash } = new URL(value);
  if (username + password + search + hash !== '') {
    throw new ConfigError(`${name} must be a URL without credentials, query and fragment.`);
  }
  return value.replace(/[/?#]+$/, '');
}

const KEY_FORM = '32 bytes in base64, for example from "openssl rand -base64 32"';

function encryptionKey(env: Environment, name: 'ENCRYPTION_KEY' | 'ENCRYPTION_KEY_PREVIOUS'): Buffer | null {
  if (env[name] === '') return null;
  const key = Buffer.from(env[name], 'base64');
  if (key.length !== 32) {
    throw new ConfigError(`${name} must be ${KEY_FORM}.`);
  }
  return key;
}

const HOPS = /^\d{1,2}$/;

function trustProxy(value: string): Settings['trustProxy'] {
  const words = list(value);
  const [hops, ...more] = words.filter((word) => HOPS.test(word)).map(Number);
  const addresses = words.filter((word) => !HOPS.test(word));
  if (more.length > 0) throw new ConfigError('TRUST_PROXY must have one number at the most.');
  checkCidrs('TRUST_PROXY', addresses);
  if (isEverybody(addresses)) {
    throw new ConfigError(
      'TRUST_PROXY must not trust everyone: anybody could then choose their own source address.',
    );
  }
  return addresses.length === 0 ? false : { addresses, hops: hops || null };
}

function noticesOf({ TRUST_PROXY: proxies }: Environment): SettingNotice[] {
  const [first, ...more] = list(proxies);
  if (first === undefined || more.length > 0 || !HOPS.test(first) || Number(first) === 0) return [];
  return [
    {
      setting: 'TRUST_PROXY',
      detail: `${first} names no proxy, so nobody is believed who says for whom a request comes: whoever reaches this port past the proxy could say anything.`,
      mend: 'Set TRUST_PROXY to the addresses of your proxies, such as "10.0.0.0/8", with the number after them where only the nearest of several has a known address.',
    },
  ];
}

function checkCidrs(name: string, cidrs: string[]): void {
  for (const cidr of cidrs) {
    if (!isAddressRange(cidr)) {
      throw new ConfigError(`${name} must be a list of addresses or CIDR ranges; "${cidr}" is neither.`);
    }
  }
}

function operations({ OPERATIONS_HOST: host, OPERATIONS_PORT: port }: Environment): Settings['operations'] {
  if (port === '') {
    if (host !== '') throw new ConfigError('OPERATIONS_HOST needs OPERATIONS_PORT.');
    return null;
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new ConfigError('OPERATIONS_PORT must be a port: a number up to 65535.');
  }
  return { host: host || LOOPBACK, port: Number(port) };
}

function n8nWebhookSecret({ N8N_WEBHOOK_SECRET: secret }: Environment): string | null {
  if (secret !== '' && secret.length < MIN_WEBHOOK_SECRET) {
    throw new ConfigError(`N8N_WEBHOOK_SECRET must have at least ${MIN_WEBHOOK_SECRET} characters.`);
  }
  return secret || null;
}

function n8n(env: Environment): Settings['n8n'] {
  const baseUrl = webUrl(env, 'N8N_BASE_URL');
  const webhookUrl = webUrl(env, 'N8N_WEBHOOK_URL');
  if (!baseUrl) {
    if (webhookUrl) throw new ConfigError('N8N_WEBHOOK_URL needs N8N_BASE_URL.');
    return null;
  }
  return {
    baseUrl,
    webhookUrl: webhookUrl ?? `${baseUrl}/webhook`,
    apiKey: env.N8N_API_KEY || null,
    shared: env.N8N_SHARED,
  };
}
