import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DEFAULT_LIMITS } from '../src/domain/budgets.ts';
import { type AppOptions, buildApp } from '../src/http/app.ts';
import type { EventStreams } from '../src/http/management/event-stream.ts';
import { type RouteDependencies, registerRoutes } from '../src/http/routes/index.ts';
import type { WebhookRoutePorts } from '../src/http/routes/webhooks.ts';
import { createMetrics } from '../src/operate/metrics.ts';
import { Budgets } from '../src/runtime/budgets.ts';

/** Writes openapi.yaml from the routes, without any of what is behind them. With --check: exits 1 when it is not current. */

const file = new URL('../openapi.yaml', import.meta.url);

const absent = (): never => {
  throw new Error('The API is described without a service behind it.');
};

/** A port of which everything throws when it is called, except `given`. */
export const absentPort = <T extends object>(given: Partial<T> = {}): T =>
  new Proxy(given, {
    get: (target, name) => Reflect.get(target, name) ?? (name in target ? null : absent),
  }) as T;

const dependencies: RouteDependencies = {
  db: absentPort(),
  upkeep: absentPort(),
  box: absentPort(),
  queue: absentPort(),
  publicUrl: absent,
  n8nWebhookUrl: null,
  n8nBaseUrl: null,
  reach: absentPort(),
  webhooks: absentPort<WebhookRoutePorts>({ rateLimitRedis: null }),
  waitForEnd: absent,
  transitions: absentPort(),
  eventStreams: absentPort<EventStreams>(),
  refreshWorkflow: absent,
  n8nAccess: absentPort(),
  n8nInbound: absentPort(),
  n8nHealth: null,
  queueDepth: absent,
  eventSignal: absentPort(),
  sync: absentPort(),
  budgets: absentPort(),
};

/** The description of the whole API, in both formats. */
export async function describeService(): Promise<{ document: object; yaml: string }> {
  const app = await buildApp(options);
  await app.ready();
  const described = { document: app.swagger(), yaml: app.swagger({ yaml: true }) };
  await app.close();
  return described;
}

/** Of an app that has all routes, and nothing behind them. */
export const options: AppOptions = {
  logger: false,
  trustProxy: false,
  maxBodyBytes: 1,
  budgets: new Budgets({ limits: DEFAULT_LIMITS }),
  authenticate: absent,
  metrics: createMetrics({
    oldestDueSeconds: absent,
    queueDepth: absent,
    ingestWaitingRows: absent,
    eventStreams: absent,
  }),
  metricsAccess: 'open',
  publicUrl: absent,
  readiness: absent,
  routes: (instance) => registerRoutes(instance, dependencies),
};

async function main(): Promise<void> {
  const { yaml } = await describeService();
  if (!process.argv.includes('--check')) return writeFile(file, yaml);
  const stored = await readFile(file, 'utf8').catch(() => '');
  if (stored === yaml) return;
  console.error('openapi.yaml is not current: run "npm run openapi".');
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
