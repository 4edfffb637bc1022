import { delayMs } from '../dispatch/retry-policy.ts';
import type { AwaitCallback } from '../domain/await-callback.ts';
import type { Trigger } from '../domain/workflow.ts';
import type { AttemptRecord } from '../store/record.ts';
import type { Awaited, LeasedDelivery } from '../store/work.ts';
import type { N8nOutcome, N8nReference } from './n8n-outcome.ts';
import { unsent } from './unsent.ts';

/** The outcome of what n8n accepted and then said nothing about. */
export const OVERDUE = 'callback_overdue';

/** What makes a delivery wait whose attempt n8n accepted, as the fields of its record. */
export function waiting(
  { deadlineSeconds, confirm }: AwaitCallback,
  firstLookMs: number,
): Pick<AttemptRecord, 'state' | 'confirmedBy' | 'retryInMs' | 'awaitMs'> {
  const awaitMs = deadlineSeconds * 1_000;
  const retryInMs = confirm === 'api' ? Math.min(firstLookMs, awaitMs) : awaitMs;
  return { state: 'waiting', confirmedBy: null, retryInMs, awaitMs };
}

interface Overdue {
  delivery: LeasedDelivery & { awaited: Awaited };
  trigger: Trigger | undefined;
}

const RETRY_ADVICE = 'It may have done it, and is given it again under the same x-hookgate-delivery-id.';
const FAILED_ADVICE =
  'Nothing was sent this time. Look in n8n whether the workflow ran; a callback that still comes is recorded and changes nothing. Retry the execution with POST /api/executions/:id/retry to send it again.';

/** `detail`: what else is known, as a sentence. */
export function callbackOverdue(
  { delivery, trigger }: Overdue,
  setting: AwaitCallback,
  detail: string | null,
): AttemptRecord {
  const again = retryAfter(delivery, setting, trigger);
  const advice = [
    detail,
    ADVICE_OF[setting.confirm],
    again.state === 'retrying' ? RETRY_ADVICE : FAILED_ADVICE,
  ];
  const record = unsent(delivery, {
    outcome: OVERDUE,
    error: `n8n accepted attempt ${delivery.awaited.attempt} and did not say within ${setting.deadlineSeconds} s how the workflow went.`,
    advice: advice.filter((sentence) => sentence !== null).join(' '),
    state: again.state,
  });
  return { ...record, retryInMs: again.inMs };
}

const ADVICE_OF: Record<AwaitCallback['confirm'], string> = {
  callback:
    'Check that the workflow ends with a call of POST /api/webhooks/n8n that names the execution, and that deadlineSeconds is longer than it takes.',
  api: 'Check that deadlineSeconds is longer than the workflow takes, and that n8n keeps its executions, successful ones too.',
};

function retryAfter(
  { runAttempt }: LeasedDelivery,
  { onOverdue }: AwaitCallback,
  trigger: Trigger | undefined,
): { state: 'failed' | 'retrying' | 'dead_lettered'; inMs: number | null } {
  if (onOverdue === 'fail' || trigger === undefined) return { state: 'failed', inMs: null };
  const { retryPolicy: policy } = trigger.endpoint;
  if (runAttempt >= policy.maxAttempts) return { state: 'dead_lettered', inMs: null };
  const inMs = delayMs({ policy, failedAttempts: runAttempt, retryAfterMs: null, random: Math.random });
  return { state: 'retrying', inMs };
}

/** n8n's public API says that the workflow ran to its end. */
export const n8nSucceeded = (delivery: LeasedDelivery, n8n: N8nReference): AttemptRecord => ({
  ...unsent(delivery, {
    outcome: 'confirmed',
    error: null,
    advice: `Nothing was sent: n8n's execution ${n8n.executionId} succeeded.`,
    state: 'succeeded',
  }),
  result: 'succeeded',
  confirmedBy: 'api',
  n8n,
});

export const n8nFailed = (
  delivery: LeasedDelivery,
  { n8n, n8nStatus, error }: N8nOutcome & { status: 'failed' },
): AttemptRecord => ({
  ...unsent(delivery, {
    outcome: 'n8n_execution_failed',
    error: error ?? `n8n's execution ${n8n.executionId} ended as "${n8nStatus}".`,
    advice: `Nothing was sent this time. Look at execution ${n8n.executionId} in n8n and correct what made it fail. Then retry the execution with POST /api/executions/:id/retry, or n8n's own with POST /api/n8n/executions/${n8n.executionId}/retry.`,
    state: 'failed',
  }),
  n8n,
});
