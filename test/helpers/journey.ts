import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { type RunSettings, readSettings } from '../../src/config.ts';
import { createLogger } from '../../src/operate/logger.ts';
import { type ServiceOptions, startService } from '../../src/service.ts';
import { type Api, createApi } from './api.ts';
import { createTestDatabase } from './postgres.ts';
import type { Env, LogLine } from './service.ts';
import type { Test } from './tap.ts';

export interface JourneyOptions extends Pick<ServiceOptions, 'timeouts' | 'callSender'> {
  /** Settings on top of the presets; `undefined` takes one away. */
  env?: Env;
}

/** The service in this process, on a database of the test's own. */
export interface Journey {
  readonly url: string;
  readonly adminKey: string;
  /** With the admin key. */
  api: Api;
  settings: RunSettings;
  databaseUrl: string;
  /** Everything it logged, parsed. */
  logs: LogLine[];
  /** Also done when the test ends. */
  close(): Promise<void>;
}

/**
 * Starts the whole service: real Postgres, the queue in it unless REDIS_URL is given, and HTTP on a free port.
 * Endpoints on 127.0.0.1 are allowed unless OUTBOUND_ALLOW_CIDRS says otherwise.
 */
export async function startJourney(
  t: Test,
  { env = {}, timeouts, callSender }: JourneyOptions = {},
): Promise<Journey> {
  const databaseUrl = env.DATABASE_URL ?? (await createTestDatabase(t)).url;
  const settings = readSettings(
    {
      DATABASE_URL: databaseUrl,
      PORT: '0',
      LOG_LEVEL: 'info',
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      ADMIN_API_KEY: `test_${randomBytes(24).toString('hex')}`,
      OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8',
      UNVERIFIED_WEBHOOKS_PER_SECOND: '1000000',
      ...env,
    },
    false,
  ) as RunSettings;
  const logs: LogLine[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logs.push(JSON.parse(chunk.toString()) as LogLine);
      done();
    },
  });
  const service = await startService({
    settings,
    log: createLogger({ level: settings.logLevel, pretty: false, destination }),
    shutdownLimitMs: settings.shutdownTimeoutMs,
    ...(timeouts && { timeouts }),
    ...(callSender && { callSender }),
  });
  t.teardown(() => service.close());
  const adminKey = settings.adminApiKey ?? '';
  return {
    url: service.url,
    adminKey,
    api: createApi(t, { url: service.url, adminKey }),
    settings,
    databaseUrl,
    logs,
    close: () => service.close(),
  };
}
