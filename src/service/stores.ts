import type { FastifyBaseLogger } from 'fastify';
import type { RunSettings } from '../config.ts';
import { LastUse } from '../operate/last-use.ts';
import { createFaultLog } from '../queue/log.ts';
import { migrateQueue } from '../queue/postgres.ts';
import { Budgets } from '../runtime/budgets.ts';
import { loadApiKey, markApiKeysUsed, type StoredKey } from '../store/api-keys.ts';
import { type Config, openConfig } from '../store/config.ts';
import type { ConfigCache } from '../store/config-cache.ts';
import { createPool, type Database } from '../store/database.ts';
import { runMigrations } from '../store/migrate.ts';
import { loadOwnLimits, OwnLimits } from '../store/own-limits.ts';
import { createSecretBox, type SecretBox } from '../store/secret-box.ts';
import { openPools } from './pools.ts';

/** Postgres as the rest of the service sees it. */
export interface Stores {
  /** For whoever calls the API. */
  db: Database;
  /** For look-ups that every request may need. */
  admission: Database;
  /** For what goes on behind the answers. */
  work: Database;
  /** For what may take minutes. */
  upkeep: Database;
  box: SecretBox;
  config: Config;
  apiKeys: ConfigCache<StoredKey>;
  keyUsage: LastUse;
  budgets: Budgets;
  close(): Promise<void>;
}

/** Brings the schema up to date, BullMQ's own included when the queue lives in Postgres. */
export async function migrateStores(settings: RunSettings): Promise<string[]> {
  const connectionString = settings.databaseDirectUrl ?? settings.databaseUrl;
  const applied = await runMigrations(connectionString);
  if (settings.redisUrl !== null) return applied;
  const pool = createPool({
    connectionString,
    max: 1,
    applicationName: 'hookgate-migrate',
    queryTimeoutMs: 600_000,
    onError: () => undefined,
  });
  try {
    await migrateQueue(pool);
  } finally {
    await pool.end();
  }
  return applied;
}

export function openStores(settings: RunSettings, log: FastifyBaseLogger): Stores {
  const pools = openPools(settings, (err) => log.warn({ err }, 'postgres.connection_lost'));
  const { admission, management: db, work, upkeep } = pools;
  const box = createSecretBox(settings.encryptionKey, settings.encryptionKeyPrevious);
  const listening = createFaultLog({ log, subject: 'config_listener', fields: {} });
  const config = openConfig({
    db: admission,
    box,
    listenUrl: settings.databaseDirectUrl ?? settings.databaseUrl,
    onConnected: listening.healthy,
    onDisconnected: listening.unavailable,
  });
  const apiKeys = config.cache('api_key', (sha256) => loadApiKey(admission, sha256));
  const keyUsage = new LastUse({
    mark: (keyIds) => markApiKeysUsed(work, keyIds),
    onError: (err) => log.warn({ err }, 'api_key.usage_unwritten'),
  });
  const ownLimits = new OwnLimits({
    load: () => loadOwnLimits(admission),
    onError: (err) => log.warn({ err }, 'budgets.unread'),
  });
  config.tell('organization', ownLimits);
  const budgets = new Budgets({
    limits: settings.budgets,
    ownLimits: (id) => ownLimits.of(id),
    onNearlyUsedUp: (budget, organizationId, used, limit) =>
      log.warn({ budget, organizationId, used, limit }, 'budget.nearly_used_up'),
  });
  config.start();
  const close = async () => {
    await Promise.all([config.stop(), ownLimits.stop()]);
    await pools.close();
  };
  return { db, admission, work, upkeep, box, config, apiKeys, keyUsage, budgets, close };
}
