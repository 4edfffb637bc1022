import type { FastifyBaseLogger } from 'fastify';
import type { RunSettings } from '../config.ts';
import { EndpointCeiling } from '../execute/endpoint-ceiling.ts';
import { FairRunner } from '../execute/fair-runner.ts';
import type { HandleJob, Job } from '../execute/worker.ts';
import { yielding } from '../execute/yielding.ts';
import { createHandler } from '../queue/handler.ts';
import { encodeJob } from '../queue/jobs.ts';
import type { Producer } from '../queue/producer.ts';
import type { Budgets } from '../runtime/budgets.ts';
import { FairSlots } from '../runtime/fair-slots.ts';
import type { Database } from '../store/database.ts';
import { releaseDue } from '../store/due.ts';

export interface RunnersOptions {
  settings: RunSettings;
  log: FastifyBaseLogger;
  db: Database;
  producer: Producer;
  budgets: Budgets;
  isFrontDoorBusy: () => boolean;
  execute: HandleJob;
}

/** Where jobs run: those from the queue, and past it what gates let go. Each has slots of its own. */
export function openRunners(options: RunnersOptions) {
  const { settings, log, producer, budgets } = options;
  const slots = openSlots(budgets, settings.workerConcurrency);
  const handler = createHandler(options.execute, log);
  const run = (job: Job) => handler.process(encodeJob(job));
  const onShareUsedUp = (organizationId: string) => budgets.refused('delivery_slots', organizationId);
  const fromQueue = new FairRunner({
    slots: slots.fromQueue,
    run: yielding(options.isFrontDoorBusy, run),
    // No more than an organization can have on the queue, unless other processes put it there.
    maxWaiting: settings.queueHighWater / 2,
    onWaiting: producer.waits,
    onShareUsedUp,
  });
  const fromGates = new FairRunner({ slots: slots.fromGates, run, onShareUsedUp });
  const putBack = openPutBack(options);
  return {
    /** Ends with the job, or as soon as it is known that it has to wait: nobody stands in the queue behind it. */
    handle: async (job: Job): Promise<void> => {
      const running = fromQueue.tryRun(job);
      if (running) return running;
      if (!fromQueue.enqueue(job)) putBack([job]);
    },
    /** What a gate lets go has its time, and thousands that came with it may still stand in the queue. */
    carryOut(jobs: Job[]): void {
      const others = jobs.filter((job) => fromGates.tryRun(job) === undefined);
      if (others.length > 0) producer.offer(others);
    },
    /** Begins no more. What waits here is due again at once. */
    pause: () => releaseWaiting(options, [...fromQueue.close(), ...fromGates.close()]),
    idle: handler.idle,
  };
}

function openSlots(budgets: Budgets, count: number) {
  const used = (organizationId: string) => fromQueue.used(organizationId) + fromGates.used(organizationId);
  const mayHaveMore = (organizationId: string) =>
    used(organizationId) < budgets.limit('delivery_slots', organizationId);
  const fromQueue = new FairSlots({ slots: count, mayHaveMore });
  const fromGates = new FairSlots({ slots: count, mayHaveMore });
  budgets.register('delivery_slots', {
    used,
    keys: () => new Set([...fromQueue.keys(), ...fromGates.keys()]),
  });
  return { fromQueue, fromGates };
}

/** Of calls of endpoints, whatever slots they are made in. */
export function openCeiling(budgets: Budgets): EndpointCeiling {
  const ceiling = new EndpointCeiling({
    limit: (organizationId) => budgets.limit('endpoint_slots', organizationId),
    onReached: (organizationId) => budgets.refused('endpoint_slots', organizationId),
  });
  return budgets.register('endpoint_slots', ceiling);
}

/** Makes rows due again. Those of one turn of the event loop go together. */
function openPutBack(options: RunnersOptions) {
  const gathered: Job[] = [];
  return (jobs: Job[]): void => {
    if (gathered.length === 0) setImmediate(() => void releaseWaiting(options, gathered.splice(0)));
    gathered.push(...jobs);
  };
}

async function releaseWaiting({ db, log }: RunnersOptions, jobs: Job[]): Promise<void> {
  if (jobs.length === 0) return;
  try {
    await releaseDue(db, jobs);
  } catch (err) {
    // They are due in any case: this only spares them the wait until the relay would ask again.
    log.debug({ err }, 'relay.release_failed');
  }
}
