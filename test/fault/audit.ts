import type { Execution, ExecutionSummary } from '../../src/http/schemas/executions.ts';
import type { Api } from '../helpers/api.ts';
import { eventually } from '../helpers/eventually.ts';
import type { Received, Receiver } from '../helpers/receiver.ts';
import type { Test } from '../helpers/tap.ts';
import { type Answered, accepted } from './load.ts';

export interface AuditInput {
  api: Api;
  receiver: Receiver;
  workflowId: string;
  /** Every webhook that was sent, whatever was answered. */
  sent: readonly Answered[];
  /** How long executing may take; without it only long enough to tell slow from stuck. */
  withinMs?: number;
}

export interface Audit {
  acknowledged: number;
  executed: number;
  /** Requests beyond the first of a delivery. */
  resent: number;
}

const STUCK_MS = 180_000;

const OPEN = ['queued', 'running', 'retrying', 'waiting'];

/**
 * Waits until everything is executed, and proves of a workflow with one trigger, whose receiver ends by answering
 * 200: whatever was acknowledged has its rows and arrived, and nothing was sent twice without a reason.
 */
export async function audit(t: Test, input: AuditInput): Promise<Audit> {
  const { api, receiver, workflowId, sent, withinMs = STUCK_MS } = input;
  const executions = await allEnded(api, workflowId, withinMs);
  const acknowledged = accepted(sent);
  const states = new Map(executions.map(({ id, status }) => [id, status]));
  const logs = new Set((await api.logs({ workflowId })).map(({ id }) => id));
  const arrived = new Set(
    receiver.requests.filter((one) => one.answered === 200).map((one) => one.executionId),
  );
  const missing = {
    execution: acknowledged.filter(({ executionId }) => !states.has(executionId)),
    log: acknowledged.filter(({ logId }) => !logs.has(logId)),
    delivery: executions.filter(({ id }) => !arrived.has(id)),
    success: executions.filter(({ status }) => status !== 'succeeded'),
  };
  t.same(
    missing,
    { execution: [], log: [], delivery: [], success: [] },
    'what was acknowledged was executed',
  );
  const { resent, faults } = await checkResends(api, receiver.requests);
  t.same(faults, [], 'nothing was sent again without a recorded reason');
  return { acknowledged: acknowledged.length, executed: executions.length, resent };
}

async function allEnded(api: Api, workflowId: string, withinMs: number): Promise<ExecutionSummary[]> {
  let open: ExecutionSummary[] = [];
  const ended = async () => {
    const lists = await Promise.all(
      OPEN.map((status) =>
        api.call<{ data: ExecutionSummary[] }>('GET', '/api/executions', {
          query: { workflowId, status, limit: 5 },
        }),
      ),
    );
    open = lists.flatMap(({ body }) => body.data);
    return open.length === 0;
  };
  await eventually('all executions have ended', ended, { withinMs, everyMs: 100 }).catch(
    async (error: Error) => {
      const [first] = open;
      const detail = first ? JSON.stringify(await api.execution(first.id)) : '';
      throw new Error(`${error.message}; open: ${detail}`);
    },
  );
  return api.executions({ workflowId });
}

/** Compares what the receiver saw of each delivery that came more than once with what was recorded of it. */
export async function checkResends(
  api: Api,
  requests: readonly Received[],
): Promise<{ resent: number; faults: string[] }> {
  const byDelivery = new Map<string, Received[]>();
  for (const one of requests) {
    const seen = byDelivery.get(one.deliveryId) ?? [];
    seen.push(one);
    byDelivery.set(one.deliveryId, seen);
  }
  const again = [...byDelivery.values()].filter(
    (seen) => seen.length > 1 || seen.some((one) => one.attempt !== 1),
  );
  const faults = severalDeliveries(requests);
  for (const seen of again) {
    const [first] = seen as [Received];
    faults.push(...resendFaults(seen, await api.execution(first.executionId)));
  }
  return { resent: requests.length - byDelivery.size, faults };
}

/** An execution has one delivery for its trigger, however often it was planned. */
function severalDeliveries(requests: readonly Received[]): string[] {
  const deliveryOf = new Map<string, string>();
  const faults: string[] = [];
  for (const { executionId, deliveryId } of requests) {
    const known = deliveryOf.get(executionId) ?? deliveryId;
    deliveryOf.set(executionId, known);
    if (known !== deliveryId)
      faults.push(`execution ${executionId} was sent as ${known} and as ${deliveryId}`);
  }
  return faults;
}

function resendFaults(seen: readonly Received[], execution: Execution): string[] {
  const delivery = execution.deliveries.find(({ id }) => id === seen[0]?.deliveryId);
  if (!delivery) return [`delivery ${seen[0]?.deliveryId} is not recorded`];
  const results = new Map(delivery.attempts.map(({ attempt, result }) => [attempt, result]));
  const faults: string[] = [];
  const fault = (text: string) => faults.push(`delivery ${delivery.id}: ${text}`);
  let last = 0;
  for (const { attempt } of seen) {
    if (attempt <= last) fault(`attempt ${attempt} came after attempt ${last}`);
    last = attempt;
    for (let before = 1; before < attempt; before++) {
      const result = results.get(before) ?? 'not recorded';
      if (result !== 'failed' && result !== 'ambiguous')
        fault(`attempt ${attempt} follows ${before}, ${result}`);
    }
  }
  return faults;
}
