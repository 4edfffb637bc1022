import type { ConfirmedBy, DeliveryState } from '../domain/states.ts';
import type { DeliveryWord } from './early-callback.ts';

/** A delivery as a callback finds it. */
export interface DeliveryNow {
  id: string;
  endpointId: string;
  state: DeliveryState;
  attempts: number;
  confirmedBy: ConfirmedBy | null;
  isSuperseded: boolean;
  /** What n8n said already of the attempt under way. */
  early: DeliveryWord | null;
  /** The present attempt began then or later; null: it is the first one. By the clocks of the workers. */
  beganAt: Date | null;
}

export type CallbackEffect = 'applied' | 'early' | 'late' | 'stale' | 'recorded';

interface Addressed {
  deliveryId: string | null;
  endpointId: string | null;
}

export type Choice =
  | { status: 'found'; delivery: DeliveryNow }
  | { status: 'not_found' }
  | { status: 'ambiguous'; deliveryIds: string[] }
  /** None can be meant: nothing was sent yet, or several have ended and nobody says which is meant. */
  | { status: 'none' };

const OPEN: ReadonlySet<DeliveryState> = new Set(['pending', 'sending', 'retrying', 'waiting']);

/** Which of an execution's deliveries is meant. */
export function chooseDelivery(all: readonly DeliveryNow[], { deliveryId, endpointId }: Addressed): Choice {
  const reached = all.filter((delivery) => endpointId === null || delivery.endpointId === endpointId);
  if (deliveryId !== null) {
    const delivery = reached.find(({ id }) => id === deliveryId);
    return delivery ? { status: 'found', delivery } : { status: 'not_found' };
  }
  if (endpointId !== null && reached.length === 0) return { status: 'not_found' };
  const counting = reached.filter(({ isSuperseded }) => !isSuperseded);
  const open = counting.filter(({ state }) => OPEN.has(state));
  const [delivery, another] = counting.length === 1 ? counting : open;
  if (delivery === undefined) return { status: 'none' };
  if (another === undefined) return { status: 'found', delivery };
  return { status: 'ambiguous', deliveryIds: open.map(({ id }) => id) };
}

interface Word {
  status: DeliveryWord;
  attempt: number | null;
  sentAt: Date | null;
}

/**
 * What n8n's word does to a delivery. A success of whichever attempt is one: what was to be done has been done, and
 * nothing more is sent. A failure counts for the attempt it is of.
 *
 * | state | success | failure |
 * |---|---|---|
 * | waiting | applied | applied, or stale |
 * | sending | early | early, or stale |
 * | pending, retrying | applied | recorded: it is sent again anyway |
 * | ended | recorded when known, else late | likewise |
 */
export function judgeCallback(delivery: DeliveryNow, word: Word): CallbackEffect {
  const { state, early } = delivery;
  if (!OPEN.has(state)) return isKnown(delivery, word.status) ? 'recorded' : 'late';
  if (word.status === 'success') {
    if (state !== 'sending') return 'applied';
    return early === 'success' ? 'recorded' : 'early';
  }
  if (state === 'pending' || state === 'retrying') return 'recorded';
  if (isStale(delivery, word)) return 'stale';
  if (state === 'waiting') return 'applied';
  return early === null ? 'early' : 'recorded';
}

/** That n8n accepted it says nothing of what came of it: then whatever n8n says is no contradiction. */
function isKnown({ state, confirmedBy }: DeliveryNow, word: DeliveryWord): boolean {
  if (state === 'succeeded') return word === 'success' || confirmedBy === 'http';
  return word === 'failure' && (state === 'failed' || state === 'dead_lettered');
}

/** Clocks differ, and times that n8n sends may be cut off to whole seconds. */
const CLOCKS_DIFFER_MS = 5_000;

function isStale({ attempts, beganAt }: DeliveryNow, { attempt, sentAt }: Word): boolean {
  if (attempt !== null) return attempt < attempts;
  if (sentAt === null || beganAt === null) return false;
  return sentAt.getTime() < beganAt.getTime() - CLOCKS_DIFFER_MS;
}
