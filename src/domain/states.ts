/** The states of an execution (one run of a workflow). The allowed moves live in the table `execution_moves`. */
export const EXECUTION_STATES = [
  'queued',
  'running',
  'retrying',
  'waiting',
  'succeeded',
  'failed',
  'cancelled',
  'dead_lettered',
] as const;
export type ExecutionState = (typeof EXECUTION_STATES)[number];

/** The states of a delivery (execution x trigger). `sending` means: somebody holds its lease. */
export const DELIVERY_STATES = [
  'pending',
  'sending',
  'retrying',
  'waiting',
  'succeeded',
  'failed',
  'cancelled',
  'dead_lettered',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** What a replay runs again: webhooks, as new executions, or executions of which deliveries are dead letters. */
export const REPLAY_KINDS = ['webhook_logs', 'dead_letters'] as const;
export type ReplayKind = (typeof REPLAY_KINDS)[number];

/** The states of a replay (many webhooks or dead letters run again). `stopped`: too many of its executions failed. */
export const REPLAY_STATES = ['running', 'completed', 'cancelled', 'stopped'] as const;
export type ReplayState = (typeof REPLAY_STATES)[number];

export const TRIGGER_TYPES = ['webhook', 'manual', 'n8n'] as const;
export type TriggerType = (typeof TRIGGER_TYPES)[number];

/** How a success is known: n8n's own 2xx, its signed callback, or its public API. */
export const CONFIRMATIONS = ['http', 'callback', 'api'] as const;
export type ConfirmedBy = (typeof CONFIRMATIONS)[number];

const ENDED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled', 'dead_lettered']);

export const hasEnded = (state: ExecutionState): boolean => ENDED.has(state);

/** The states an explicit retry may leave. */
export const RETRYABLE_STATES: readonly ExecutionState[] = ['failed', 'dead_lettered'];

/**
 * The state of an execution as its deliveries make it: anything unfinished keeps it open, one failure
 * fails it, and only all successes are a success.
 */
export function rollUp(deliveries: readonly DeliveryState[]): ExecutionState {
  const some = (state: DeliveryState) => deliveries.includes(state);
  if (some('pending') || some('sending')) return 'running';
  if (some('retrying')) return 'retrying';
  if (some('waiting')) return 'waiting';
  if (some('dead_lettered')) return 'dead_lettered';
  if (some('failed')) return 'failed';
  if (some('cancelled')) return 'cancelled';
  return 'succeeded';
}
