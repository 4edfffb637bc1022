import type { FastifyBaseLogger } from 'fastify';
import type { RunSettings } from '../config.ts';
import { allowedHostOf } from '../dispatch/address-guard.ts';
import { createClient } from '../dispatch/client.ts';
import type { EventSignal } from '../domain/event-signal.ts';
import { createAlertNotifier } from '../operate/alert-notifier.ts';
import { createAlertWatch } from '../operate/alerts.ts';
import type { Metrics } from '../operate/metrics.ts';
import { claimNotices, settleNotice } from '../store/alert-notices.ts';
import { evaluateAlerts } from '../store/alerts.ts';
import type { Database } from '../store/database.ts';

export interface AlertingOptions {
  settings: Pick<RunSettings, 'role' | 'alerts' | 'outboundAllowCidrs'>;
  log: FastifyBaseLogger;
  db: Database;
  metrics: Pick<Metrics, 'alertFiring'>;
  eventSignal: Pick<EventSignal, 'notify'>;
}

/** What looks for the unusual, in every process that runs workers. */
export interface Alerting {
  /** Begins nothing more, and breaks off what is being told: it is told again, under the same id. */
  stop(): Promise<void>;
}

export function openAlerting({ settings, log, db, metrics, eventSignal }: AlertingOptions): Alerting {
  const { rules, intervalMs, webhook } = settings.alerts;
  if (settings.role === 'api') return { stop: () => Promise.resolve() };
  const operator = webhook === null ? null : tellOperator({ settings, log, db }, webhook);
  const watch = createAlertWatch({
    // Half of it: so that several processes that look at different moments do not leave out every other turn.
    evaluate: () =>
      evaluateAlerts(db, { rules, toOperator: operator !== null, minIntervalMs: intervalMs / 2 }),
    intervalMs,
    onChanged: () => {
      eventSignal.notify();
      operator?.notifier.hasten(0);
    },
    onFiring: metrics.alertFiring,
    log,
  });
  watch.start();
  operator?.notifier.start();
  return {
    async stop() {
      const stopped = Promise.all([watch.stop(), operator?.notifier.stop()]);
      await operator?.client.close();
      await stopped;
    },
  };
}

function tellOperator(
  { settings, log, db }: Pick<AlertingOptions, 'settings' | 'log' | 'db'>,
  target: { url: string; secret: string },
) {
  // Of its own: what the operator's address may be, tenants' endpoints may not.
  const client = createClient({
    allowCidrs: settings.outboundAllowCidrs,
    allowHosts: [allowedHostOf(target.url)],
  });
  const notifier = createAlertNotifier({
    target,
    client,
    claim: (claim) => claimNotices(db, claim),
    settle: (notice, end) => settleNotice(db, notice, end),
    log,
  });
  return { client, notifier };
}
