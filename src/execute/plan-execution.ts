import { newId } from '../domain/ids.ts';
import type { Trigger, WorkflowSnapshot } from '../domain/workflow.ts';
import type { ExecutionPlan } from '../store/plan.ts';
import type { ExecutionWork, LeasedDelivery } from '../store/work.ts';
import type { AskFilter } from './apply-expressions.ts';

export interface Planned {
  plan: ExecutionPlan;
  /** The only delivery, when there is just one: whoever plans it sends it too, and no second job is paid for. */
  lone: { delivery: LeasedDelivery; trigger: Trigger } | null;
}

/**
 * Finds the triggers that take an execution and makes a delivery for each, also where a filter fails: such a
 * delivery ends by itself and says why, instead of never having been.
 */
export async function planExecution(
  work: ExecutionWork,
  workflow: WorkflowSnapshot | null,
  ask: AskFilter,
): Promise<Planned> {
  const base = { executionId: work.id, run: work.run, outcome: null, deliveries: [] };
  // A later run sends again what its first run made; the relay brings those deliveries.
  if (work.run > 1) return { plan: { ...base, state: 'running' }, lone: null };
  if (workflow === null)
    return { plan: { ...base, state: 'cancelled', outcome: 'workflow_deleted' }, lone: null };
  const matching = workflow.triggers.filter(
    ({ isActive, endpoint, triggerTypes }) =>
      isActive && endpoint.isActive && triggerTypes.includes(work.triggerType),
  );
  if (matching.length === 0) {
    return { plan: { ...base, state: 'succeeded', outcome: 'no_trigger' }, lone: null };
  }
  const taking = await askAll(work, matching, ask);
  const [first, ...others] = taking;
  if (!first) return { plan: { ...base, state: 'succeeded', outcome: 'filtered' }, lone: null };
  if (others.length > 0 || first.isUndecided) {
    const deliveries = taking.map(({ trigger, isUndecided }) => ({
      ...identify(trigger),
      leaseToken: null,
      isUndecided,
    }));
    return { plan: { ...base, state: 'running', deliveries }, lone: null };
  }
  return planLone(work, first.trigger);
}

/** Those that take the execution, or may. */
async function askAll(work: ExecutionWork, triggers: Trigger[], ask: AskFilter) {
  const verdicts = await Promise.all(
    triggers.map((trigger) => (trigger.filter === null ? 'taken' : ask(work, trigger))),
  );
  return triggers.flatMap((trigger, i) =>
    verdicts[i] === 'left' ? [] : [{ trigger, isUndecided: verdicts[i] === 'undecided' }],
  );
}

function planLone(work: ExecutionWork, trigger: Trigger): Planned {
  const leaseToken = newId();
  // One that is paced has to pass the gate of its endpoint first, as every later attempt has.
  const planned = { ...identify(trigger), leaseToken: trigger.endpoint.pace === null ? leaseToken : null };
  const delivery = {
    ...planned,
    leaseToken,
    executionId: work.id,
    run: work.run,
    attempt: 1,
    runAttempt: 1,
    afterLost: false,
    isUndecided: false,
  };
  const plan = { executionId: work.id, run: work.run, outcome: null, deliveries: [planned] };
  return { plan: { ...plan, state: 'running' }, lone: { delivery, trigger } };
}

const identify = (trigger: Trigger) => ({
  id: newId(),
  triggerId: trigger.id,
  endpointId: trigger.endpoint.id,
});
