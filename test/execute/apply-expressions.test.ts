import type { Evaluation, Expressions } from '../../src/dispatch/expressions/expressions.ts';
import { newId } from '../../src/domain/ids.ts';
import { DEFAULT_RETRY_POLICY } from '../../src/domain/retry-policy.ts';
import { decide, transform } from '../../src/execute/apply-expressions.ts';
import type { ExecutionWork, LeasedDelivery } from '../../src/store/work.ts';
import { triggerTo } from '../helpers/snapshots.ts';
import t from '../helpers/tap.ts';

const work: ExecutionWork = {
  id: newId(),
  organizationId: newId(),
  workflowId: newId(),
  triggerType: 'manual',
  state: 'running',
  run: 1,
  createdAt: new Date(),
  input: null,
  hops: 0,
  request: null,
};
const last: LeasedDelivery = {
  id: newId(),
  executionId: work.id,
  triggerId: newId(),
  endpointId: newId(),
  leaseToken: newId(),
  run: 1,
  attempt: 3,
  runAttempt: 3,
  afterLost: false,
  isUndecided: true,
};
const trigger = triggerTo(
  { retryPolicy: { ...DEFAULT_RETRY_POLICY, maxAttempts: 3, baseMs: 1, capMs: 1 } },
  { filter: 'body.a' },
);

const answering = (evaluation: Evaluation): Expressions => ({
  evaluate: async () => evaluation,
  close: async () => undefined,
});
const away = answering({ status: 'failed', reason: 'unavailable', detail: 'too many wait' });

t.test('that nothing can be evaluated at the moment never ends a delivery', async (t) => {
  const attempt = { work, delivery: last, trigger };
  for (const done of [await decide(away, attempt), await transform(away, 'body', attempt)]) {
    const unsent = 'unsent' in done ? done.unsent : null;
    t.match(unsent, {
      outcome: 'expression_unavailable',
      state: 'retrying',
      isUncounted: true,
      delivery: { isUndecided: true },
    });
    t.ok((unsent?.retryInMs ?? 0) >= 1_000, 'nor is it tried in a rush');
  }
});

t.test('a delivery is undecided until its filter decides', async (t) => {
  const attempt = { work, delivery: last, trigger };
  const ask = (evaluation: Evaluation) => decide(answering(evaluation), attempt);
  const decided = { isUndecided: false };
  t.match(await ask({ status: 'evaluated', truth: true, json: 'true' }), { delivery: decided });
  t.match(await ask({ status: 'evaluated', truth: false, json: 'false' }), {
    unsent: { outcome: 'filtered', state: 'succeeded', delivery: decided },
  });
  t.match(await ask({ status: 'failed', reason: 'error', detail: 'no' }), {
    unsent: { outcome: 'filter_failed', state: 'failed', delivery: { isUndecided: true } },
  });
  const unfiltered = { ...attempt, trigger: { ...trigger, filter: null } };
  t.match(await decide(away, unfiltered), { delivery: decided }, 'a trigger without a filter takes all');
});
