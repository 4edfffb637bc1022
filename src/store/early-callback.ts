import type { ConfirmedBy, DeliveryState } from '../domain/states.ts';

/** How n8n says that a delivery went. */
export type DeliveryWord = 'success' | 'failure';

/** What a delivery becomes by n8n's word. */
export const BY_WORD = {
  success: { state: 'succeeded', outcome: 'confirmed', confirmedBy: 'callback' },
  failure: { state: 'failed', outcome: 'n8n_workflow_failed', confirmedBy: null },
} as const satisfies Record<
  DeliveryWord,
  { state: DeliveryState; outcome: string; confirmedBy: ConfirmedBy | null }
>;

interface Answered {
  state: DeliveryState;
  outcome: string;
  confirmedBy: ConfirmedBy | null;
  retryInMs: number | null;
}

/**
 * What a delivery becomes whose attempt has been answered. n8n may have called back before: then its word counts,
 * whatever the answer was, and nothing is sent again. Else the answer does.
 */
export function settleByWord<T extends Answered>(
  record: T,
  word: DeliveryWord | null,
): T & { deliveryState: DeliveryState; deliveryOutcome: string } {
  if (word === null) return { ...record, deliveryState: record.state, deliveryOutcome: record.outcome };
  const { state, outcome, confirmedBy } = BY_WORD[word];
  return { ...record, deliveryState: state, deliveryOutcome: outcome, confirmedBy, retryInMs: null };
}
