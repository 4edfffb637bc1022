import { delayMs } from '../dispatch/retry-policy.ts';
import type { Endpoint } from '../domain/workflow.ts';
import type { AttemptRecord } from '../store/record.ts';
import type { LeasedDelivery } from '../store/work.ts';

/** Ends a delivery whose trigger is not there any more. */
export const triggerRemoved = (delivery: LeasedDelivery): AttemptRecord =>
  unsent(delivery, {
    outcome: 'trigger_removed',
    error: 'The trigger this delivery belongs to was removed from the workflow.',
    advice: 'Nothing was sent. Execute the workflow again to reach the triggers it has now.',
    state: 'failed',
  });

/** Ends a delivery that stands in for another, to an endpoint that is no fallback of its trigger any more. */
export const fallbackRemoved = (delivery: LeasedDelivery): AttemptRecord =>
  unsent(delivery, {
    outcome: 'fallback_removed',
    error: 'The endpoint this delivery goes to is no longer among the fallback actions of its trigger.',
    advice:
      "Nothing was sent. Retry the execution: it begins anew at the trigger's own endpoint, with the fallback actions it has now.",
    state: 'failed',
  });

/**
 * What becomes of a delivery whose last attempt never came back, when it must not be sent again: because its
 * endpoint holds what is ambiguous, or because its attempts are used up, as those of a delivery that brings
 * down every worker that sends it. null: send it.
 */
export function afterLostAttempt(delivery: LeasedDelivery, endpoint: Endpoint): AttemptRecord | null {
  if (!delivery.afterLost) return null;
  if (endpoint.onAmbiguous === 'hold') {
    return unsent(delivery, {
      outcome: 'ambiguous_held',
      error: 'The process that sent the attempt before this one could not record the answer.',
      advice:
        'Nothing was sent this time. The endpoint may or may not have acted on the request, and this endpoint holds such deliveries: look whether it did, and retry the execution if not.',
      state: 'failed',
    });
  }
  if (delivery.runAttempt <= endpoint.retryPolicy.maxAttempts) return null;
  return unsent(delivery, {
    outcome: 'worker_lost',
    error: 'The last of its attempts ended with the process that sent it.',
    advice:
      'Nothing was sent this time. All attempts are used up: retry the execution with POST /api/executions/:id/retry.',
    state: 'dead_lettered',
  });
}

/** How an evaluation went that came to nothing. `detail` is JSONata's own, or names the limit. */
export interface FailedEvaluation {
  detail: string;
  startedAt: Date;
}

/** Ends a delivery whose trigger, asked again, does not take the execution after all. */
export const filteredOut = (delivery: LeasedDelivery, startedAt: Date): AttemptRecord => ({
  ...unsent(delivery, {
    outcome: 'filtered',
    error: null,
    advice: 'Nothing was sent: the filter of the trigger, which failed before, leaves this execution out.',
    state: 'succeeded',
    startedAt,
  }),
  result: 'succeeded',
});

export const filterFailed = (
  delivery: LeasedDelivery,
  { detail, startedAt }: FailedEvaluation,
): AttemptRecord =>
  unsent(delivery, {
    outcome: 'filter_failed',
    error: `The filter of the trigger failed: ${detail}`,
    advice:
      'Nothing was sent, because nobody knows whether the trigger takes this execution. Correct its filter, then retry the execution: that asks the filter again.',
    state: 'failed',
    startedAt,
  });

export const transformFailed = (
  delivery: LeasedDelivery,
  { detail, startedAt }: FailedEvaluation,
): AttemptRecord =>
  unsent(delivery, {
    outcome: 'transform_failed',
    error: `The transform of the trigger failed: ${detail}`,
    advice: 'Nothing was sent. Correct the transform of the trigger, then retry the execution.',
    state: 'failed',
    startedAt,
  });

export const transformEmpty = (delivery: LeasedDelivery, startedAt: Date): AttemptRecord =>
  unsent(delivery, {
    outcome: 'transform_empty',
    error: 'The transform of the trigger came to nothing.',
    advice:
      'Nothing was sent. Let the transform have a result for this input too, or give the trigger a filter that leaves such executions out; then retry the execution.',
    state: 'failed',
    startedAt,
  });

/** How soon an attempt that could not be made is made again, at the least. */
const UNAVAILABLE_MS = 1_000;

/**
 * An attempt that could not be made because nothing can be evaluated at the moment. That says nothing about the
 * delivery, so it never ends one; each time it waits longer, as the retry policy says.
 */
export function expressionUnavailable(
  delivery: LeasedDelivery,
  { retryPolicy: policy }: Endpoint,
  { detail, startedAt }: FailedEvaluation,
): AttemptRecord {
  const record = unsent(delivery, {
    outcome: 'expression_unavailable',
    error: `The expressions of the trigger were not evaluated: ${detail}`,
    advice: null,
    state: 'retrying',
    startedAt,
  });
  const retryInMs = delayMs({
    policy,
    failedAttempts: delivery.attempt,
    retryAfterMs: UNAVAILABLE_MS,
    random: Math.random,
  });
  return { ...record, retryInMs, isUncounted: true };
}

/** A record of which nothing was sent. */
export function unsent(
  delivery: LeasedDelivery,
  end: Pick<AttemptRecord, 'outcome' | 'error' | 'advice' | 'state'> & { startedAt?: Date },
): AttemptRecord {
  const startedAt = end.startedAt ?? new Date();
  return {
    ...end,
    delivery,
    startedAt,
    durationMs: Date.now() - startedAt.getTime(),
    result: 'failed',
    statusCode: null,
    requestUrl: '',
    requestHeaders: [],
    requestBytes: 0,
    responseHeaders: null,
    responseBody: null,
    responseTruncated: false,
    confirmedBy: null,
    retryInMs: null,
  };
}
