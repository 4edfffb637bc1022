import type {
  ExecutionDetail,
  StoredAttempt,
  StoredDelivery,
  StoredTransition,
} from '../../store/execution-detail.ts';
import type { StoredExecution } from '../../store/executions.ts';
import type { Attempt, Delivery, Execution, ExecutionSummary, Transition } from '../schemas/executions.ts';
import { bodyView, headersView, jsonValue } from './body-view.ts';
import { callbackView, n8nExecutionUrl, resultOf } from './callback-view.ts';

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

export const executionPath = (id: string): string => `/api/executions/${id}`;
export const logPath = (id: string): string => `/api/webhook-logs/${id}`;

export const executionSummary = (execution: StoredExecution): ExecutionSummary => ({
  id: execution.id,
  workflowId: execution.workflowId,
  status: execution.state,
  triggerType: execution.triggerType,
  triggeredBy: execution.triggeredBy,
  triggeredAt: execution.createdAt.toISOString(),
  run: execution.run,
  outcome: execution.outcome,
  confirmedBy: execution.confirmedBy,
  cancelRequestedAt: iso(execution.cancelRequestedAt),
  startedAt: iso(execution.startedAt),
  finishedAt: iso(execution.finishedAt),
  logId: execution.logId,
  replayOf: execution.replayOf,
  replayId: execution.replayId,
});

/** `n8nBaseUrl`: where n8n shows its executions. */
export const executionView = (execution: ExecutionDetail, n8nBaseUrl: string | null): Execution => ({
  ...executionSummary(execution),
  result: resultOf(execution),
  input: execution.input === null ? null : (jsonValue(execution.input) ?? null),
  log: execution.logId === null ? null : { id: execution.logId, url: logPath(execution.logId) },
  deliveries: execution.deliveries.map((delivery) => deliveryView(delivery, n8nBaseUrl)),
  transitions: execution.transitions.map(transitionView),
});

export const transitionView = (transition: StoredTransition): Transition => ({
  ...transition,
  at: transition.at.toISOString(),
});

const deliveryView = (delivery: StoredDelivery, n8nBaseUrl: string | null): Delivery => ({
  id: delivery.id,
  triggerId: delivery.triggerId,
  endpoint: delivery.endpoint,
  fallbackOf: delivery.fallbackOf,
  fallbackStep: delivery.fallbackStep,
  isSuperseded: delivery.isSuperseded,
  status: delivery.state,
  run: delivery.run,
  outcome: delivery.outcome,
  confirmedBy: delivery.confirmedBy,
  // Of one that is waiting that is no attempt.
  nextAttemptAt: delivery.state === 'waiting' ? null : iso(delivery.nextAttemptAt),
  awaitedUntil: iso(delivery.awaitedUntil),
  callback: callbackView(delivery),
  n8nExecutionId: delivery.n8nExecutionId,
  n8nExecutionUrl: n8nExecutionUrl(delivery, n8nBaseUrl),
  createdAt: delivery.createdAt.toISOString(),
  finishedAt: iso(delivery.finishedAt),
  attemptCount: delivery.attemptCount,
  attempts: delivery.attempts.map(attemptView),
});

const attemptView = (attempt: StoredAttempt): Attempt => ({
  attempt: attempt.attempt,
  run: attempt.run,
  result: attempt.result,
  outcome: attempt.outcome,
  startedAt: attempt.startedAt.toISOString(),
  durationMs: attempt.durationMs,
  statusCode: attempt.statusCode,
  error: attempt.error,
  advice: attempt.advice,
  nextAttemptAt: iso(attempt.nextAttemptAt),
  request: {
    url: attempt.requestUrl,
    headers: headersView(attempt.requestHeaders),
    bytes: attempt.requestBytes,
  },
  response:
    attempt.responseHeaders === null
      ? null
      : {
          headers: headersView(attempt.responseHeaders),
          ...bodyView(attempt.responseBody ?? Buffer.alloc(0)),
          truncated: attempt.responseTruncated,
        },
});
