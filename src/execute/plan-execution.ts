import { newId } from '../domain/ids.ts';
import type { Trigger, WorkflowSnapshot } from '../domain/workflow.ts';
import type { ExecutionPlan } from '../store/plan.ts';
import type { ExecutionWork, LeasedDelivery } from '../store/work.ts';

export interface Planned {
  plan: ExecutionPlan;
  /** The only delivery, when there is just one: whoever plans it sends it too, and no second job is paid for. */
  lone: { delivery: LeasedDelivery; trigger: Trigger } | null;
}

/** Finds the triggers that match an execution and makes a delivery for each. */
export function planExecution(work: ExecutionWork, workflow: WorkflowSnapshot | null): Planned {
  const base = { executionId: work.id, run: work.run, outcome: null, deliveries: [] };
  // A later run sends again what its first run made; the relay brings those deliveries.
  if (work.run > 1) return { plan: { ...base, state: 'running' }, lone: null };
  if (workflow === null)
    return { plan: { ...base, state: 'cancelled', outcome: 'workflow_deleted' }, lone: null };
  const triggers = workflow.triggers.filter(
    (trigger) => trigger.endpoint.isActive && trigger.triggerTypes.includes(work.triggerType),
  );
  const [first, ...others] = triggers;
  if (!first) return { plan: { ...base, state: 'succeeded', outcome: 'no_trigger' }, lone: null };
  if (others.length > 0) {
    const deliveries = triggers.map((trigger) => ({ ...identify(trigger), leaseToken: null }));
    return { plan: { ...base, state: 'running', deliveries }, lone: null };
  }
  const leaseToken = newId();
  const planned = { ...identify(first), leaseToken };
  const delivery = {
    ...planned,
    executionId: work.id,
    run: work.run,
    attempt: 1,
    runAttempt: 1,
    afterLost: false,
  };
  return { plan: { ...base, state: 'running', deliveries: [planned] }, lone: { delivery, trigger: first } };
}

const identify = (trigger: Trigger) => ({
  id: newId(),
  triggerId: trigger.id,
  endpointId: trigger.endpoint.id,
});
