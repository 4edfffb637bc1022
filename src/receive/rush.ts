/** A few senders are committed nearly one by one; this many share a commit only when many send at once. */
const RUSH_ROWS = 16;
/** Longer than a slow commit takes, so that a rush does not seem over between two of its batches. */
const LASTS_MS = 250;

/** Knows whether webhooks come in so fast that everything else had better wait: when many share each commit. */
export class Rush {
  #seenAt = Number.NEGATIVE_INFINITY;

  committed(rows: number): void {
    if (rows >= RUSH_ROWS) this.#seenAt = performance.now();
  }

  isOn(): boolean {
    return performance.now() - this.#seenAt < LASTS_MS;
  }
}
