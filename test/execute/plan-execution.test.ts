import { newId } from '../../src/domain/ids.ts';
import type { Trigger } from '../../src/domain/workflow.ts';
import type { AskFilter, FilterVerdict } from '../../src/execute/apply-expressions.ts';
import { planExecution } from '../../src/execute/plan-execution.ts';
import type { ExecutionWork } from '../../src/store/work.ts';
import { triggerTo, workflowSnapshot } from '../helpers/snapshots.ts';
import t from '../helpers/tap.ts';

const work = (overrides: Partial<ExecutionWork> = {}): ExecutionWork => ({
  id: newId(),
  organizationId: newId(),
  workflowId: newId(),
  triggerType: 'webhook',
  state: 'queued',
  run: 1,
  createdAt: new Date(),
  input: null,
  hops: 0,
  request: null,
  ...overrides,
});

const unasked: AskFilter = () => Promise.reject(new Error('a trigger without a filter is not asked'));

t.test('one trigger: whoever plans it sends it too', async (t) => {
  const trigger = triggerTo();
  const execution = work();
  const { plan, lone } = await planExecution(execution, workflowSnapshot({ triggers: [trigger] }), unasked);
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
});

t.test('several triggers: a delivery for each, which nobody holds yet', async (t) => {
  const triggers = [triggerTo(), triggerTo(), triggerTo()];
  const { plan, lone } = await planExecution(work(), workflowSnapshot({ triggers }), unasked);
  t.equal(lone, null);
  t.same(
    plan.deliveries.map(({ triggerId, leaseToken }) => ({ triggerId, leaseToken })),
    triggers.map(({ id }) => ({ triggerId: id, leaseToken: null })),
  );
  t.equal(new Set(plan.deliveries.map(({ id }) => id)).size, 3);
});

t.test('only triggers that match', async (t) => {
  const manual = triggerTo({}, { triggerTypes: ['manual'] });
  const inactive = triggerTo({ isActive: false });
  const off = triggerTo({}, { isActive: false });
  const both = triggerTo();
  const workflow = workflowSnapshot({ triggers: [manual, inactive, off, both] });
  const planned = async (overrides: Partial<ExecutionWork>) =>
    (await planExecution(work(overrides), workflow, unasked)).plan.deliveries.map(
      ({ triggerId }) => triggerId,
    );
  t.same(await planned({ triggerType: 'webhook' }), [both.id]);
  t.same(await planned({ triggerType: 'manual' }), [manual.id, both.id]);
  t.same(await planned({ triggerType: 'n8n' }), []);
});

t.test('nothing to deliver is a success that says so', async (t) => {
  const off = workflowSnapshot({ triggers: [triggerTo({}, { isActive: false })] });
  t.match(await planExecution(work(), off, unasked), { plan: { outcome: 'no_trigger' }, lone: null });
  t.match(await planExecution(work(), workflowSnapshot(), unasked), {
    plan: { state: 'succeeded', outcome: 'no_trigger', deliveries: [] },
    lone: null,
  });
});

t.test('the workflow is gone', async (t) => {
  t.match(await planExecution(work(), null, unasked), {
    plan: { state: 'cancelled', outcome: 'workflow_deleted', deliveries: [] },
    lone: null,
  });
});

t.test('a later run makes no deliveries: its first run made them', async (t) => {
  for (const workflow of [workflowSnapshot({ triggers: [triggerTo()] }), null]) {
    t.match(await planExecution(work({ run: 2 }), workflow, unasked), {
      plan: { run: 2, state: 'running', outcome: null, deliveries: [] },
      lone: null,
    });
  }
});

const filtered = (filter: string) => triggerTo({}, { filter });
/** Each filter is the verdict. */
const ask: AskFilter = async (_work, trigger) => trigger.filter as FilterVerdict;

t.test('filters decide; one that fails has a delivery nobody has decided about', async (t) => {
  const plain = triggerTo();
  const [left, taken, undecided] = [filtered('left'), filtered('taken'), filtered('undecided')];
  const planned = async (...triggers: Trigger[]) => {
    const { plan, lone } = await planExecution(work(), workflowSnapshot({ triggers }), ask);
    const deliveries = plan.deliveries.map(({ triggerId, leaseToken, isUndecided = false }) => ({
      triggerId,
      isLeased: leaseToken !== null,
      isUndecided,
    }));
    return { state: plan.state, outcome: plan.outcome, deliveries, lone: lone?.trigger ?? null };
  };
  const open = { isLeased: false, isUndecided: false };
  t.same(await planned(left, plain, undecided, taken), {
    state: 'running',
    outcome: null,
    deliveries: [
      { ...open, triggerId: plain.id },
      { ...open, triggerId: undecided.id, isUndecided: true },
      { ...open, triggerId: taken.id },
    ],
    lone: null,
  });
  t.match(
    await planned(left, taken),
    { deliveries: [{ triggerId: taken.id, isLeased: true }], lone: taken },
    'one that is left is sent at once',
  );
  t.match(
    await planned(undecided),
    { state: 'running', deliveries: [{ isUndecided: true, isLeased: false }], lone: null },
    'not so an undecided one',
  );
  t.same(await planned(left, left), { state: 'succeeded', outcome: 'filtered', deliveries: [], lone: null });
});

t.test('filters that cannot be evaluated at the moment end nothing', async (t) => {
  const workflow = workflowSnapshot({ triggers: [filtered('true'), triggerTo()] });
  await t.rejects(
    planExecution(work(), workflow, () => Promise.reject(new Error('not now'))),
    {
      message: 'not now',
    },
  );
});
