import { type ExecutionState, hasEnded } from '../domain/states.ts';
import type { Position, Progress, RecordedTransition } from '../store/transitions.ts';
import { type FeedListener, LiveFeed, type LiveFeedPorts } from './live-feed.ts';
import { Polling } from './polling.ts';

export interface TransitionWatcherPorts extends LiveFeedPorts {
  /** Those of these executions that moved on. */
  findMoved: (positions: Position[]) => Promise<Progress[]>;
  onAnswer: () => void;
  onError: (error: unknown) => void;
}

/** Somebody who follows one execution. */
export interface Follower {
  executionId: string;
  /** The last transition that is known already. */
  afterSeq: number;
  /** Whether more can be taken now. What is not taken is not lost: it is read when it can be. */
  isReady: () => boolean;
  /** All of them in their order, none left out. */
  onTransitions: (transitions: readonly RecordedTransition[]) => void;
  /** The last transition was told, and it is an end. */
  onEnd: (end: ExecutionEnd) => void;
}

export interface ExecutionEnd {
  executionId: string;
  workflowId: string;
  state: ExecutionState;
}

/** The end of an execution that somebody knows up to `seq`; null when it goes on, or there is more to tell. */
export const endOf = ({ executionId, workflowId, state, ...progress }: Progress, seq: number) =>
  hasEnded(state) && seq >= progress.seq ? { executionId, workflowId, state } : null;

const POLL_MS = 250;

type Followed = Follower & { seq: number };

/**
 * Tells what happens to executions, whichever process does it. One poller asks for all who follow or listen
 * here, and asks nothing while nobody does. It sees the rows of all organizations: a follower must have been
 * shown its execution under row-level security before, and executions never change hands; a listener gets the
 * rows of the organization that it was let in for, told by the column that the policies look at too.
 */
export class TransitionWatcher {
  readonly #ports: TransitionWatcherPorts;
  readonly #followed = new Set<Followed>();
  readonly #feed: LiveFeed;
  readonly #polling: Polling;

  constructor(ports: TransitionWatcherPorts) {
    this.#ports = ports;
    this.#feed = new LiveFeed(ports);
    this.#polling = new Polling({
      everyMs: POLL_MS,
      isWanted: () => this.#followed.size > 0 || this.#feed.isWanted,
      ask: () => this.#ask(),
      onError: ports.onError,
    });
  }

  start(): void {
    this.#polling.start();
  }

  /** Forgets everybody, and waits for the statement under way. */
  async stop(): Promise<void> {
    this.#followed.clear();
    this.#feed.clear();
    await this.#polling.stop();
  }

  /** Returns what ends it. */
  follow(follower: Follower): () => void {
    const followed = { ...follower, seq: follower.afterSeq };
    this.#followed.add(followed);
    this.#polling.begin();
    return () => this.#followed.delete(followed);
  }

  /** Returns what ends it. */
  listen(listener: FeedListener): () => void {
    const end = this.#feed.add(listener);
    this.#polling.begin();
    return end;
  }

  async #ask(): Promise<void> {
    await this.#lookAtFollowed();
    await this.#feed.look();
    this.#ports.onAnswer();
  }

  async #lookAtFollowed(): Promise<void> {
    const asking = [...this.#followed].filter((followed) => followed.isReady());
    if (asking.length === 0) return;
    const positions = new Map<string, Position>();
    for (const { executionId, seq } of asking) {
      const before = positions.get(executionId);
      if (!before || seq < before.seq) positions.set(executionId, { executionId, seq });
    }
    const moved = await this.#ports.findMoved([...positions.values()]);
    const progress = new Map(moved.map((found) => [found.executionId, found]));
    for (const followed of asking) {
      const found = progress.get(followed.executionId);
      // It may have been ended while the statement was under way.
      if (found && this.#followed.has(followed)) this.#tell(followed, found);
    }
  }

  #tell(followed: Followed, progress: Progress): void {
    const fresh = progress.transitions.filter(({ seq }) => seq > followed.seq);
    const last = fresh.at(-1);
    if (last) {
      followed.seq = last.seq;
      followed.onTransitions(fresh);
    }
    const end = endOf(progress, followed.seq);
    if (end === null) return;
    this.#followed.delete(followed);
    followed.onEnd(end);
  }
}
