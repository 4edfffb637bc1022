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

function unsent(
  delivery: LeasedDelivery,
  end: Pick<AttemptRecord, 'outcome' | 'error' | 'advice' | 'state'>,
): AttemptRecord {
  return {
    ...end,
    delivery,
    startedAt: new Date(),
    durationMs: 0,
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
