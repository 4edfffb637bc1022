import type { FastifyBaseLogger } from 'fastify';
import type { RunSettings } from '../config.ts';
import { createDatabase, createPool } from '../store/database.ts';
import { oldestDueSeconds } from '../store/due.ts';
import { pendingMigrations } from '../store/migrate.ts';
import { CONNECTIONS } from './pools.ts';

export type Health = ReturnType<typeof openHealth>;

/** Somewhat longer than `/readyz` waits, so that a server that hangs is found out by a new connection soon. */
const LIMIT_MS = 2_000;

/** What `/readyz` asks of Postgres, over a connection that nothing else can occupy. */
export function openHealth(
  settings: Pick<RunSettings, 'databaseUrl' | 'databaseDirectUrl'>,
  log: FastifyBaseLogger,
) {
  const db = createDatabase(
    createPool({
      connectionString: settings.databaseUrl,
      pooled: settings.databaseDirectUrl !== null,
      max: CONNECTIONS.health,
      applicationName: 'hookgate-health',
      queryTimeoutMs: LIMIT_MS,
      connectTimeoutMs: LIMIT_MS,
      onError: (err) => log.warn({ err }, 'postgres.connection_lost'),
    }),
  );
  return {
    pendingMigrations: () => pendingMigrations(db),
    oldestDueSeconds: () => oldestDueSeconds(db),
    close: () => db.destroy(),
  };
}
