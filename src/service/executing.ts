import type { FastifyBaseLogger } from 'fastify';
import type { RunSettings } from '../config.ts';
import { allowedHostOf } from '../dispatch/address-guard.ts';
import { createClient } from '../dispatch/client.ts';
import { hasEnded } from '../domain/states.ts';
import { createExecutor } from '../execute/executor.ts';
import { createReplayRunner } from '../execute/replay-runner.ts';
import { yielding } from '../execute/yielding.ts';
import type { Metrics } from '../operate/metrics.ts';
import type { QueueBackend } from '../queue/backend.ts';
import type { Producer } from '../queue/producer.ts';
import { createRelay } from '../queue/relay.ts';
import { startWorkerPool } from '../queue/worker-pool.ts';
import type { Config } from '../store/config.ts';
import type { Database } from '../store/database.ts';
import { releaseDue, takeDue } from '../store/due.ts';
import type { AttemptRecord, RecordedExecution } from '../store/record.ts';
import { stepReplay } from '../store/replay-step.ts';
import type { ExecutionWork } from '../store/work.ts';

/** The worker pool and the relay that feeds it. */
export interface Executing {
  /** Takes no new jobs. */
  pause(): Promise<void>;
  /** Finishes the jobs in hand; those that take longer than this many milliseconds are broken off and recorded so. */
  finish(limitMs: number): Promise<void>;
}

export interface ExecutingOptions {
  settings: RunSettings;
  log: FastifyBaseLogger;
  db: Database;
  config: Config;
  backend: QueueBackend;
  producer: Producer;
  metrics: Metrics;
  isFrontDoorBusy: () => boolean;
}

export function startExecuting(options: ExecutingOptions): Executing {
  const { settings, log, db, config, backend, producer, metrics } = options;
  const client = createClient({
    allowCidrs: settings.outboundAllowCidrs,
    allowHosts: settings.n8n === null ? [] : n8nHosts(settings.n8n),
  });
  const execute = createExecutor({
    db,
    client,
    workflow: (id) => config.workflows.get(id),
    offer: (jobs) => producer.offer(jobs),
    onAttempt: (record, work, recorded) => report({ log, metrics }, record, work, recorded),
    onEnd: (work, state) => metrics.executed({ state, seconds: secondsSince(work.createdAt) }),
    onLeaseError: (err) => log.warn({ err }, 'lease.not_renewed'),
  });
  const relay = createRelay({
    source: { takeDue: (limit) => takeDue(db, limit), release: (jobs) => releaseDue(db, jobs) },
    producer,
    log,
  });
  const handle = yielding(options.isFrontDoorBusy, execute);
  const workers = startWorkerPool({ backend, concurrency: settings.workerConcurrency, handle, log });
  const replays = createReplayRunner({ step: () => stepReplay(db), log });
  relay.start();
  replays.start();
  return {
    pause: async () => {
      await Promise.all([replays.stop(), relay.stop(), workers.pause()]);
    },
    finish: async (limitMs) => {
      const closed = workers.close(limitMs);
      const timer = setTimeout(() => void client.close(), limitMs * BREAK_OFF_AFTER);
      await closed;
      clearTimeout(timer);
      await client.close();
    },
  };
}

/** The part of the time for finishing after which calls are broken off, so that there is time to record it. */
const BREAK_OFF_AFTER = 0.8;

const n8nHosts = ({ baseUrl, webhookUrl }: { baseUrl: string; webhookUrl: string }): string[] => [
  allowedHostOf(baseUrl),
  allowedHostOf(webhookUrl),
];

const secondsSince = (at: Date): number => (Date.now() - at.getTime()) / 1000;

function report(
  { log, metrics }: { log: FastifyBaseLogger; metrics: Metrics },
  record: AttemptRecord,
  work: ExecutionWork,
  recorded: RecordedExecution | null,
): void {
  const { delivery, outcome, result, durationMs, statusCode, state } = record;
  metrics.attempted({ outcome, result, seconds: durationMs / 1000 });
  if (recorded && hasEnded(recorded.state)) {
    metrics.executed({ state: recorded.state, seconds: secondsSince(work.createdAt) });
  }
  const fields = {
    executionId: work.id,
    workflowId: work.workflowId,
    deliveryId: delivery.id,
    attempt: delivery.attempt,
    outcome,
    statusCode,
    durationMs,
    next: state,
    executionState: recorded?.state ?? 'lease_lost',
  };
  if (result === 'succeeded' && recorded) log.debug(fields, 'delivery.attempted');
  else log.warn({ ...fields, error: record.error }, 'delivery.attempted');
}
