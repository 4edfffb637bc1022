/** How old a count may be while someone wants to know, in milliseconds. */
const FRESH_MS = 250;

/** And while the queue seems full: fast workers would empty it before the next count. */
const FRESH_WHEN_FULL_MS = 50;

/** How many jobs wait, from counts that are some time apart and what was added in between. */
export interface DepthGauge {
  /** Too high rather than too low: duplicates count until the next count. null: never counted. */
  estimate(): number | null;
  stale(): boolean;
  added(jobs: number): void;
  /** Called when a count begins; the function that it returns is called with its result. */
  count(): (waiting: number) => void;
}

export function createDepthGauge(highWater: number): DepthGauge {
  let counted: number | null = null;
  let countedAt = Number.NEGATIVE_INFINITY;
  let added = 0;
  return {
    estimate: () => (counted === null ? null : counted + added),
    stale() {
      const full = counted !== null && counted + added >= highWater;
      return performance.now() - countedAt >= (full ? FRESH_WHEN_FULL_MS : FRESH_MS);
    },
    added(jobs) {
      added += jobs;
    },
    count() {
      const before = added;
      return (waiting) => {
        counted = waiting;
        countedAt = performance.now();
        added -= before;
      };
    },
  };
}
