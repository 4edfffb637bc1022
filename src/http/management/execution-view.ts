import type {
  ExecutionDetail,
  StoredAttempt,
  StoredDelivery,
  StoredTransition,
} from '../../store/execution-detail.ts';
import type { StoredExecution } from '../../store/executions.ts';
import type { Attempt, Delivery, Execution, ExecutionSummary, Transition } from '../schemas/executions.ts';
import { bodyView, headersView, jsonValue } from './body-view.ts';

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

export const executionView = (execution: ExecutionDetail): Execution => ({
  ...executionSummary(execution),
  input: execution.input === null ? null : (jsonValue(execution.input) ?? null),
  log: execution.logId === null ? null : { id: execution.logId, url: logPath(execution.logId) },
  deliveries: execution.deliveries.map(deliveryView),
  transitions: execution.transitions.map(transitionView),
});

export const transitionView = (transition: StoredTransition): Transition => ({
  ...transition,
  at: transition.at.toISOString(),
});

const deliveryView = (delivery: StoredDelivery): Delivery => ({
  id: delivery.id,
  triggerId: delivery.triggerId,
  endpoint: delivery.endpoint,
  status: delivery.state,
  run: delivery.run,
  outcome: delivery.outcome,
  confirmedBy: delivery.confirmedBy,
  nextAttemptAt: iso(delivery.nextAttemptAt),
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
