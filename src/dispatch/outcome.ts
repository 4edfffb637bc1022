import type { RetryPolicy } from '../domain/retry-policy.ts';
import { type Finding, readResponse } from './response-rules.ts';
import { delayMs, parseRetryAfter } from './retry-policy.ts';
import type { HeaderList, LostReason, NotSentReason, SendResult } from './send-result.ts';

export interface JudgeContext {
  policy: RetryPolicy;
  /** Attempts made in this run, this one included. */
  runAttempts: number;
  onAmbiguous: 'retry' | 'hold';
  retryWorkflowErrors: boolean;
  /** The largest body the endpoint takes; null when unknown. */
  payloadLimitBytes: number | null;
  requestBytes: number;
  nowMs: number;
  /** As Math.random. */
  random: () => number;
}

export interface Verdict {
  /** `ambiguous`: the endpoint may have acted on the request. */
  result: 'succeeded' | 'failed' | 'ambiguous';
  /** A stable name of what happened. */
  outcome: string;
  /** `wait`: as `retry`, but for as long as it takes. */
  next: 'succeeded' | 'retry' | 'wait' | 'failed' | 'dead_letter';
  /** Milliseconds until the next attempt; null unless `next` is `retry` or `wait`. */
  delayMs: number | null;
  advice: string | null;
  error: string | null;
  statusCode: number | null;
}

const NOT_SENT: Readonly<Record<NotSentReason, Finding>> = {
  refused: { outcome: 'connection_refused', course: 'retry', advice: null },
  dns: {
    outcome: 'dns_failure',
    course: 'retry',
    advice:
      'The host of the endpoint leads to no address that may be reached: check that its name is right. If it is meant to be a private one, whoever runs this service has to allow its address with OUTBOUND_ALLOW_CIDRS, or name it in N8N_BASE_URL.',
  },
  tls: {
    outcome: 'tls_failure',
    course: 'retry',
    advice:
      'No TLS connection came about: check that the endpoint speaks https on this port and that its certificate is valid for this name. For a certificate authority of your own set NODE_EXTRA_CA_CERTS.',
  },
  connect_timeout: { outcome: 'connect_timeout', course: 'retry', advice: null },
  timeout: { outcome: 'connection_wait_timeout', course: 'retry', advice: null },
  network: { outcome: 'network_error', course: 'retry', advice: null },
  address_not_allowed: {
    outcome: 'address_not_allowed',
    course: 'permanent',
    advice:
      'The endpoint is at a private or reserved address, which is not reached by default: if that is intended, add its address to OUTBOUND_ALLOW_CIDRS, or make it the host of N8N_BASE_URL. Then retry the execution.',
  },
  endpoint_not_allowed: {
    outcome: 'endpoint_not_allowed',
    course: 'wait',
    advice:
      'Nothing was sent, and nothing has failed: it waits, is tried again by itself, and goes as soon as it may. The endpoint leads back to this service, or to what of n8n is no webhook. Give it another URL with PATCH /api/webhook-endpoints/:id, or have its address allowed by whoever runs this service.',
  },
  invalid_request: {
    outcome: 'invalid_request',
    course: 'permanent',
    advice: 'The request cannot be sent as HTTP: correct the URL of the endpoint, then retry the execution.',
  },
};

const LOST: Readonly<Record<LostReason, Pick<Finding, 'outcome' | 'advice'>>> = {
  timeout: {
    outcome: 'timed_out',
    advice:
      'The endpoint took the request and did not answer in time. If it is n8n: let the Webhook node respond immediately, or raise timeoutMs of the endpoint; at its concurrency limit n8n holds the request until others have ended.',
  },
  connection_lost: { outcome: 'connection_lost', advice: null },
  invalid_response: { outcome: 'invalid_response', advice: null },
};

const HELD_ADVICE =
  'The endpoint may or may not have acted on this request, and this endpoint holds such deliveries: look whether it did, and retry the execution if not.';
const USED_UP_ADVICE =
  'All attempts are used up: once the endpoint answers again, retry the execution with POST /api/executions/:id/retry.';

/** How soon what must not be sent is looked at again: a change of its endpoint, or a start, hastens it. */
const WAIT_MS = 900_000;

