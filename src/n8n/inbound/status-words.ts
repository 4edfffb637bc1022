import type { Callback } from '../../store/callbacks.ts';

/** What a status says of an execution: in our own words, and in those of n8n. */
const MEANINGS = {
  success: 'success',
  succeeded: 'success',
  completed: 'success',
  error: 'failure',
  failed: 'failure',
  failure: 'failure',
  crashed: 'failure',
  canceled: 'failure',
  cancelled: 'failure',
  running: 'progress',
  waiting: 'progress',
  new: 'progress',
  progress: 'progress',
} as const satisfies Record<string, Callback['status']>;

export type StatusWord = keyof typeof MEANINGS;

export const STATUS_WORDS = Object.keys(MEANINGS) as StatusWord[];

/** A word that is none of ours never gets here. No word at all: n8n is still at it. */
export const meaningOf = (status: string | null): Callback['status'] =>
  status === null ? 'progress' : MEANINGS[status as StatusWord];
