import type { QueueLog } from '../queue/log.ts';
import type { Loop } from '../queue/loop.ts';
import { createLoop } from '../queue/loop.ts';
import type { DailyBudget, Unwritten } from '../runtime/daily-budget.ts';
import type { DailyUse } from '../store/daily-use.ts';

export interface DailyUsePorts {
  budget: Pick<DailyBudget, 'takeUnwritten' | 'putBack' | 'know' | 'today'>;
  /** Adds, and tells what all processes together have used then. */
  add: (uses: DailyUse[]) => Promise<DailyUse[]>;
  load: (day: number) => Promise<ReadonlyMap<string, number>>;
  log: QueueLog;
}

export interface DailyUseWriter {
  start(): void;
  /** Writes what is left. */
  close(): Promise<void>;
}

const WRITE_EVERY_MS = 1_000;
/** What others have used is read so often, where nothing of one's own was written that told it. */
const READ_EVERY = 5;

/** Writes down what is used of a daily budget, after the answers it was used for, and hears what others have used. */
export function createDailyUse({ budget, add, load, log }: DailyUsePorts): DailyUseWriter {
  let rounds = 0;
  const write = async () => {
    const unwritten = budget.takeUnwritten();
    if (unwritten.length === 0) return;
    try {
      tell(await add(unwritten.flatMap(usesOf)));
    } catch (error) {
      // It may be there all the same, and is counted twice then: better than not at all.
      budget.putBack(unwritten);
      throw error;
    }
  };
  const tell = (totals: DailyUse[]) => {
    for (const { organizationId, day, amount } of totals)
      budget.know(day, new Map([[organizationId, amount]]));
  };
  const loop: Loop = createLoop({
    async round() {
      await write();
      if (rounds++ % READ_EVERY === 0) {
        const day = budget.today();
        budget.know(day, await load(day));
      }
      return WRITE_EVERY_MS;
    },
    subject: 'daily_use',
    log,
  });
  return {
    start: () => loop.start(),
    async close() {
      await loop.stop();
      await write().catch((err: unknown) => log.warn({ err }, 'daily_use.unwritten'));
    },
  };
}

const usesOf = ({ day, amounts }: Unwritten): DailyUse[] =>
  [...amounts].map(([organizationId, amount]) => ({ organizationId, day, amount }));
