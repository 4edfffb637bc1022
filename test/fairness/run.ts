import { setTimeout as delay } from 'node:timers/promises';
import type { AttackerMethods } from './attacker.ts';
import type { AttackName } from './attacks.ts';
import type { Target } from './client.ts';
import type { NeighbourMethods, Seen } from './neighbour.ts';
import { startRemote } from './remote.ts';

export const TIMED = ['webhooks', 'executes', 'lists', 'deliveries'] as const;

/** What an attack did to the neighbour: medians over the rounds, in milliseconds. */
export interface Verdict {
  attack: AttackName;
  alone: Record<(typeof TIMED)[number], number>;
  during: Record<(typeof TIMED)[number], number>;
  livez: number;
  refused: Record<string, number>;
  undelivered: number;
  /** What is more than a neighbour may suffer; empty: nothing. */
  harm: string[];
}

export interface FairnessOptions {
  target: Target & { databaseUrl: string };
  attacks: readonly AttackName[];
  rounds: number;
  /** Of one measurement. */
  ms: number;
  onVerdict: (verdict: Verdict) => void;
}

/** Time for an attack to take hold, and for the service to recover from one. */
const SETTLE_MS = 700;
const MAX_LIVEZ_MS = 250;

/** Measures, before and during each attack, what another organization sees. */
export async function runFairness(options: FairnessOptions): Promise<Verdict[]> {
  const { target, attacks, rounds, ms, onVerdict } = options;
  const neighbour = startRemote<NeighbourMethods>('test/fairness/neighbour.ts');
  const attacker = startRemote<AttackerMethods>('test/fairness/attacker.ts');
  const verdicts: Verdict[] = [];
  try {
    await neighbour.call('open', target);
    await attacker.call('open', target);
    await neighbour.call('measure', ms);
    for (const attack of attacks) {
      const pairs: { alone: Seen; during: Seen }[] = [];
      for (let round = 0; round < rounds; round++) {
        const alone = await neighbour.call('measure', ms);
        await attacker.call('start', attack);
        await delay(SETTLE_MS);
        const during = await neighbour.call('measure', ms);
        await attacker.call('stop', null);
        await delay(SETTLE_MS);
        pairs.push({ alone, during });
      }
      const verdict = judge(attack, pairs);
      verdicts.push(verdict);
      onVerdict(verdict);
    }
  } finally {
    await Promise.all([neighbour.stop(), attacker.stop()]);
  }
  return verdicts;
}

function judge(attack: AttackName, pairs: { alone: Seen; during: Seen }[]): Verdict {
  const medians = (side: 'alone' | 'during') =>
    Object.fromEntries(
      TIMED.map((name) => [name, median(pairs.map((pair) => pair[side][name]))]),
    ) as Verdict['alone'];
  const [alone, during] = [medians('alone'), medians('during')];
  const livez = median(pairs.map((pair) => pair.during.livez));
  const refused: Record<string, number> = {};
  for (const pair of pairs) {
    for (const [name, count] of Object.entries(pair.during.refused))
      refused[name] = (refused[name] ?? 0) + count;
  }
  const undelivered = pairs.reduce((sum, pair) => sum + pair.during.undelivered, 0);
  const harm = TIMED.flatMap((name) => {
    const limit = Math.max(2 * alone[name], alone[name] + 50);
    return during[name] <= limit
      ? []
      : [`${name}: ${Math.round(during[name])} ms, over ${Math.round(limit)}`];
  });
  if (livez > MAX_LIVEZ_MS) harm.push(`livez: ${Math.round(livez)} ms, over ${MAX_LIVEZ_MS}`);
  if (Object.keys(refused).length > 0) harm.push(`refused: ${JSON.stringify(refused)}`);
  if (undelivered > 0) harm.push(`not delivered: ${undelivered}`);
  return { attack, alone, during, livez, refused, undelivered, harm };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** One line of the table that `npm run bench -- fairness` prints. */
export function formatVerdict({ attack, alone, during, livez, harm }: Verdict): string {
  const pair = (name: (typeof TIMED)[number]) =>
    `${Math.round(alone[name])}>${Math.round(during[name])}`.padStart(11);
  const verdict = harm.length === 0 ? 'holds' : `HARM ${harm.join('; ')}`;
  return `${attack.padEnd(20)}${TIMED.map(pair).join(' ')} ${String(Math.round(livez)).padStart(7)}  ${verdict}`;
}

export const TABLE_HEAD = `${'attack'.padEnd(20)}${TIMED.map((name) => name.padStart(11)).join(' ')} ${'livez'.padStart(7)}`;
