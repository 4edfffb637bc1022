import type { Client } from '../dispatch/client.ts';
import type { Expressions } from '../dispatch/expressions/expressions.ts';
import { healthOf } from '../dispatch/outcome.ts';
import { lookAgain } from '../store/awaiting.ts';
import { type ClaimRequest, claimDeliveries, renewLeases } from '../store/claim.ts';
import type { Database } from '../store/database.ts';
import { type ExecutionPlan, type PlannedExecution, planExecutions } from '../store/plan.ts';
import { type AttemptRecord, type RecordedExecution, recordAttempts } from '../store/record.ts';
import { type ExecutionWork, type LeasedDelivery, loadWork } from '../store/work.ts';
import { askFilter, decide } from './apply-expressions.ts';
import type { CalledEndpoint, EndpointCeiling } from './endpoint-ceiling.ts';
import type { GateKeeper } from './gate-keeper.ts';
import type { GateOutcomes } from './gate-outcomes.ts';
import { LEASE_MS, LeaseKeeper } from './leases.ts';
import { lookAfter } from './look-after.ts';
import { MicroBatch } from './micro-batch.ts';
import type { AskN8n } from './n8n-outcome.ts';
import { type IsN8nFull, nameTimeout } from './name-timeout.ts';
import { persistently } from './persistently.ts';
import { sendAttempt } from './send-attempt.ts';
import { createWorker, type HandleJob, type WorkerPorts } from './worker.ts';

export interface ExecutorOptions extends Pick<WorkerPorts, 'workflow' | 'offer' | 'onAttempt' | 'onEnd'> {
  db: Database;
  client: Client;
  expressions: Expressions;
  /** How executions in n8n went; left out: nobody can be asked. */
  askN8n?: AskN8n | null;
  /** Left out: it cannot be told from an endpoint that is slow. */
  isN8nFull?: IsN8nFull | null;
  /** Of the endpoints: told what happens to what they paced and to their circuits. */
  gates?: Gates;
  onLeaseError: (error: unknown) => void;
  /** Left out: any number of slow calls may be under way. */
  ceiling?: Pick<EndpointCeiling, 'begin' | 'putOffMs'>;
}

export interface Gates extends Pick<GateKeeper, 'freed' | 'lookSoon'>, Pick<GateOutcomes, 'attempted'> {
  /** This process has a half-open circuit's one delivery. */
  onProbe: (delivery: LeasedDelivery) => void;
}

/** How long a result is kept trying to be written while the database is away. */
const RECORD_LIMIT_MS = 60_000;

/** The worker on a real database: jobs that run side by side in this process share their statements. */
export function createExecutor(options: ExecutorOptions): HandleJob {
  const { db, client, expressions, gates, ceiling } = options;
  const putOffMs = (endpoint: CalledEndpoint) => ceiling?.putOffMs(endpoint) ?? null;
  const load = new MicroBatch<string, ExecutionWork | null>(async (ids) => {
    const found = await loadWork(db, ids);
    return ids.map((id) => found.get(id) ?? null);
  });
  const plan = new MicroBatch<ExecutionPlan, PlannedExecution | null>(async (plans) => {
    const moved = await planExecutions(db, plans, LEASE_MS);
    return plans.map(({ executionId }) => moved.get(executionId) ?? null);
  });
  const claim = new MicroBatch<ClaimRequest, LeasedDelivery | null>(async (requests) => {
    const claimed = await claimDeliveries(db, requests, { leaseMs: LEASE_MS, putOffMs });
    if (claimed.size < requests.length) gates?.lookSoon();
    for (const delivery of claimed.values()) if (delivery.gate?.probe) gates?.onProbe(delivery);
    return requests.map((request) => {
      const delivery = claimed.get(request.deliveryId);
      // Of two requests for one delivery in a batch, the one whose token was written has it.
      return delivery?.leaseToken === request.leaseToken ? delivery : null;
    });
  });
  const record = new MicroBatch<AttemptRecord, RecordedExecution | null>(async (records) => {
    const recorded = await persistently(RECORD_LIMIT_MS, () => recordAttempts(db, records));
    for (const { delivery } of records) if (delivery.gate) gates?.freed(delivery.endpointId);
    return records.map(({ delivery }) => recorded.get(delivery.id) ?? null);
  });
  const send: WorkerPorts['send'] = async (input) => {
    const decided = await decide(expressions, input);
    const { work, delivery, trigger } = input;
    const { endpointId } = delivery;
    const called = () => ceiling?.begin({ endpointId, organizationId: work.organizationId });
    const sent =
      'unsent' in decided
        ? decided.unsent
        : await during(
            called(),
            sendAttempt({ client, expressions }, { ...input, delivery: decided.delivery }),
          );
    const attempt = options.isN8nFull ? await nameTimeout(sent, trigger.endpoint, options.isN8nFull) : sent;
    await gates?.attempted({
      endpointId,
      breaker: trigger.endpoint.circuitBreaker,
      startedMs: attempt.startedAt.getTime(),
      health: healthOf(attempt),
      probeDeliveryId: delivery.gate?.probe ? delivery.id : null,
    });
    return attempt;
  };
  return createWorker({
    workflow: options.workflow,
    offer: options.offer,
    onAttempt: options.onAttempt,
    onEnd: options.onEnd,
    askFilter: askFilter(expressions),
    load: (id) => load.submit(id),
    plan: (request) => plan.submit(request),
    claim: (request) => claim.submit(request),
    putOffMs,
    record: (request) => record.submit(request),
    send,
    lookAfter: (looking) => lookAfter({ askN8n: options.askN8n ?? null }, looking),
    lookAgain: (again) => lookAgain(db, again),
    leases: new LeaseKeeper({
      renew: (tokens, leaseMs) => renewLeases(db, tokens, leaseMs),
      onError: options.onLeaseError,
    }),
  });
}

async function during<T>(end: (() => void) | undefined, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } finally {
    end?.();
  }
}
