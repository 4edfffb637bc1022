import t from 'tap';
import { newId } from '../../src/domain/ids.ts';
import { planExecution } from '../../src/execute/plan-execution.ts';
import type { ExecutionWork } from '../../src/store/work.ts';
import { triggerTo, workflowSnapshot } from '../helpers/snapshots.ts';

const work = (overrides: Partial<ExecutionWork> = {}): ExecutionWork => ({
  id: newId(),
  organizationId: newId(),
  workflowId: newId(),
  triggerType: 'webhook',
  state: 'queued',
  run: 1,
  createdAt: new Date(),
  input: null,
  request: null,
  ...overrides,
});

t.test('one trigger: whoever plans it sends it too', (t) => {
  const trigger = triggerTo();
  const execution = work();
  const { plan, lone } = planExecution(execution, workflowSnapshot({ triggers: [trigger] }));
  const [delivery] = plan.deliveries;
  t.match(plan, {
    executionId: execution.id,
    run: 1,
    state: 'running',
    outcome: null,
    deliveries: [{ triggerId: trigger.id, endpointId: trigger.endpoint.id }],
  });
  t.equal(lone?.trigger, trigger);
  t.match(lone?.delivery, {
    id: delivery?.id,
    leaseToken: delivery?.leaseToken,
    executionId: execution.id,
    run: 1,
    attempt: 1,
    runAttempt: 1,
    afterLost: false,
  });
  t.ok(delivery?.leaseToken);
  t.end();
});

t.test('several triggers: a delivery for each, which nobody holds yet', (t) => {
  const triggers = [triggerTo(), triggerTo(), triggerTo()];
  const { plan, lone } = planExecution(work(), workflowSnapshot({ triggers }));
  t.equal(lone, null);
  t.same(
    plan.deliveries.map(({ triggerId, leaseToken }) => ({ triggerId, leaseToken })),
    triggers.map(({ id }) => ({ triggerId: id, leaseToken: null })),
  );
  t.equal(new Set(plan.deliveries.map(({ id }) => id)).size, 3);
  t.end();
});

t.test('only triggers that match', (t) => {
  const manual = triggerTo({}, { triggerTypes: ['manual'] });
  const inactive = triggerTo({ isActive: false });
  const both = triggerTo();
  const workflow = workflowSnapshot({ triggers: [manual, inactive, both] });
  const planned = (overrides: Partial<ExecutionWork>) =>
    planExecution(work(overrides), workflow).plan.deliveries.map(({ triggerId }) => triggerId);
  t.same(planned({ triggerType: 'webhook' }), [both.id]);
  t.same(planned({ triggerType: 'manual' }), [manual.id, both.id]);
  t.same(planned({ triggerType: 'n8n' }), []);
  t.end();
});

t.test('nothing to deliver is a success that says so', (t) => {
  t.match(planExecution(work(), workflowSnapshot()), {
    plan: { state: 'succeeded', outcome: 'no_trigger', deliveries: [] },
    lone: null,
  });
  t.end();
});

t.test('the workflow is gone', (t) => {
  t.match(planExecution(work(), null), {
    plan: { state: 'cancelled', outcome: 'workflow_deleted', deliveries: [] },
    lone: null,
  });
  t.end();
});

t.test('a later run makes no deliveries: its first run made them', (t) => {
  for (const workflow of [workflowSnapshot({ triggers: [triggerTo()] }), null]) {
    t.match(planExecution(work({ run: 2 }), workflow), {
      plan: { run: 2, state: 'running', outcome: null, deliveries: [] },
      lone: null,
    });
  }
  t.end();
});
