import type { FastifyBaseLogger } from 'fastify';
import type { RunSettings } from '../config.ts';
import { type App, buildApp, type Timeouts } from '../http/app.ts';
import { type RouteDependencies, registerRoutes } from '../http/routes/index.ts';
import type { Metrics } from '../operate/metrics.ts';
import { createReadiness } from '../operate/readiness.ts';
import type { QueueBackend } from '../queue/backend.ts';
import type { Producer } from '../queue/producer.ts';
import { createKeyAuthenticator } from '../store/key-authenticator.ts';
import type { Health } from './health.ts';
import type { Stores } from './stores.ts';

export interface HttpOptions {
  settings: RunSettings;
  log: FastifyBaseLogger;
  stores: Stores;
  health: Health;
  backend: QueueBackend;
  producer: Producer;
  metrics: Metrics;
  publicUrl: () => string;
  shuttingDown: () => boolean;
  timeouts: Partial<Timeouts> | undefined;
  routes: RouteDependencies;
}

/** The front door. A process that only works serves its health and its metrics. */
export function buildHttp(options: HttpOptions): Promise<App> {
  const { settings, log, stores, health, backend, producer, metrics, publicUrl, shuttingDown, routes } =
    options;
  const { admission, apiKeys, keyUsage, budgets } = stores;
  return buildApp({
    logger: log,
    trustProxy: settings.trustProxy,
    maxBodyBytes: settings.maxBodyBytes,
    budgets: stores.budgets,
    authenticate: createKeyAuthenticator({
      db: admission,
      keys: apiKeys,
      unknownNames: budgets.rate('unknown_names'),
      adminApiKey: settings.adminApiKey,
      onUsed: (keyId) => keyUsage.used(keyId),
    }),
    metrics,
    metricsToken: settings.metricsToken,
    publicUrl,
    ...(options.timeouts && { timeouts: options.timeouts }),
    readiness: createReadiness({
      role: settings.role,
      pendingMigrations: health.pendingMigrations,
      oldestDueSeconds: health.oldestDueSeconds,
      queue: async () => ({ healthy: (await producer.depth()) !== null, kind: backend.kind }),
      shuttingDown,
    }),
    routes: async (app) => {
      if (settings.role !== 'worker') await registerRoutes(app, routes);
    },
  });
}