/**
 * What the result of one attempt means and what happens next. Nothing else decides about outcomes.
 *
 * | what happened | next |
 * |---|---|
 * | 2xx, even if its body broke off | succeeded |
 * | 404, 408, 425, 429, 5xx; nothing was sent | retry |
 * | lost after bytes were sent | retry as ambiguous, or failed when the endpoint holds those |
 * | n8n's 500 for a workflow that ran and failed | as the endpoint's setting says |
 * | 500 for a body over the endpoint's limit, other 3xx and 4xx, an address that is not allowed | failed |
 * | an endpoint that leads to where none may lead | wait |
 * | a retry when all attempts are used up | dead_letter |
 */
export function judge(result: SendResult, context: JudgeContext): Verdict {
  if (result.status === 'lost') return judgeLost(result, context);
  const finding = result.status === 'not_sent' ? NOT_SENT[result.reason] : findingOf(result, context);
  const { outcome, advice } = finding;
  const answered = result.status === 'response';
  const base = {
    outcome,
    advice,
    delayMs: null,
    statusCode: answered ? result.statusCode : null,
    error: answered ? `The endpoint answered HTTP ${result.statusCode}.` : result.detail,
  };
  if (finding.course === 'succeeded') return { ...base, result: 'succeeded', next: 'succeeded', error: null };
  const failed = { ...base, result: 'failed' } as const;
  if (finding.course === 'wait') return { ...failed, next: 'wait', delayMs: WAIT_MS };
  const retries =
    finding.course === 'workflow_error' ? context.retryWorkflowErrors : finding.course === 'retry';
  if (!retries) return { ...failed, next: 'failed' };
  return retryOrGiveUp(failed, context, answered ? retryAfter(result.headers, context.nowMs) : null);
}

function findingOf(result: SendResult & { status: 'response' }, context: JudgeContext): Finding {
  const { payloadLimitBytes: limit, requestBytes } = context;
  return readResponse(result, limit !== null && requestBytes > limit);
}

function judgeLost(result: SendResult & { status: 'lost' }, context: JudgeContext): Verdict {
  const base = { result: 'ambiguous', error: result.detail, statusCode: null, delayMs: null } as const;
  // Held as failed, not as dead letters: what follows a dead letter could run the same work elsewhere.
  if (context.onAmbiguous === 'hold') {
    return { ...base, outcome: 'ambiguous_held', next: 'failed', advice: HELD_ADVICE };
  }
  return retryOrGiveUp({ ...base, ...LOST[result.reason] }, context, null);
}

function retryOrGiveUp(
  verdict: Omit<Verdict, 'next'>,
  context: JudgeContext,
  retryAfterMs: number | null,
): Verdict {
  const { policy, runAttempts: failedAttempts, random } = context;
  if (failedAttempts >= policy.maxAttempts) {
    const advice = verdict.advice === null ? USED_UP_ADVICE : `${verdict.advice} ${USED_UP_ADVICE}`;
    return { ...verdict, next: 'dead_letter', advice };
  }
  return { ...verdict, next: 'retry', delayMs: delayMs({ policy, failedAttempts, retryAfterMs, random }) };
}

function retryAfter(headers: HeaderList, nowMs: number): number | null {
  const [, value] = headers.find(([name]) => name.toLowerCase() === 'retry-after') ?? [];
  return parseRetryAfter(value, nowMs);
}

/** Answers that say the endpoint cannot serve now, whoever asks: n8n's 404 while it starts is one of them. */
const FAILING_STATUSES = [404, 408, 425, 429];
/** A 500 that speaks of the workflow or of the payload, from an n8n that works. */
const WORKING_OUTCOMES = ['n8n_workflow_error', 'n8n_payload_too_large'];

/**
 * What an attempt says about its endpoint, for the circuit breaker. `unknown`: nothing, because nothing was sent
 * for a reason of our own. An endpoint that refuses a payload is healthy: the next may be to its liking.
 */
export function healthOf({
  result,
  outcome,
  statusCode,
}: Pick<Verdict, 'result' | 'outcome' | 'statusCode'>): 'healthy' | 'failing' | 'unknown' {
  if (WORKING_OUTCOMES.includes(outcome)) return 'healthy';
  // Without a status: its filter left it out in the end.
  if (result === 'succeeded') return statusCode === null ? 'unknown' : 'healthy';
  if (result === 'ambiguous') return 'failing';
  if (statusCode !== null)
    return statusCode >= 500 || FAILING_STATUSES.includes(statusCode) ? 'failing' : 'healthy';
  const notSent = Object.values(NOT_SENT).find((finding) => finding.outcome === outcome);
  return notSent?.course === 'retry' ? 'failing' : 'unknown';
}
