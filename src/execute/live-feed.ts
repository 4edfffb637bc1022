import type { RecordedTransition, TransitionSpan } from '../store/transitions.ts';

export interface LiveFeedPorts {
  /** The time that transitions are stamped with. */
  databaseTime: () => Promise<Date>;
  findTransitions: (span: TransitionSpan) => Promise<RecordedTransition[]>;
}

/** Somebody who wants to hear of every transition of an organization. */
export interface FeedListener {
  organizationId: string;
  /** null: of any workflow. */
  workflowId: string | null;
  /** In the time of the database: what was made before is no news. */
  since: Date;
  /** Those who listen to the same are given the same array, so that it need be written out only once. */
  onTransitions: (transitions: readonly RecordedTransition[]) => void;
}

/**
 * A transition becomes visible a moment after the time that it bears, when its transaction commits. So each look
 * goes back behind the one before by this much, and now and then, for a commit that took long, by much more.
 */
const OVERLAP_MS = 1_000;
const WIDE_OVERLAP_MS = 15_000;
const WIDE_EVERY_MS = 5_000;
/** After the database was away, what was missed is read in pieces. */
const MAX_SPAN_MS = 30_000;

/** What happens now, for all who listen: one look at the newest transitions serves them all. */
export class LiveFeed {
  readonly #ports: LiveFeedPorts;
  readonly #listeners = new Set<FeedListener>();
  /** What the next looks will find again, with its time. */
  readonly #told = new Map<string, number>();
  /** In milliseconds of the database's time: up to when everything was looked at, and when widely. */
  #lookedAt = 0;
  #lookedWidelyAt = 0;

  constructor(ports: LiveFeedPorts) {
    this.#ports = ports;
  }

  get isWanted(): boolean {
    return this.#listeners.size > 0;
  }

  /** Returns what ends it. */
  add(listener: FeedListener): () => void {
    if (this.#listeners.size === 0) {
      this.#lookedAt = listener.since.getTime();
      this.#lookedWidelyAt = this.#lookedAt;
      this.#told.clear();
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  clear(): void {
    this.#listeners.clear();
  }

  async look(): Promise<void> {
    if (!this.isWanted) return;
    const organizationIds = [...new Set([...this.#listeners].map((listener) => listener.organizationId))];
    const lookedAt = this.#lookedAt;
    const isWide = lookedAt - this.#lookedWidelyAt >= WIDE_EVERY_MS;
    const until = lookedAt + MAX_SPAN_MS;
    // Asked before: what is made while the look is under way belongs to the next one.
    const now = (await this.#ports.databaseTime()).getTime();
    const found = await this.#ports.findTransitions({
      organizationIds,
      since: new Date(lookedAt - (isWide ? WIDE_OVERLAP_MS : OVERLAP_MS)),
      until: new Date(until),
    });
    this.#lookedAt = Math.min(now, until);
    if (isWide) this.#lookedWidelyAt = this.#lookedAt;
    this.#tell(found.filter((transition) => this.#isNews(transition)));
    if (isWide) this.#forget();
  }

  #isNews({ executionId, seq, at }: RecordedTransition): boolean {
    const key = `${executionId}:${seq}`;
    if (this.#told.has(key)) return false;
    this.#told.set(key, at.getTime());
    return true;
  }

  #forget(): void {
    const earliest = this.#lookedAt - WIDE_OVERLAP_MS;
    for (const [key, at] of this.#told) if (at < earliest) this.#told.delete(key);
  }

  #tell(news: RecordedTransition[]): void {
    if (news.length === 0) return;
    const byInterest = new Map<string, RecordedTransition[]>();
    for (const { organizationId, workflowId, since, onTransitions } of this.#listeners) {
      const interest = `${organizationId} ${workflowId}`;
      const matching =
        byInterest.get(interest) ??
        news.filter(
          (transition) =>
            transition.organizationId === organizationId &&
            (workflowId === null || transition.workflowId === workflowId),
        );
      byInterest.set(interest, matching);
      const isOld = ({ at }: RecordedTransition) => at < since;
      const fresh = matching.some(isOld) ? matching.filter((transition) => !isOld(transition)) : matching;
      if (fresh.length > 0) onTransitions(fresh);
    }
  }
}
