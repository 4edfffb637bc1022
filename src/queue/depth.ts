/** How old a count may be while someone wants to know, in milliseconds. */
const FRESH_MS = 250;

/** And when only what was added since speaks against adding more: the workers may well have taken it. */
const FRESH_WHEN_FULL_MS = 20;

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
      const filledSince = counted !== null && counted < highWater && counted + added >= highWater;
      return performance.now() - countedAt >= (filledSince ? FRESH_WHEN_FULL_MS : FRESH_MS);
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
