import { DEFAULT_AWAIT_CALLBACK } from '../domain/await-callback.ts';
import type { Trigger } from '../domain/workflow.ts';
import type { LookAgain } from '../store/awaiting.ts';
import type { AttemptRecord } from '../store/record.ts';
import type { Awaited, LeasedDelivery } from '../store/work.ts';
import { callbackOverdue, n8nFailed, n8nSucceeded } from './awaited-records.ts';
import type { AskN8n, N8nOutcome } from './n8n-outcome.ts';

/** null: n8n's public API cannot be asked here. */
export type LookPorts = { askN8n: AskN8n | null };

export interface Looking {
  delivery: LeasedDelivery & { awaited: Awaited };
  /** Left out: it was removed, or its workflow was. */
  trigger: Trigger | undefined;
}

/** Either it has ended, or it goes on waiting. */
export type Look = { record: AttemptRecord } | { again: LookAgain };

const NOT_ASKED =
  "n8n's public API cannot be asked: N8N_BASE_URL or N8N_API_KEY is not set for this service.";
const REMOVED = 'The trigger was removed meanwhile.';

/** Looks after a delivery that n8n accepted: whether n8n knows how it went, where n8n is asked, and whether it is overdue. */
export async function lookAfter({ askN8n }: LookPorts, looking: Looking): Promise<Look> {
  const { delivery, trigger } = looking;
  const setting = trigger?.awaitCallback ?? DEFAULT_AWAIT_CALLBACK;
  const { awaited } = delivery;
  if (trigger === undefined || setting.confirm === 'callback') {
    if (!awaited.isOverdue) return { again: { delivery, inMs: null, n8n: null } };
    return { record: callbackOverdue(looking, setting, trigger ? null : REMOVED) };
  }
  const outcome = await ask(askN8n, { delivery, trigger });
  if (outcome.status === 'succeeded') return { record: n8nSucceeded(delivery, outcome.n8n) };
  if (outcome.status === 'failed') return { record: n8nFailed(delivery, outcome) };
  if (awaited.isOverdue) return { record: callbackOverdue(looking, setting, detailOf(outcome)) };
  const n8n = outcome.status === 'unfinished' ? outcome.n8n : null;
  return { again: { delivery, inMs: pauseMs(Date.now() - awaited.since.getTime()), n8n } };
}

async function ask(
  askN8n: AskN8n | null,
  { delivery, trigger }: { delivery: Looking['delivery']; trigger: Trigger },
): Promise<N8nOutcome> {
  if (askN8n === null) return { status: 'unknown', detail: NOT_ASKED };
  const { attempt, since, n8nExecutionId } = delivery.awaited;
  return askN8n({
    endpointUrl: trigger.endpoint.url,
    deliveryId: delivery.id,
    attempt,
    since,
    n8nExecutionId,
  });
}

const detailOf = (outcome: N8nOutcome & { status: 'unfinished' | 'unknown' }): string =>
  outcome.status === 'unknown'
    ? outcome.detail
    : `n8n's execution ${outcome.n8n.executionId} has not ended: it is "${outcome.n8nStatus}".`;

export const FIRST_LOOK_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Half of the time that it has waited: what takes long may take longer. */
export const pauseMs = (waitedMs: number): number =>
  Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_LOOK_MS, Math.round(waitedMs / 2)));
