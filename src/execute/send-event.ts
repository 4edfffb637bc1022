import type { Client } from '../dispatch/client.ts';
import { eventHeaders } from '../dispatch/event-headers.ts';
import { judge } from '../dispatch/outcome.ts';
import { withoutConfiguredValues } from '../dispatch/request-headers.ts';
import { endpointKey } from '../dispatch/signature.ts';
import type { Endpoint } from '../domain/workflow.ts';
import type { LeasedEvent } from '../store/event-claim.ts';
import type { EventAttempt } from '../store/event-record.ts';
import { STATE_AFTER } from './state-after.ts';

/** How soon what cannot be sent for a reason of our own is looked at again. */
const UNREADABLE_MS = 60_000;

/** Makes one attempt at an event, unless it must not be sent; by the rules of deliveries. */
export async function sendEvent(client: Client, event: LeasedEvent): Promise<EventAttempt> {
  const { endpoint } = event;
  if (endpoint === null) return unreadable(event);
  return afterLost(event, endpoint) ?? (await send(client, event, endpoint));
}

async function send(client: Client, event: LeasedEvent, endpoint: Endpoint): Promise<EventAttempt> {
  const { body } = event;
  const startedAt = new Date();
  const headers = eventHeaders({
    configured: endpoint.headers,
    body,
    key: endpointKey(endpoint.secret),
    eventId: event.id,
    attempt: event.attempt,
    hops: event.hops,
    nowMs: startedAt.getTime(),
  });
  const { url, timeoutMs } = endpoint;
  const sent = await client.send({ method: 'POST', url, headers, body, timeoutMs });
  const result = withoutConfiguredValues(sent, endpoint.headers);
  const verdict = judge(result, {
    policy: endpoint.retryPolicy,
    runAttempts: event.runAttempt,
    onAmbiguous: endpoint.onAmbiguous,
    retryWorkflowErrors: endpoint.retryWorkflowErrors,
    payloadLimitBytes: endpoint.payloadLimitBytes,
    requestBytes: body.length,
    nowMs: Date.now(),
    random: Math.random,
  });
  const answered = result.status === 'response';
  return {
    event,
    startedAt,
    durationMs: result.durationMs,
    result: verdict.result,
    outcome: verdict.outcome,
    statusCode: verdict.statusCode,
    error: verdict.error,
    advice: verdict.advice === null ? null : aboutEvents(verdict.advice),
    responseBody: answered ? result.body : null,
    responseTruncated: answered && (result.truncated || result.bodyIncomplete),
    state: STATE_AFTER[verdict.next],
    retryInMs: verdict.delayMs,
    ...(verdict.next === 'wait' && { isUncounted: true }),
  };
}

/** The advice of a delivery, for an event: the same is to be done, and then another call sends it again. */
export const aboutEvents = (advice: string): string =>
  advice
    .replaceAll('POST /api/executions/:id/retry', 'POST /api/webhook-events/:id/retry')
    .replaceAll('retry the execution', 'retry the event');

/** As with deliveries: not sent again where the endpoint holds what is ambiguous, or when all attempts are used up. */
function afterLost(event: LeasedEvent, endpoint: Endpoint): EventAttempt | null {
  if (!event.afterLost) return null;
  if (endpoint.onAmbiguous === 'hold') {
    return unsent(event, {
      outcome: 'ambiguous_held',
      error: 'The process that sent the attempt before this one could not record the answer.',
      advice:
        'Nothing was sent this time. The endpoint may or may not have acted on the event, and this endpoint holds such ones: look whether it did, and retry the event if not.',
      state: 'failed',
    });
  }
  if (event.runAttempt <= endpoint.retryPolicy.maxAttempts) return null;
  return unsent(event, {
    outcome: 'worker_lost',
    error: 'The last of its attempts ended with the process that sent it.',
    advice:
      'Nothing was sent this time. All attempts are used up: retry the event with POST /api/webhook-events/:id/retry.',
    state: 'dead_lettered',
  });
}

/** Says nothing about the event or its endpoint, so it never ends one. */
const unreadable = (event: LeasedEvent): EventAttempt => ({
  ...unsent(event, {
    outcome: 'secret_unreadable',
    error: 'The secret or the headers of the endpoint were encrypted under a key that is not there.',
    advice:
      'Nothing was sent. Set ENCRYPTION_KEY_PREVIOUS to the key before, or give the endpoint its secret and its headers anew. It is tried again every minute.',
    state: 'retrying',
  }),
  retryInMs: UNREADABLE_MS,
  isUncounted: true,
});

const unsent = (
  event: LeasedEvent,
  end: Pick<EventAttempt, 'outcome' | 'error' | 'advice' | 'state'>,
): EventAttempt => ({
  ...end,
  event,
  startedAt: new Date(),
  durationMs: 0,
  result: 'failed',
  statusCode: null,
  responseBody: null,
  responseTruncated: false,
  retryInMs: null,
});
