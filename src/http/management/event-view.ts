import type { EventDetail, StoredEvent, StoredEventAttempt } from '../../store/event-trail.ts';
import type { EventSummary, WebhookEvent } from '../schemas/webhook-events.ts';
import { jsonValue } from './body-view.ts';
import { executionPath } from './execution-view.ts';

export const eventPath = (id: string): string => `/api/webhook-events/${id}`;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

export const eventSummary = (event: StoredEvent): EventSummary => {
  const {
    bodyBytes,
    signatureScheme,
    signatureVerdict,
    attempts,
    endpointId,
    workflowId,
    executionId,
    ...rest
  } = event;
  return {
    ...rest,
    endpointId,
    workflowId,
    executionId,
    size: bodyBytes,
    signature: signatureVerdict === null ? null : { scheme: signatureScheme, verdict: signatureVerdict },
    attemptCount: attempts,
    nextAttemptAt: iso(event.nextAttemptAt),
    createdAt: event.createdAt.toISOString(),
    finishedAt: iso(event.finishedAt),
    links: {
      endpoint: endpointId && `/api/webhook-endpoints/${endpointId}`,
      workflow: workflowId && `/api/workflows/${workflowId}`,
      execution: executionId && executionPath(executionId),
    },
  };
};

export const eventView = ({ body, attemptList, ...event }: EventDetail): WebhookEvent => ({
  ...eventSummary(event),
  ...(body === null ? { body: null, bodyEncoding: null } : bytesView(body)),
  attempts: attemptList.map(attemptView),
});

/** As JSON when it parses, else in base64: whether other bytes mean text is not for us to say. */
function bytesView(bytes: Buffer): { body: unknown; bodyEncoding: 'json' | 'base64' } {
  const json = jsonValue(bytes);
  return json === undefined
    ? { body: bytes.toString('base64'), bodyEncoding: 'base64' }
    : { body: json, bodyEncoding: 'json' };
}

const attemptView = ({
  responseBody,
  responseTruncated,
  ...attempt
}: StoredEventAttempt): WebhookEvent['attempts'][number] => ({
  ...attempt,
  startedAt: attempt.startedAt.toISOString(),
  nextAttemptAt: iso(attempt.nextAttemptAt),
  response: responseBody === null ? null : { ...bytesView(responseBody), truncated: responseTruncated },
});
