import type { FastifyBaseLogger } from 'fastify';
import type { RunSettings } from './config.ts';
import { buildApp } from './http/app.ts';
import { registerRoutes } from './http/routes/index.ts';
import { startMaintenance } from './operate/maintenance.ts';
import { createMetrics, type Metrics } from './operate/metrics.ts';
import { createReadiness } from './operate/readiness.ts';
import { shutDown } from './operate/shutdown.ts';
import { openQueueBackend } from './queue/backend.ts';
import { createProducer, type Producer } from './queue/producer.ts';
import { createRateLimitRedis } from './queue/rate-limit-redis.ts';
import { createAdmission } from './receive/admission.ts';
import { createReceiver } from './receive/receive-webhook.ts';
import { startExecuting } from './service/executing.ts';
import { openReceiving, type Receiving } from './service/receiving.ts';
import { asQueuePool, migrateStores, openStores, type Stores } from './service/stores.ts';
import { createKeyAuthenticator } from './store/api-keys.ts';
import { createPool } from './store/database.ts';
import { oldestDueSeconds, releaseDue } from './store/due.ts';
import { createPartitions, deleteExpiredIdempotencyKeys } from './store/maintenance.ts';
import { pendingMigrations } from './store/migrate.ts';

export interface Service {
  /** Where it listens, e.g. http://127.0.0.1:3000. */
  url: string;
  /** Stops in named phases within the time it was given. Can be called again. */
  close(): Promise<void>;
}

export interface ServiceOptions {
  settings: RunSettings;
  log: FastifyBaseLogger;
  /** Milliseconds that `close` may take. */
  shutdownLimitMs: number;
}

/** Builds everything in the order of the journey, and listens. */
export async function startService({ settings, log, shutdownLimitMs }: ServiceOptions): Promise<Service> {
  if (settings.migrateOnStart) await migrateStores(settings);
  let url = settings.publicUrl ?? '';
  let closing: Promise<void> | null = null;

  const stores = openStores(settings, log);
  const receiving = openReceiving({ settings, log, db: stores.db, metrics: () => metrics });
  const { backend, producer } = openQueue(settings, log, stores);
  const metrics = createMetrics(metricSources(stores, producer, receiving));
  const rateLimit =
    settings.redisUrl === null
      ? null
      : createRateLimitRedis({ redisUrl: settings.redisUrl, log, onUnavailable: metrics.rateLimitUnavailable });
  const executing =
    settings.role === 'api'
      ? null
      : startExecuting({ settings, log, db: stores.db, config: stores.config, backend, producer, metrics });
  const maintenance = startMaintenance({
    tasks: [
      { name: 'create_partitions', run: () => createPartitions(stores.db) },
      { name: 'delete_expired_idempotency_keys', run: () => deleteExpiredIdempotencyKeys(stores.db) },
    ],
    onDone: (task, count) => log.debug({ task, count }, 'maintenance.done'),
    onError: (task, err) => log.warn({ task, err }, 'maintenance.failed'),
  });

  const publicUrl = () => url;
  const app = await buildApp({
    logger: log,
    trustProxy: settings.trustProxy,
    maxBodyBytes: settings.maxBodyBytes,
    authenticate: createKeyAuthenticator({
      db: stores.db,
      keys: stores.apiKeys,
      adminApiKey: settings.adminApiKey,
    }),
    metrics,
    metricsToken: settings.metricsToken,
    publicUrl,
    readiness: createReadiness({
      role: settings.role,
      pendingMigrations: () => pendingMigrations(stores.db),
      oldestDueSeconds: () => oldestDueSeconds(stores.db),
      queue: async () => ({ healthy: (await producer.depth()) !== null, kind: backend.kind }),
      shuttingDown: () => closing !== null,
    }),
    routes: async (scope) => {
      // A worker serves its health and metrics only.
      if (settings.role === 'worker') return;
      await registerRoutes(scope, {
        webhooks: {
          admit: createAdmission({ workflows: stores.config.workflows, defaultMaxBodyBytes: settings.maxBodyBytes }),
          receive: createReceiver({ persist: (row) => receiving.commits.submit(row), queue: producer, publicUrl }),
          logRefusal: (refused) => receiving.refusals.record(refused),
          rateLimitRedis: rateLimit?.redis ?? null,
          onAccepted: metrics.webhookAccepted,
          onRefused: metrics.webhookRefused,
        },
      });
    },
  });
  const listening = await app.listen({ host: settings.host, port: settings.port });
  url ||= listening;

  const close = () =>
    shutDown(
      [
        { name: 'stop_accepting', run: async () => void (await executing?.pause()) },
        { name: 'finish_requests', run: () => app.close() },
        { name: 'flush_commits', run: () => receiving.flush() },
        { name: 'finish_jobs', run: async (leftMs) => executing?.finish(leftMs) },
        { name: 'close_queue', run: () => Promise.all([producer.close(), rateLimit?.close()]) },
        { name: 'close_database', run: () => Promise.all([maintenance.stop(), receiving.close(), stores.close()]) },
      ],
      shutdownLimitMs,
      {
        onPhase: (phase, outcome) => log.info({ phase, ...outcome }, 'shutdown.phase'),
        onError: (phase, err) => log.error({ phase, err }, 'shutdown.phase_failed'),
      },
    );
  return {
    url: listening,
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function openQueue(settings: RunSettings, log: FastifyBaseLogger, { db }: Stores) {
  const backend = openQueueBackend({
    redisUrl: settings.redisUrl,
    createPool: (request) =>
      asQueuePool(
        createPool({
          ...request,
          // LISTEN needs a session of its own.
          connectionString: settings.databaseDirectUrl ?? settings.databaseUrl,
          onError: (err) => log.debug({ err }, 'queue.connection_lost'),
        }),
      ),
  });
  const producer = createProducer({
    backend,
    log,
    onDropped: (jobs) => {
      // They stay due either way: this only spares them the wait until the relay would ask again.
      releaseDue(db, jobs).catch((err: unknown) => log.debug({ err }, 'relay.release_failed'));
    },
  });
  return { backend, producer };
}

const metricSources = ({ db }: Stores, producer: Producer, { commits }: Receiving) => ({
  oldestDueSeconds: () => oldestDueSeconds(db),
  queueDepth: async () => {
    const depth = await producer.depth();
    if (depth === null) throw new Error('the queue does not answer');
    return depth;
  },
  ingestWaitingRows: () => commits.waiting.rows,
});
