import { newId } from '../domain/ids.ts';
import type { ExecutionState } from '../domain/states.ts';
import { type Trigger, triggerToward, type WorkflowSnapshot } from '../domain/workflow.ts';
import type { LookAgain } from '../store/awaiting.ts';
import type { ClaimRequest } from '../store/claim.ts';
import type { ExecutionPlan, PlannedExecution } from '../store/plan.ts';
import type { AttemptRecord, RecordedExecution } from '../store/record.ts';
import type { ExecutionWork, LeasedDelivery } from '../store/work.ts';
import type { AskFilter } from './apply-expressions.ts';
import type { CalledEndpoint } from './endpoint-ceiling.ts';
import { LEASE_MS, type LeaseKeeper } from './leases.ts';
import type { Look, Looking } from './look-after.ts';
import { persistently } from './persistently.ts';
import { type Planned, planExecution } from './plan-execution.ts';
import { afterLostAttempt, fallbackRemoved, triggerRemoved } from './unsent.ts';

export interface Job {
  kind: 'execution' | 'delivery';
  id: string;
  run: number;
  organizationId: string;
}

/** What carrying out an execution needs from outside. Each call may be joined with others into one statement. */
export interface WorkerPorts {
  workflow: (id: string) => Promise<WorkflowSnapshot | null>;
  load: (executionId: string) => Promise<ExecutionWork | null>;
  /** Rejects when nothing can be evaluated at the moment: the execution then waits for the relay. */
  askFilter: AskFilter;
  /** null: somebody else moved the execution first. */
  plan: (plan: ExecutionPlan) => Promise<PlannedExecution | null>;
  /** null: not due, ended, somebody else's, or held by the gate of its endpoint. */
  claim: (request: ClaimRequest) => Promise<LeasedDelivery | null>;
  /** In how many milliseconds this endpoint may be called; null, or left out: now. */
  putOffMs?: (endpoint: CalledEndpoint) => number | null;
  send: (attempt: {
    work: ExecutionWork;
    delivery: LeasedDelivery;
    trigger: Trigger;
  }) => Promise<AttemptRecord>;
  /** null: the lease was lost meanwhile, and nothing was written. */
  record: (record: AttemptRecord) => Promise<RecordedExecution | null>;
  /** At a delivery that n8n accepted and that waits for its outcome. */
  lookAfter: (looking: Looking) => Promise<Look>;
  lookAgain: (again: LookAgain) => Promise<void>;
  leases: LeaseKeeper;
  offer: (jobs: Job[]) => void;
  onAttempt: (record: AttemptRecord, work: ExecutionWork, recorded: RecordedExecution | null) => void;
  onEnd: (work: ExecutionWork, state: ExecutionState) => void;
}

export type HandleJob = (job: Job) => Promise<void>;

/** Leaves enough of the lease for its first renewal to come in time. */
const PREPARE_LIMIT_MS = LEASE_MS / 3;

/** Carries out jobs. A job whose work is done already, or being done by another, does nothing. */
export function createWorker(ports: WorkerPorts): HandleJob {
  /**
   * Deliveries whose attempt is under way here or waits to be recorded. When the database was away for longer
   * than a lease, they are due again as soon as it is back: sending one again would then only be a race lost
   * against our own result.
   */
  const inHand = new Set<string>();

  const holding = async (delivery: LeasedDelivery, doWork: () => Promise<void>): Promise<void> => {
    inHand.add(delivery.id);
    ports.leases.hold(delivery.leaseToken);
    try {
      await doWork();
    } finally {
      ports.leases.release(delivery.leaseToken);
      inHand.delete(delivery.id);
    }
  };

  const write = async (record: AttemptRecord, work: ExecutionWork): Promise<void> =>
    ports.onAttempt(record, work, await ports.record(record));

  const deliver = (work: ExecutionWork, delivery: LeasedDelivery, trigger: Trigger): Promise<void> =>
    holding(delivery, async () => write(await ports.send({ work, delivery, trigger }), work));

  const lookAfter = (work: ExecutionWork, looking: Looking): Promise<void> =>
    holding(looking.delivery, async () => {
      const look = await ports.lookAfter(looking);
      if ('record' in look) await write(look.record, work);
      else await ports.lookAgain(look.again);
    });

  /** Persistently, because a lease that nobody used looks like an attempt that was lost. */
  const prepare = async ({ id, executionId, triggerId, endpointId }: LeasedDelivery) => {
    const work = await ports.load(executionId);
    if (work === null) throw new Error(`execution ${executionId} of delivery ${id} is gone`);
    const workflow = await ports.workflow(work.workflowId);
    const own = workflow?.triggers.find((candidate) => candidate.id === triggerId);
    return { work, own, trigger: own && triggerToward(own, endpointId) };
  };

  /** Of those that are paced, and of several, whoever claims them asks. */
  const heedCeiling = (work: ExecutionWork, planned: Planned): Planned => {
    const [delivery] = planned.plan.deliveries;
    if (!planned.lone || !delivery?.leaseToken) return planned;
    const { endpointId } = delivery;
    const putOffMs = ports.putOffMs?.({ endpointId, organizationId: work.organizationId }) ?? null;
    if (putOffMs === null) return planned;
    const later = { ...delivery, leaseToken: null, putOffMs };
    return { plan: { ...planned.plan, deliveries: [later] }, lone: null };
  };

  const runExecution = async ({ id, run }: Job): Promise<void> => {
    const work = await ports.load(id);
    if (work === null || work.state !== 'queued' || work.run !== run) return;
    const workflow = await ports.workflow(work.workflowId);
    const { plan, lone } = heedCeiling(work, await planExecution(work, workflow, ports.askFilter));
    const planned = await ports.plan(plan);
    if (planned === null) return;
    if (plan.state !== 'running') ports.onEnd(work, plan.state);
    else if (lone && planned.leased.includes(lone.delivery.id))
      await deliver(work, lone.delivery, lone.trigger);
    else {
      const toClaim = plan.deliveries.filter(
        ({ id: deliveryId, putOffMs }) => putOffMs === undefined && !planned.held.includes(deliveryId),
      );
      const { organizationId } = work;
      const jobs = toClaim.map(({ id }): Job => ({ kind: 'delivery', id, run, organizationId }));
      if (lone) for (const job of jobs) await runDelivery(job);
      else if (jobs.length > 0) ports.offer(jobs);
    }
  };

  const runDelivery = async ({ id, run }: Job): Promise<void> => {
    if (inHand.has(id)) return;
    const delivery = await ports.claim({ deliveryId: id, run, leaseToken: newId() });
    if (delivery === null) return;
    const { work, own, trigger } = await persistently(PREPARE_LIMIT_MS, () => prepare(delivery));
    const { awaited } = delivery;
    if (awaited) return lookAfter(work, { delivery: { ...delivery, awaited }, trigger });
    const removed = own ? fallbackRemoved : triggerRemoved;
    const unsent = trigger ? afterLostAttempt(delivery, trigger.endpoint) : removed(delivery);
    if (unsent) await write(unsent, work);
    else if (trigger) await deliver(work, delivery, trigger);
  };

  return (job) => (job.kind === 'execution' ? runExecution(job) : runDelivery(job));
}
