import { readFile, writeFile } from 'node:fs/promises';
import { buildApp } from '../src/http/app.ts';
import { type RouteDependencies, registerRoutes } from '../src/http/routes/index.ts';
import type { WebhookRoutePorts } from '../src/http/routes/webhooks.ts';
import { createMetrics } from '../src/operate/metrics.ts';

/** Writes openapi.yaml from the routes, without any of what is behind them. With --check: exits 1 when it is not current. */

const file = new URL('../openapi.yaml', import.meta.url);

const absent = (): never => {
  throw new Error('The API is described without a service behind it.');
};

/** A port of which everything throws when it is called, except `given`. */
const absentPort = <T extends object>(given: Partial<T> = {}): T =>
  new Proxy(given, {
    get: (target, name) => Reflect.get(target, name) ?? (name in target ? null : absent),
  }) as T;

const dependencies: RouteDependencies = {
  db: absentPort(),
  box: absentPort(),
  queue: absentPort(),
  publicUrl: absent,
  webhooks: absentPort<WebhookRoutePorts>({ rateLimitRedis: null }),
  waitForEnd: absent,
};

const app = await buildApp({
  logger: false,
  trustProxy: false,
  maxBodyBytes: 1,
  authenticate: absent,
  metrics: createMetrics({ oldestDueSeconds: absent, queueDepth: absent, ingestWaitingRows: absent }),
  metricsToken: null,
  publicUrl: absent,
  readiness: absent,
  routes: (instance) => registerRoutes(instance, dependencies),
});
await app.ready();
const current = app.swagger({ yaml: true });
await app.close();

if (process.argv.includes('--check')) {
  const stored = await readFile(file, 'utf8').catch(() => '');
  if (stored !== current) {
    console.error('openapi.yaml is not current: run "npm run openapi".');
    process.exitCode = 1;
  }
} else {
  await writeFile(file, current);
}
