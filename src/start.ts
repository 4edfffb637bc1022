import type { FastifyBaseLogger } from 'fastify';
import { ConfigError, type RunSettings, type Settings } from './config.ts';
import { EmbeddedError } from './embedded/error.ts';
import { keepPostgres } from './embedded/keep-postgres.ts';
import { loadOrCreateKeys } from './embedded/keys.ts';
import { migrateStores } from './service/stores.ts';
import { type Service, startService } from './service.ts';
import { isUnavailable } from './store/faults.ts';

/** Kept of the shutdown timeout for ending the embedded Postgres. */
const POSTGRES_STOP_MS = 3_000;

export interface Running {
  service: Service;
  settings: RunSettings;
  /** Where the embedded start keeps the admin key; null in production. */
  adminKeyFile: string | null;
  close(): Promise<void>;
}

/** Starts everything the settings ask for: the embedded Postgres when no other is named, then the service. */
export async function run(settings: Settings, log: FastifyBaseLogger): Promise<Running> {
  const embedded = settings.databaseUrl === null ? await startEmbedded(settings, log) : null;
  const runSettings = embedded?.settings ?? (settings as RunSettings);
  try {
    const service = await startService({
      settings: runSettings,
      log,
      shutdownLimitMs: settings.shutdownTimeoutMs - (embedded ? POSTGRES_STOP_MS : 0),
    });
    const close = async () => {
      await service.close();
      await embedded?.stop();
    };
    return { service, settings: runSettings, adminKeyFile: embedded?.adminKeyFile ?? null, close };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** Brings the schema up to date, and starts nothing else; returns the names of what was applied. */
export async function migrate(settings: Settings, log: FastifyBaseLogger): Promise<string[]> {
  const embedded = settings.databaseUrl === null ? await startEmbedded(settings, log) : null;
  try {
    return await migrateStores(embedded?.settings ?? (settings as RunSettings));
  } finally {
    await embedded?.stop();
  }
}

/** The embedded Postgres and the keys of its data folder, as settings. */
export async function startEmbedded(settings: Settings, log: FastifyBaseLogger) {
  const postgres = await keepPostgres({
    dataDir: settings.dataDir,
    onProgress: (line) => void process.stderr.write(`  ${line}\n`),
    onRestart: (err) => log.error({ err }, 'postgres.restarting'),
    onGaveUp(err) {
      log.fatal({ err }, 'postgres.gave_up');
      process.kill(process.pid, 'SIGTERM');
    },
  });
  const keys = await loadOrCreateKeys(settings.dataDir).catch(async (error: unknown) => {
    await postgres.stop();
    throw error;
  });
  const runSettings: RunSettings = {
    ...settings,
    databaseUrl: postgres.url,
    encryptionKey: settings.encryptionKey ?? keys.encryptionKey,
    adminApiKey: settings.adminApiKey ?? keys.adminApiKey,
  };
  return { settings: runSettings, adminKeyFile: keys.adminKeyFile, stop: () => postgres.stop() };
}

/** Its codes for a user, a password or a database that it does not know. */
const REFUSED_BY_POSTGRES = ['28000', '28P01', '3D000'];

/** Says in one line what keeps the service from starting; anything unforeseen with its stack. */
export function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof EmbeddedError) return error.message;
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (isUnavailable(error) || REFUSED_BY_POSTGRES.includes(code ?? '')) {
    return `DATABASE_URL cannot be used: ${message || code}.`;
  }
  return stack ?? String(error);
}
