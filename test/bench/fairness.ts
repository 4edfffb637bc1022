import { ATTACKS, type AttackName } from '../fairness/attacks.ts';
import type { Target } from '../fairness/client.ts';
import { formatVerdict, runFairness, TABLE_HEAD } from '../fairness/run.ts';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);

/** What each attack of one organization costs another: the 99th of 100 answers alone, and meanwhile. */
export async function benchFairness(target: Target & { databaseUrl: string }): Promise<void> {
  const named = process.env.BENCH_ATTACKS?.split(',') ?? Object.keys(ATTACKS);
  console.log(`alone > during, ms: the p99 of ${SECONDS} s, median of ${ROUNDS}`);
  console.log(TABLE_HEAD);
  await runFairness({
    target,
    attacks: named as AttackName[],
    rounds: ROUNDS,
    ms: SECONDS * 1_000,
    onVerdict: (verdict) => console.log(formatVerdict(verdict)),
  });
}
