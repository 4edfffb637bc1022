/** How often a property is tried when nothing is said: enough to notice that it has stopped to hold at all. */
const FEW = 100;

/**
 * How often to try a property with made-up input: FUZZ_RUNS times; with `FUZZ_RUNS=full` as often as it takes to find
 * what is rare; never more often than that.
 */
export function fuzzRuns(full: number): number {
  const asked = process.env.FUZZ_RUNS ?? String(FEW);
  if (asked === 'full') return full;
  const runs = Number(asked);
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error(`FUZZ_RUNS must be "full" or a number, not ${asked}`);
  return Math.min(runs, full);
}
