import type { FastifyBaseLogger } from 'fastify';
import type { RunSettings } from '../config.ts';
import { createExpressions } from '../dispatch/expressions/expressions.ts';
import type { EventSignal } from '../domain/event-signal.ts';
import type { SyncPorts } from '../n8n/sync/change-record.ts';
import { stepRun } from '../n8n/sync/run-step.ts';
import { createSyncRunner } from '../n8n/sync/runner.ts';
import { sendPending } from '../n8n/sync/send-pending.ts';
import type { Database } from '../store/database.ts';

/** Data sync: what its routes and its events need, and what goes on in the background. */
export interface Syncing {
  /** For the routes. */
  ports: SyncPorts;
  /** The same, for what no caller of the API waits for. */
  behind: SyncPorts;
  /** Begins nothing more, and waits for the steps in progress. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface SyncingOptions {
  settings: Pick<RunSettings, 'role'>;
  log: FastifyBaseLogger;
  /** For its routes. */
  db: Database;
  /** For events and for the background. */
  work: Database;
  eventSignal: Pick<EventSignal, 'notify'>;
}

export function openSyncing({ settings, log, db, work, eventSignal }: SyncingOptions): Syncing {
  // Of its own, and one: mappings of a hundred thousand records must not stand in the way of triggers' expressions.
  const expressions = createExpressions({ processes: 1 });
  const ports = { db, expressions, notify: () => eventSignal.notify() };
  const behind = { ...ports, db: work };
  const runner = createSyncRunner({
    stepRun: () => stepRun(behind),
    sendPending: () => sendPending(behind),
    log,
  });
  if (settings.role !== 'api') runner.start();
  return { ports, behind, stop: () => runner.stop(), close: () => expressions.close() };
}
