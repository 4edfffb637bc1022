import type { EvaluationFailure, Expressions } from '../dispatch/expressions/expressions.ts';
import { expressionInput } from '../dispatch/payload.ts';
import type { Trigger } from '../domain/workflow.ts';
import type { AttemptRecord } from '../store/record.ts';
import type { ExecutionWork, LeasedDelivery } from '../store/work.ts';
import {
  expressionUnavailable,
  filteredOut,
  filterFailed,
  transformEmpty,
  transformFailed,
} from './unsent.ts';

/** What a trigger's filter says to an execution. `undecided`: it fails, so nobody knows. */
export type FilterVerdict = 'taken' | 'left' | 'undecided';
export type AskFilter = (work: ExecutionWork, trigger: Trigger) => Promise<FilterVerdict>;

interface Attempt {
  work: ExecutionWork;
  delivery: LeasedDelivery;
  trigger: Trigger;
}

/** @throws when nothing can be evaluated at the moment, which says nothing about the filter. */
export const askFilter =
  (expressions: Expressions): AskFilter =>
  async (work, trigger) => {
    if (trigger.filter === null) return 'taken';
    const evaluation = await expressions.evaluate(trigger.filter, inputOf(work), work.organizationId);
    if (evaluation.status === 'evaluated') return evaluation.truth ? 'taken' : 'left';
    if (evaluation.reason === 'unavailable')
      throw new Error(`A filter was not evaluated: ${evaluation.detail}`);
    return 'undecided';
  };

export type Decided = { delivery: LeasedDelivery } | { unsent: AttemptRecord };

/**
 * Asks the filter of a delivery that is undecided: because its trigger's filter failed when the execution was
 * planned, and perhaps was corrected since. `delivery`: decided now, and to be sent.
 */
export async function decide(expressions: Expressions, attempt: Attempt): Promise<Decided> {
  const { work, delivery, trigger } = attempt;
  if (!delivery.isUndecided) return { delivery };
  const decided = { ...delivery, isUndecided: false };
  if (trigger.filter === null) return { delivery: decided };
  const startedAt = new Date();
  const evaluation = await expressions.evaluate(trigger.filter, inputOf(work), work.organizationId);
  if (evaluation.status === 'failed') {
    return { unsent: failed(filterFailed, attempt, { evaluation, startedAt }) };
  }
  return evaluation.truth ? { delivery: decided } : { unsent: filteredOut(decided, startedAt) };
}

export type Transformed = { json: string } | { unsent: AttemptRecord };

/** What is sent instead of what came, or why nothing is. */
export async function transform(
  expressions: Expressions,
  expression: string,
  attempt: Attempt,
): Promise<Transformed> {
  const startedAt = new Date();
  const evaluation = await expressions.evaluate(
    expression,
    inputOf(attempt.work),
    attempt.work.organizationId,
  );
  if (evaluation.status === 'failed') {
    return { unsent: failed(transformFailed, attempt, { evaluation, startedAt }) };
  }
  if (evaluation.json === null) return { unsent: transformEmpty(attempt.delivery, startedAt) };
  return { json: evaluation.json };
}

function failed(
  record: typeof filterFailed,
  { delivery, trigger }: Attempt,
  { evaluation, startedAt }: { evaluation: EvaluationFailure; startedAt: Date },
): AttemptRecord {
  if (evaluation.reason === 'unavailable') {
    return expressionUnavailable(delivery, trigger.endpoint, { detail: evaluation.detail, startedAt });
  }
  return record(delivery, { detail: evaluation.detail, startedAt });
}

/** Once for each execution, whose triggers may all have filters. */
const inputs = new WeakMap<ExecutionWork, string>();

function inputOf(work: ExecutionWork): string {
  const known = inputs.get(work);
  if (known !== undefined) return known;
  const { id, workflowId, triggerType, createdAt, request, input } = work;
  const execution = { id, workflowId, triggerType, triggeredAt: createdAt };
  const made = expressionInput({ execution, request, input });
  inputs.set(work, made);
  return made;
}
