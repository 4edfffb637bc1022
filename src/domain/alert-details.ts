import type { AlertKind } from './alerts.ts';

/** Requests that were refused as not authentic. */
export interface AuthenticationFailuresCounted {
  failures: number;
  /** Most frequent first. */
  reasons: { reason: string; count: number }[];
  /** Of the refusals that became log entries: the first so many of each minute and reason. */
  sources: { sourceIp: string; count: number }[];
}

/** Executions that ended. Those that somebody cancelled are left out. */
export interface ExecutionFailuresCounted {
  ended: number;
  failed: number;
  rate: number;
  /** Of those that failed, most frequent first. */
  outcomes: { outcome: string; count: number }[];
  /** The latest that failed, latest first. */
  latest: string[];
}

/** What an execution that is overdue waits for. */
export const OVERDUE_WAITS = [
  /** It ended without the callback that was due. */
  'callback_missed',
  /** The callback is overdue, and nothing was made of that yet. */
  'callback_overdue',
  /** The circuit of the endpoint is not closed. */
  'circuit',
  /** The pace of the endpoint. */
  'pace',
  /** n8n has accepted it, and its callback is not due yet. */
  'callback',
  /** The next attempt. */
  'retry',
  /** The endpoint has been asked and has not answered. */
  'answer',
  /** A worker. */
  'worker',
] as const;
export type OverdueWait = (typeof OVERDUE_WAITS)[number];

export interface ExecutionOverdueCounted {
  overdue: number;
  /** Counting stopped there: there are at least so many. */
  isBounded: boolean;
  /** Those that began first. */
  oldest: { executionId: string; since: string; status: string; waitsFor: OverdueWait }[];
}

/** What was counted, and against which threshold; as an episode keeps it. */
export type AlertDetails =
  | {
      kind: 'authentication_failures';
      counted: AuthenticationFailuresCounted;
      threshold: { count: number };
      windowSeconds: number;
    }
  | {
      kind: 'execution_failures';
      counted: ExecutionFailuresCounted;
      threshold: { rate: number; minimum: number };
      windowSeconds: number;
    }
  | {
      kind: 'execution_overdue';
      counted: ExecutionOverdueCounted;
      threshold: { afterSeconds: number };
      windowSeconds: null;
    };

const ADVICE: Record<AlertKind, (workflowId: string) => string> = {
  authentication_failures: (id) =>
    `GET /api/webhook-logs?workflowId=${id}&success=false shows the refused requests, and GET /api/webhook-logs/:id of one why it was refused. If they are the sender's, compare its secret and settings with GET /api/workflows/${id}/webhook; if they are a stranger's, set ipAllowlist with PATCH of the same path.`,
  execution_failures: (id) =>
    `GET /api/executions?workflowId=${id}&status=failed (and status=dead_lettered) lists them, and GET /api/executions/:id shows each attempt with what was answered and what to do about it. When it is mended, POST /api/executions/:id/retry or POST /api/dead-letters/redrive runs them again.`,
  execution_overdue: (id) =>
    `GET /api/executions/:id of the oldest shows what it waits for; GET /api/executions?workflowId=${id} lists the others. What waits for "pace" or "circuit" goes on by itself: see GET /api/webhooks/n8n, and the pace of the endpoint. For a callback that does not come look into n8n, and at awaitCallback of the trigger. POST /api/executions/:id/cancel gives one up.`,
};

/** What to look at: which call of the API. */
export const adviceOn = (kind: AlertKind, workflowId: string): string => ADVICE[kind](workflowId);
