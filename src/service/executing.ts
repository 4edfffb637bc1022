import type { FastifyBaseLogger } from 'fastify';
import type { RunSettings } from '../config.ts';
import { createClient } from '../dispatch/client.ts';
import { createExpressions } from '../dispatch/expressions/expressions.ts';
import type { Reach } from '../dispatch/reach.ts';
import type { EventSignal } from '../domain/event-signal.ts';
import type { FallbackTaken } from '../domain/fallback.ts';
import { hasEnded } from '../domain/states.ts';
import { OVERDUE } from '../execute/awaited-records.ts';
import { createExecutor } from '../execute/executor.ts';
import { createGateKeeper } from '../execute/gate-keeper.ts';
import { type EndpointOutcome, GateOutcomes } from '../execute/gate-outcomes.ts';
import type { AskN8n } from '../execute/n8n-outcome.ts';
import type { IsN8nFull } from '../execute/name-timeout.ts';
import { createReplayRunner } from '../execute/replay-runner.ts';
import { startMaintenance } from '../operate/maintenance.ts';
import type { Metrics } from '../operate/metrics.ts';
import type { QueueBackend } from '../queue/backend.ts';
import type { Job } from '../queue/jobs.ts';
import type { Producer } from '../queue/producer.ts';
import { createRelay } from '../queue/relay.ts';
import { endsWithin } from '../queue/within.ts';
import { startWorkerPool } from '../queue/worker-pool.ts';
import type { Budgets } from '../runtime/budgets.ts';
import type { Config } from '../store/config.ts';
import type { Database } from '../store/database.ts';
import { releaseDue, takeDue } from '../store/due.ts';
import { releaseHeld } from '../store/gate-release.ts';
import { remindGates } from '../store/gate-upkeep.ts';
import { countOutcomes } from '../store/gates.ts';
import type { AttemptRecord, RecordedExecution } from '../store/record.ts';
import { stepReplay } from '../store/replay-step.ts';
import type { SecretBox } from '../store/secret-box.ts';
import type { ExecutionWork, LeasedDelivery } from '../store/work.ts';
import { openEventsOut } from './events-out.ts';
import { expressionShares } from './expression-shares.ts';
import { openCeiling, openRunners } from './runners.ts';

/** The worker pool and the relay that feeds it. */
export interface Executing {
  /** Takes no new jobs. */
  pause(): Promise<void>;
  /** Finishes the jobs in hand; those that take longer than this many milliseconds are broken off and recorded so. */
  finish(limitMs: number): Promise<void>;
}

export interface ExecutingOptions {
  settings: RunSettings;
  /** Where deliveries and events may go. */
  reach: Reach;
  log: FastifyBaseLogger;
  db: Database;
  /** For what is done in bulk. */
  upkeep: Database;
  box: SecretBox;
  config: Config;
  budgets: Budgets;
  backend: QueueBackend;
  producer: Producer;
  metrics: Metrics;
  isFrontDoorBusy: () => boolean;
  /** null: n8n's public API cannot be asked. */
  askN8n: AskN8n | null;
  isN8nFull: IsN8nFull | null;
  /** Says when there are events to be sent. */
  eventSignal: EventSignal;
}

export function startExecuting(options: ExecutingOptions): Executing {
  const { settings, log, db, config, backend, producer, metrics } = options;
  const { reach } = options;
  const client = createClient({ allowCidrs: reach.allowCidrs, allowHosts: [], reach });
  const gates = openGates(options, (jobs) => runners.carryOut(jobs));
  const { box, eventSignal } = options;
  const events = openEventsOut({ log, db, box, client, gates, metrics, signal: eventSignal });
  const expressions = createExpressions({ shares: expressionShares(options.budgets) });
  const execute = createExecutor({
    db,
    client,
    expressions,
    gates,
    ceiling: openCeiling(options.budgets),
    askN8n: options.askN8n,
    isN8nFull: options.isN8nFull,
    workflow: (id) => config.workflows.get(id),
    offer: (jobs) => producer.offer(jobs),
    onAttempt: (record, work, recorded) => {
      report({ log, metrics }, record, work, recorded);
      // Alerts are events.
      if (recorded?.fallback?.some(({ status }) => status === 'sent')) eventSignal.notify();
    },
    onEnd: (work, state) => metrics.executed({ state, seconds: secondsSince(work.createdAt) }),
    onLeaseError: (err) => log.warn({ err }, 'lease.not_renewed'),
  });
  const relay = createRelay({
    source: {
      takeDue: (limit, places) => takeDue(db, limit, places),
      release: (jobs) => releaseDue(db, jobs),
    },
    producer,
    log,
  });
  const runners = openRunners({ ...options, execute });
  const { handle } = runners;
  const workers = startWorkerPool({ backend, concurrency: settings.workerConcurrency, handle, log });
  const replays = createReplayRunner({ step: () => stepReplay(options.upkeep), log });
  relay.start();
  replays.start();
  gates.start();
  events.start();
  const upkeep = startUpkeep(options);
  return {
    pause: async () => {
      await Promise.all([
        replays.stop(),
        relay.stop(),
        gates.stop(),
        upkeep.stop(),
        events.stop(),
        workers.pause(),
      ]);
      await runners.pause();
    },
    finish: async (limitMs) => {
      const closed = Promise.all([
        workers.close(limitMs),
        endsWithin(limitMs, runners.idle(), 'the executions under way'),
        endsWithin(limitMs, events.idle(), 'the events under way'),
      ]);
      const breakOff = () => Promise.all([client.close(), expressions.close()]);
      const timer = setTimeout(() => void breakOff(), limitMs * BREAK_OFF_AFTER);
      await closed;
      clearTimeout(timer);
      await Promise.all([breakOff(), gates.flush()]);
    },
  };
}

