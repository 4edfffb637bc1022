import { networkOf } from '../../domain/network.ts';
import { Problem } from '../../domain/problem.ts';
import { type Budgets, EVERYBODY } from '../../runtime/budgets.ts';
import type { ConcurrencyBudget } from '../../runtime/concurrency-budget.ts';
import type { BodyWatcher, CountedRequest } from './counted-request.ts';

export interface BodyPace {
  /** A body that is on its way has to bring enough in each span of so many milliseconds. */
  spanMs: number;
  minBytes: number;
  /** How often it is looked at whether they do. */
  checkEveryMs: number;
}

/** 4 KiB a second: slower than any line that a sender would have. */
export const BODY_PACE: BodyPace = { spanMs: 10_000, minBytes: 40_960, checkEveryMs: 500 };

/** For what a refused sender still sends: one that hears an answer meanwhile may not look at it. */
const REFUSED_MS = 1_000;
const AGAIN = { 'retry-after': '5', connection: 'close' };
const OVERLOADED =
  'The bodies that arrive at the same time are more than this process keeps. Nothing was stored: send it again after Retry-After seconds.';

interface Arrival {
  /** In this span. */
  bytes: number;
  until: number;
}

/**
 * The bodies under way: how much of them is held, and by whom, from the moment it arrives until the answer is out,
 * and whether what is missing still comes.
 */
export class BodiesUnderWay implements BodyWatcher {
  readonly #all: ConcurrencyBudget;
  readonly #byClient: ConcurrencyBudget;
  readonly #pace: BodyPace;
  /** Those that are not complete. */
  readonly #arriving = new Map<CountedRequest, Arrival>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(budgets: Budgets, pace: BodyPace = BODY_PACE) {
    this.#all = budgets.concurrent('body_bytes');
    this.#byClient = budgets.concurrent('body_bytes_per_client');
    this.#pace = pace;
  }

  arrived(request: CountedRequest, bytes: number): boolean {
    const arrival = this.#arriving.get(request);
    if (arrival) arrival.bytes += bytes;
    else this.#begin(request, bytes);
    request.client ??= networkOf(request.socket.remoteAddress ?? '');
    const { client, heldBytes } = request;
    if (!this.#byClient.grow(client, bytes, heldBytes)) {
      return this.#refuse(request, new Problem('too_many_bytes', { headers: AGAIN }));
    }
    if (!this.#all.grow(EVERYBODY, bytes, heldBytes)) {
      this.#byClient.giveBack(client, bytes);
      return this.#refuse(request, new Problem('overloaded', { headers: AGAIN, detail: OVERLOADED }));
    }
    request.heldBytes += bytes;
    return true;
  }

  ended(request: CountedRequest): void {
    this.#arriving.delete(request);
  }

  released(request: CountedRequest): void {
    this.#arriving.delete(request);
    const { client, heldBytes } = request;
    request.heldBytes = 0;
    if (client === null || heldBytes === 0) return;
    this.#byClient.giveBack(client, heldBytes);
    this.#all.giveBack(EVERYBODY, heldBytes);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #begin(request: CountedRequest, bytes: number): void {
    request.arrivedOn.open.add(request);
    this.#arriving.set(request, { bytes, until: performance.now() + this.#pace.spanMs });
    this.#arm();
  }

  #refuse(request: CountedRequest, problem: Problem): false {
    request.refuse(problem);
    this.#arriving.set(request, { bytes: 0, until: performance.now() + REFUSED_MS });
    return false;
  }

  /** Nearly all bodies are complete at once. A timer for each of them would cost more than they do. */
  #arm(): void {
    if (this.#stopped || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#look();
      if (this.#arriving.size > 0) this.#arm();
    }, this.#pace.checkEveryMs);
  }

  #look(): void {
    const now = performance.now();
    for (const [request, arrival] of this.#arriving) {
      if (now < arrival.until) continue;
      // Where nobody reads, it is not the sender that is slow.
      const isSlow = arrival.bytes < this.#pace.minBytes && request.readableFlowing === true;
      if (isSlow) request.refuse(new Problem('request_timeout', { headers: { connection: 'close' } }));
      if (request.isRefused) {
        this.#arriving.delete(request);
        request.fail();
      } else this.#arriving.set(request, { bytes: 0, until: now + this.#pace.spanMs });
    }
  }
}
