/** Seen from here: `in` came from n8n, `out` went there. */
export const EVENT_DIRECTIONS = ['in', 'out'] as const;
export type EventDirection = (typeof EVENT_DIRECTIONS)[number];

/** The states of an event: the first two of one that came, the others of one that goes out. */
export const EVENT_STATES = [
  'processed',
  'refused',
  'pending',
  'sending',
  'retrying',
  'succeeded',
  'failed',
  'dead_lettered',
] as const;
export type EventState = (typeof EVENT_STATES)[number];
