import { newId } from '../../domain/ids.ts';
import type { Content } from '../../domain/sync.ts';
import {
  formatClock,
  laterClock,
  nextClock,
  parseClock,
  REMOTE_ORIGIN,
  tick,
  timeOf,
} from '../../domain/sync-clock.ts';
import type { Tx } from '../../store/database.ts';
import { advanceSyncConfig, type StoredSyncConfig } from '../../store/sync-configs.ts';
import {
  findDisputes,
  insertSyncConflicts,
  type KeptDispute,
  type NewSyncConflict,
} from '../../store/sync-conflicts.ts';
import { findSyncRecords, putSyncRecords, type StoredSyncRecord } from '../../store/sync-records.ts';
import { type Decision, decide, sameContent } from './decide.ts';

/** A change of the other side's, mapped, and with the key of its record. */
export interface KeyedChange {
  key: string;
  content: Content;
  /** null: it has none. */
  clock: string | null;
  /** Milliseconds since 1970: what it has instead of a clock, if anything. */
  changedAt: number | null;
  baseVersion: number | null;
}

/** What changes came to: of many, what there is most to know about. */
export type MergeOutcome = 'conflict' | 'applied' | 'stale' | 'same' | 'duplicate' | 'empty';

/**
 * How many are merged at a time: the records as they are have to be in memory for that, and five hundred of them can
 * be much larger than what was sent.
 */
const SLICE = 50;

/** Merges changes of the other side into the records of a config that is locked. None of it is sent anywhere. */
export async function mergeChanges(
  trx: Tx,
  config: StoredSyncConfig,
  { changes, now }: { changes: KeyedChange[]; now: number },
): Promise<MergeOutcome> {
  const outcomes = new Set<MergeOutcome>();
  let reached = config;
  for (let at = 0; at < changes.length; at += SLICE) {
    const merge = await mergeSlice(trx, reached, { changes: changes.slice(at, at + SLICE), now });
    for (const outcome of merge.outcomes) outcomes.add(outcome);
    reached = { ...reached, changeSeq: merge.changeSeq, clock: merge.clock };
  }
  await advanceSyncConfig(trx, reached);
  return OUTCOMES.find((outcome) => outcomes.has(outcome)) ?? 'empty';
}

async function mergeSlice(
  trx: Tx,
  config: StoredSyncConfig,
  { changes, now }: { changes: KeyedChange[]; now: number },
): Promise<Merge> {
  const { id: configId, organizationId } = config;
  const keys = [...new Set(changes.map(({ key }) => key))];
  const merge = new Merge(config, {
    records: await findSyncRecords(trx, configId, keys),
    disputes: await findDisputes(trx, configId, { keys, compared: comparedOf(changes) }),
    now,
  });
  for (const change of changes) merge.take(change);
  await putSyncRecords(trx, { organizationId, configId }, merge.changed());
  await insertSyncConflicts(trx, { organizationId, configId }, merge.conflicts);
  return merge;
}

/** What changes without a clock are compared with: those of the same time, or all that is open. */
const comparedOf = (changes: KeyedChange[]) =>
  changes.flatMap(({ key, clock, changedAt }) =>
    clock === null ? [{ key, time: changedAt === null ? null : timeOf(changedAt) }] : [],
  );

interface Found {
  records: Map<string, StoredSyncRecord>;
  disputes: Map<string, KeptDispute>;
  now: number;
}

const OUTCOMES = ['conflict', 'applied', 'stale', 'same', 'duplicate'] as const;

/** One change after the other: several may be of the same record. */
class Merge {
  readonly conflicts: NewSyncConflict[] = [];
  readonly outcomes = new Set<MergeOutcome>();
  changeSeq: number;
  clock: string | null;
  readonly #config: StoredSyncConfig;
  readonly #found: Found;
  readonly #changedKeys = new Set<string>();

  constructor(config: StoredSyncConfig, found: Found) {
    this.#config = config;
    this.#found = found;
    this.changeSeq = config.changeSeq;
    this.clock = config.clock;
  }

