import { isDeepStrictEqual } from 'node:util';
import type { ConflictPolicy, Content } from '../../domain/sync.ts';

/** A record as we have it, as far as it decides what a change from the other side does. */
export interface Current {
  content: Content;
  version: number;
  clock: string;
  /** The version that the last change of ours made; 0: there was none. */
  localVersion: number;
  /** Of the last change from the other side that was taken. */
  remoteClock: string | null;
}

/** A change that comes from the other side. */
export interface Incoming {
  content: Content;
  clock: string;
  /** The version of ours that it was made to; null: not said. */
  baseVersion: number | null;
}

/** What there is already between the two sides about the record. */
export interface Dispute {
  /** Whether somebody still has to decide about it. */
  isOpen: boolean;
  /** The clocks of all changes that were ever in conflict. */
  kept: { has(clock: string): boolean };
}

export type Decision =
  | { action: 'apply' }
  | { action: 'conflict' }
  /** `duplicate`: it is known; `stale`: something later is; `same`: there is nothing to decide about. */
  | { action: 'ignore'; why: 'duplicate' | 'stale' | 'same' };

const APPLY: Decision = { action: 'apply' };
const ignore = (why: 'duplicate' | 'stale' | 'same'): Decision => ({ action: 'ignore', why });

/** Whether two records have the same members, in whatever order. */
export const sameContent = (one: Content, other: Content): boolean => isDeepStrictEqual(one, other);

/** What a change from the other side does to a record: depends on nothing but what is given. */
export function decide(
  current: Current | null,
  incoming: Incoming,
  { policy, dispute }: { policy: ConflictPolicy; dispute: Dispute },
): Decision {
  if (current === null) return APPLY;
  if (incoming.clock === current.clock) return ignore('duplicate');
  if (policy === 'manual') return decideManually(current, incoming, dispute);
  return incoming.clock > current.clock ? APPLY : ignore('stale');
}

/** Of two changes that did not know of each other, neither is later: that is for somebody to decide. */
function decideManually(current: Current, incoming: Incoming, dispute: Dispute): Decision {
  if (dispute.kept.has(incoming.clock)) return ignore('duplicate');
  // The other side has overwritten it itself, with a change that was taken.
  if (current.remoteClock !== null && incoming.clock <= current.remoteClock)
    return ignore(incoming.clock === current.remoteClock ? 'duplicate' : 'stale');
  const isConcurrent = current.localVersion > knownVersion(current, incoming);
  if (!isConcurrent && !dispute.isOpen) return APPLY;
  return sameContent(incoming.content, current.content) ? ignore('same') : { action: 'conflict' };
}

/** Who does not say what a change was made to has seen no more of ours than what it changed itself last. */
function knownVersion({ version, localVersion }: Current, { baseVersion }: Incoming): number {
  if (baseVersion !== null) return baseVersion;
  return version > localVersion ? version : 0;
}
