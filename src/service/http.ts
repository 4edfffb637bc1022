import type { FastifyBaseLogger } from 'fastify';
import type { RunSettings } from '../config.ts';
import { metricsAccess } from '../domain/metrics-access.ts';
import { type App, type AppOptions, buildApp, type Timeouts } from '../http/app.ts';
import { type RouteDependencies, registerRoutes } from '../http/routes/index.ts';
import type { Metrics } from '../operate/metrics.ts';
import { createReadiness } from '../operate/readiness.ts';
import type { QueueBackend } from '../queue/backend.ts';
import type { Producer } from '../queue/producer.ts';
import { Budgets } from '../runtime/budgets.ts';
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

export interface Servers {
  app: App;
  /** Health and metrics by themselves; null: the front door has them. */
  operations: App | null;
}

/** The front door, and a door for operators where they want one. A process that only works has only what is for them. */
export async function buildHttp(options: HttpOptions): Promise<Servers> {
  const { settings, routes } = options;
  const shared = sharedOptions(options);
  const app = await buildApp({
    ...shared,
    metricsAccess: metricsAccess(settings),
    routes: async (scope) => {
      if (settings.role !== 'worker') await registerRoutes(scope, routes);
    },
  });
  if (settings.operations === null) return { app, operations: null };
  const { metricsToken } = settings;
  const operations = await buildApp({
    ...shared,
    // Of its own: strangers who use up the others must not keep operators from looking.
    budgets: new Budgets({ limits: settings.budgets }),
    metricsAccess: metricsToken === null ? 'open' : { token: metricsToken },
    docs: false,
    routes: async () => undefined,
  });
  return { app, operations };
}

function sharedOptions(options: HttpOptions): Omit<AppOptions, 'routes' | 'metricsAccess'> {
  const { settings, log, stores, health, backend, producer, metrics, publicUrl, shuttingDown } = options;
  const { admission, apiKeys, keyUsage, budgets } = stores;
  return {
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
    publicUrl,
    ...(options.timeouts && { timeouts: options.timeouts }),
    readiness: createReadiness({
      role: settings.role,
      pendingMigrations: health.pendingMigrations,
      oldestDueSeconds: health.oldestDueSeconds,
      queue: async () => ({ healthy: (await producer.depth()) !== null, kind: backend.kind }),
      shuttingDown,
    }),
  };
}