  take(change: KeyedChange): void {
    const { key, content, baseVersion } = change;
    const current = this.#found.records.get(key) ?? null;
    const dispute = this.#found.disputes.get(key) ?? { isOpen: false, kept: new Map() };
    const clock = this.#clockOf(change, { current, dispute });
    if (clock === null) {
      this.outcomes.add('duplicate');
      return;
    }
    this.clock = laterClock(this.clock, clock);
    const incoming = { content, clock, baseVersion };
    const { conflictPolicy: policy } = this.#config;
    const decision = decide(current, incoming, { policy, dispute });
    if (decision.action === 'apply') this.#apply(key, incoming, current);
    if (decision.action === 'conflict' && current !== null) {
      this.#dispute(current, incoming, dispute);
    }
    this.outcomes.add(outcomeOf(decision));
  }

  /** The clock that a change counts as having. null: it has none, and says nothing new. */
  #clockOf(
    { clock, changedAt, content }: KeyedChange,
    { current, dispute }: { current: StoredSyncRecord | null; dispute: KeptDispute },
  ): string | null {
    if (clock !== null) return clock;
    const isKnown = current !== null && sameContent(current.content, content);
    if (changedAt !== null) {
      const before = isKnown ? parseClock(current.clock) : null;
      const isSame = before?.ms === changedAt && before.origin === REMOTE_ORIGIN;
      return isSame && current !== null ? current.clock : clockOfTime(changedAt, current, dispute, content);
    }
    const isWanted = [...dispute.kept.values()].some((kept) => kept.isOpen && isKept(kept.content, content));
    if (isKnown || isWanted) return null;
    return tick(this.clock, this.#found.now, REMOTE_ORIGIN);
  }

  #apply(
    key: string,
    { content, clock }: { content: Content; clock: string },
    current: StoredSyncRecord | null,
  ): void {
    this.#changedKeys.add(key);
    this.#found.records.set(key, {
      key,
      content,
      version: (current?.version ?? 0) + 1,
      clock: laterClock(current?.clock ?? null, clock),
      origin: 'remote',
      localVersion: current?.localVersion ?? 0,
      remoteClock: laterClock(current?.remoteClock ?? null, clock),
      changeSeq: ++this.changeSeq,
      changedAt: new Date(this.#found.now),
      outbound: null,
      outboundError: null,
      eventId: null,
    });
  }

  #dispute(
    { key, content, version, clock }: StoredSyncRecord,
    remote: { content: Content; clock: string; baseVersion: number | null },
    dispute: KeptDispute,
  ): void {
    this.conflicts.push({ id: newId(), key, local: { content, version, clock }, remote });
    dispute.isOpen = true;
    dispute.kept.set(remote.clock, { content: remote.content, isOpen: true });
    this.#found.disputes.set(key, dispute);
  }

  changed(): StoredSyncRecord[] {
    return [...this.#changedKeys].flatMap((key) => this.#found.records.get(key) ?? []);
  }
}

function outcomeOf(decision: Decision): MergeOutcome {
  if (decision.action === 'ignore') return decision.why;
  return decision.action === 'conflict' ? 'conflict' : 'applied';
}

const isKept = (kept: Content | undefined, content: Content): boolean =>
  kept !== undefined && sameContent(kept, content);

/**
 * The clock of a change of which only the time is known. Times are coarse: what has the same one and says something
 * else was another change, which came before, because it arrived before. That holds for what is sent once: what is
 * repeated is recognized by its `webhook-id` before it comes here.
 */
function clockOfTime(
  ms: number,
  current: StoredSyncRecord | null,
  { kept }: KeptDispute,
  content: Content,
): string {
  const isOfTime = (clock: string) => {
    const parsed = parseClock(clock);
    return parsed?.ms === ms && parsed.origin === REMOTE_ORIGIN;
  };
  for (const [clock, other] of kept) {
    if (isOfTime(clock) && isKept(other.content, content)) return clock;
  }
  const isSameTime = current !== null && isOfTime(current.clock);
  let clock = isSameTime ? nextClock(current.clock) : formatClock({ ms, counter: 0, origin: REMOTE_ORIGIN });
  while (kept.has(clock)) clock = nextClock(clock);
  return clock;
}
