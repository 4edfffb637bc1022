import type { FastifyBaseLogger } from 'fastify';
import { ConfigError, type RunSettings } from './config.ts';
import { createEventSignal } from './domain/event-signal.ts';
import { metricsAccess } from './domain/metrics-access.ts';
import type { App, Timeouts } from './http/app.ts';
import type { RouteDependencies } from './http/routes/index.ts';
import { createSyncHandlers } from './n8n/sync/receive.ts';
import { startMaintenance } from './operate/maintenance.ts';
import { createMetrics } from './operate/metrics.ts';
import { type Phase, shutDown } from './operate/shutdown.ts';
import { createRateLimitRedis } from './queue/rate-limit-redis.ts';
import { openAlerting } from './service/alerting.ts';
import { startExecuting } from './service/executing.ts';
import { openFrontDoor } from './service/front-door.ts';
import { openHealth } from './service/health.ts';
import { buildHttp, type Servers } from './service/http.ts';
import { openAskN8n, openIsN8nFull, openN8n, openN8nHealth } from './service/n8n.ts';
import { openN8nInbound } from './service/n8n-inbound.ts';
import { openQueue } from './service/queue.ts';
import { openReach } from './service/reaching.ts';
import { openReceiving } from './service/receiving.ts';
import { openRefusedEndpoints } from './service/refused-endpoints.ts';
import { type CallSender, openSenders } from './service/senders.ts';
import { migrateStores, openStores } from './service/stores.ts';
import { openSyncing } from './service/syncing.ts';
import { openWatching } from './service/watching.ts';
import { countOpenEpisodes } from './store/alert-episodes.ts';
import type { Database } from './store/database.ts';
import { oldestDueSeconds } from './store/due.ts';
import { countWaitingEvents } from './store/event-counts.ts';
import { deleteLeftGates } from './store/gate-upkeep.ts';
import { countHeld, countOpenCircuits } from './store/gates.ts';
import { createPartitions, expiryTasks, retentionTasks } from './store/maintenance.ts';

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
  /** For requests to arrive; those of `buildApp` when left out. */
  timeouts?: Partial<Timeouts>;
  /** For tests: answers in the place of the hosts of senders, which are not on this machine. */
  callSender?: CallSender;
}

/** Builds everything in the order of the journey, and listens. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { settings, log, shutdownLimitMs, timeouts } = options;
  for (const notice of settings.notices) log.warn(notice, 'settings.without_effect');
  if (settings.migrateOnStart) await migrateStores(settings);
  const parts = openParts(options);
  let servers: Servers | null = null;
  let url = settings.publicUrl ?? '';
  const publicUrl = () => url;
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= shutDown(
      shutdownPhases(parts, {
        app: async (limitMs) => servers && closeServer(servers.app, limitMs),
        operations: async () => servers?.operations?.close(),
      }),
      shutdownLimitMs,
      {
        onPhase: (phase, outcome) => log.info({ phase, ...outcome }, 'shutdown.phase'),
        onError: (phase, err) => log.error({ phase, err }, 'shutdown.phase_failed'),
      },
    );
    return closing;
  };
  try {
    servers = await buildHttp({
      ...parts,
      settings,
      log,
      timeouts,
      publicUrl,
      shuttingDown: () => closing !== null,
      routes: routeDependencies(parts, settings, publicUrl),
    });
    const listening = await listen(servers.app, settings, ['HOST', 'PORT']);
    parts.reach.listen(servers.app.addresses());
    await openOperations(servers, settings, log);
    if (settings.role !== 'api') parts.refusedEndpoints.start();
    url ||= listening;
    return { url: listening, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openOperations({ operations }: Servers, settings: RunSettings, log: FastifyBaseLogger) {
  if (operations !== null && settings.operations !== null) {
    const url = await listen(operations, settings.operations, ['OPERATIONS_HOST', 'OPERATIONS_PORT']);
    log.info({ url }, 'operations.listening');
  }
  if (metricsAccess(settings) === 'closed') log.warn({ advice: METRICS_ADVICE }, 'metrics.closed');
}

const METRICS_ADVICE =
  '/metrics answers 403, because HOST can be reached from elsewhere: set METRICS_TOKEN, or OPERATIONS_PORT.';

/** @throws ConfigError when it is the address that cannot be listened on. */
async function listen(
  app: App,
  { host, port }: { host: string; port: number },
  [hostSetting, portSetting]: [string, string],
): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new ConfigError(
        `${portSetting} is in use by another program: stop that, or set another ${portSetting}.`,
      );
    }
    if (syscall !== 'listen' && syscall !== 'getaddrinfo') throw error;
    throw new ConfigError(`${hostSetting} and ${portSetting} name nothing that can be listened on: ${code}.`);
  }
}

/** Lets the requests under way finish. Who is still sending near the end of the time is cut off: nothing of it was taken. */
async function closeServer(app: App, limitMs: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), limitMs * 0.8);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}

function routeDependencies(parts: Parts, settings: RunSettings, publicUrl: () => string): RouteDependencies {
  const { stores, producer, watching, eventSignal, n8nAccess, n8nInbound, n8nHealth, syncing } = parts;
  const { n8n } = settings;
  return {
    ...stores,
    queue: producer,
    publicUrl,
    n8nWebhookUrl: n8n?.webhookUrl ?? null,
    n8nBaseUrl: n8n?.baseUrl ?? null,
    reach: parts.reach,
    webhooks: openFrontDoor(parts, settings, publicUrl),
    waitForEnd: (id, timeoutMs, signal) => watching.ends.waitForEnd(id, timeoutMs, signal),
    transitions: watching.transitions,
    eventStreams: watching.eventStreams,
    refreshWorkflow: (id) => stores.config.workflows.invalidate(id),
    n8nAccess,
    n8nInbound,
    n8nHealth,
    queueDepth: () => producer.depth(),
    eventSignal,
    sync: syncing.ports,
  };
}