/** A safety net: it finds nothing, unless something is wrong. */
const startUpkeep = ({ log, upkeep }: ExecutingOptions) =>
  startMaintenance({
    tasks: [{ name: 'remind_gates', run: () => remindGates(upkeep) }],
    intervalMs: 60_000,
    onDone: (_task, count) => {
      if (count > 0) log.warn({ count }, 'gates.forgotten');
    },
    onError: (task, err) => log.warn({ task, err }, 'maintenance.failed'),
  });

/** Pace and circuits of the endpoints: what they hold, and how they come to know how attempts went. */
function openGates({ log, db, eventSignal }: ExecutingOptions, carryOut: (jobs: Job[]) => void) {
  const keeper = createGateKeeper({
    release: async (freed) => {
      const released = await releaseHeld(db, freed);
      if (released.events > 0) eventSignal.notify();
      return released;
    },
    offer: carryOut,
    log,
  });
  const outcomes = new GateOutcomes({
    count: (tallies) => countOutcomes(db, tallies),
    onMove: ({ endpointId, to, openUntil }) =>
      to === 'open'
        ? log.warn({ endpointId, openUntil }, 'circuit.opened')
        : log.info({ endpointId }, 'circuit.closed'),
    onError: (err) => log.warn({ err }, 'circuit.uncounted'),
  });
  return {
    ...keeper,
    attempted: (outcome: EndpointOutcome) => outcomes.attempted(outcome),
    flush: () => outcomes.flush(),
    onProbe: ({ id, endpointId }: LeasedDelivery) =>
      log.info({ endpointId, deliveryId: id }, 'circuit.half_open'),
  };
}

/** The part of the time for finishing after which calls are broken off, so that there is time to record it. */
const BREAK_OFF_AFTER = 0.8;

const secondsSince = (at: Date): number => (Date.now() - at.getTime()) / 1000;

/** Outcomes whose error quotes what was received: JSONata does. The attempt has it. */
const QUOTING: ReadonlySet<string> = new Set(['filter_failed', 'transform_failed']);

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
  if (outcome === OVERDUE && recorded) {
    metrics.callbackOverdue();
    log.warn({ ...fields, error: record.error }, 'delivery.overdue');
  } else if (result === 'succeeded' && recorded) log.debug(fields, 'delivery.attempted');
  else log.warn({ ...fields, ...(!QUOTING.has(outcome) && { error: record.error }) }, 'delivery.attempted');
  for (const taken of recorded?.fallback ?? []) reportFallback(log, taken, fields);
}

/** An alert is in the log also when no endpoint is told. */
function reportFallback(
  log: FastifyBaseLogger,
  taken: FallbackTaken,
  of: { executionId: string; workflowId: string; deliveryId: string; outcome: string },
): void {
  const { executionId, workflowId, deliveryId, outcome } = of;
  const fields = { executionId, workflowId, deliveryId, outcome, step: taken.step };
  switch (taken.status) {
    case 'sent':
      log.warn({ ...fields, endpointIds: taken.endpoints.map(({ id }) => id) }, 'delivery.alert');
      return;
    case 'skipped':
      log.warn({ ...fields, action: taken.type, reason: taken.reason }, 'delivery.fallback_skipped');
      return;
    case 'begun':
      log.info({ ...fields, endpointId: taken.endpoint.id }, 'delivery.fallback');
      return;
    case 'ended':
      log.info(fields, 'delivery.dead_lettered');
  }
}
