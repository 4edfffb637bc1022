import type { Verdict } from '../dispatch/outcome.ts';

/** What becomes of a delivery or an event after an attempt at it. */
export const STATE_AFTER = {
  succeeded: 'succeeded',
  retry: 'retrying',
  wait: 'retrying',
  failed: 'failed',
  dead_letter: 'dead_lettered',
} as const satisfies Record<Verdict['next'], string>;