type Parts = ReturnType<typeof openParts>;

/** Everything behind the front door. */
function openParts({ settings, log, callSender }: ServiceOptions) {
  const stores = openStores(settings, log);
  const { db, work, upkeep, config } = stores;
  const health = openHealth(settings, log);
  const eventSignal = createEventSignal();
  const reach = openReach(settings);
  const metrics = createMetrics({
    oldestDueSeconds: () => oldestDueSeconds(upkeep),
    queueDepth: async () => {
      const depth = await producer.depth();
      if (depth === null) throw new Error('the queue does not answer');
      return depth;
    },
    gates: { held: () => countHeld(upkeep), openCircuits: () => countOpenCircuits(upkeep) },
    events: { waiting: () => countWaitingEvents(upkeep) },
    alerts: { open: () => countOpenEpisodes(upkeep) },
    ingestWaitingRows: () => receiving.commits.waiting.rows,
    eventStreams: () => watching.eventStreams.size,
    budgets: () => stores.budgets.totals(),
  });
  const receiving = openReceiving({ settings, log, metrics, ...stores, db: work });
  const senders = openSenders({ settings, log, stores, failures: receiving.failures, callSender });
  const { backend, producer } = openQueue({ settings, log, db: work, metrics });
  const rateLimit =
    settings.redisUrl === null
      ? null
      : createRateLimitRedis({
          redisUrl: settings.redisUrl,
          log,
          onUnavailable: metrics.rateLimitUnavailable,
        });
  const n8nAccess = openN8n(settings);
  const executing =
    settings.role === 'api'
      ? null
      : startExecuting({
          settings,
          reach,
          log,
          db: work,
          upkeep,
          box: stores.box,
          askN8n: openAskN8n(n8nAccess),
          isN8nFull: openIsN8nFull(n8nAccess, settings),
          eventSignal,
          config,
          budgets: stores.budgets,
          backend,
          producer,
          metrics,
          isFrontDoorBusy: () => receiving.rush.isOn(),
        });
  const watching = openWatching({ log, stores });
  const refusedEndpoints = openRefusedEndpoints({ log, db, reach });
  const n8nHealth = openN8nHealth(settings);
  const syncing = openSyncing({ settings, log, db, work, eventSignal });
  const alerting = openAlerting({ settings, log, db: upkeep, metrics, eventSignal });
  const n8nInbound = openN8nInbound({
    settings,
    log,
    stores,
    producer,
    handlers: createSyncHandlers(syncing.behind),
    metrics,
  });
  const maintenance = openMaintenance(settings, log, upkeep);
  return {
    stores,
    health,
    reach,
    metrics,
    receiving,
    senders,
    backend,
    producer,
    rateLimit,
    executing,
    watching,
    n8nAccess,
    n8nInbound,
    n8nHealth,
    eventSignal,
    syncing,
    alerting,
    maintenance,
    refusedEndpoints,
  };
}

/** What is tidied up from time to time. */
function openMaintenance(settings: RunSettings, log: FastifyBaseLogger, db: Database) {
  return startMaintenance({
    tasks: [
      { name: 'create_partitions', run: () => createPartitions(db) },
      { name: 'delete_left_gates', run: () => deleteLeftGates(db) },
      ...expiryTasks(db),
      ...retentionTasks(db, settings.logRetentionDays),
    ],
    onDone: (task, count) => log.debug({ task, count }, 'maintenance.done'),
    onError: (task, err) => log.warn({ task, err }, 'maintenance.failed'),
  });
}

/**
 * In the order of the journey: what comes in ends first, and what others stand on ends last. The shares leave
 * time for the deliveries under way, whoever uploads slowly.
 */
function shutdownPhases(
  parts: Parts,
  close: { app: (limitMs: number) => Promise<unknown>; operations: () => Promise<unknown> },
): Phase[] {
  const {
    stores,
    health,
    receiving,
    senders,
    producer,
    rateLimit,
    executing,
    watching,
    n8nAccess,
    n8nInbound,
    n8nHealth,
    syncing,
    alerting,
    maintenance,
  } = parts;
  return [
    {
      name: 'stop_accepting',
      share: 0.1,
      run: () =>
        Promise.all([
          executing?.pause(),
          parts.refusedEndpoints.stop(),
          watching.stop(),
          syncing.stop(),
          alerting.stop(),
        ]),
    },
    { name: 'finish_requests', share: 0.3, run: close.app },
    {
      name: 'flush_commits',
      share: 0.3,
      run: () =>
        Promise.all([receiving.flush(), senders.flush(), stores.keyUsage.close(), n8nInbound.close()]),
    },
    { name: 'finish_jobs', share: 0.9, run: async (limitMs) => executing?.finish(limitMs) },
    {
      name: 'close_queue',
      share: 0.1,
      run: () =>
        Promise.all([
          producer.close(),
          rateLimit?.close(),
          n8nAccess.api?.close(),
          n8nHealth?.close(),
          syncing.close(),
          senders.close(),
        ]),
    },
    // Operators can look until the end.
    { name: 'close_operations', share: 0.1, run: close.operations },
    {
      name: 'close_database',
      run: () => Promise.all([maintenance.stop(), receiving.close(), health.close(), stores.close()]),
    },
  ];
}
