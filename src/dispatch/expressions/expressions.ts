import { availableParallelism } from 'node:os';
import { LRUCache } from 'lru-cache';
import { describeExpressionFault } from '../../domain/expression.ts';
import { FairQueue } from '../../runtime/fair-queue.ts';
import type { Meter } from '../../runtime/meter.ts';
import { type Ending, Evaluator } from './evaluator.ts';
import type { EvaluationResult } from './protocol.ts';

/**
 * `time`, `memory`, `size`: a limit was passed. `error`: JSONata's own. `unavailable`: it was not evaluated, and
 * may well be later.
 */
export type EvaluationFailure = {
  status: 'failed';
  reason: 'error' | 'time' | 'memory' | 'size' | 'unavailable';
  detail: string;
};

export type Evaluation = EvaluationResult | EvaluationFailure;

/** Evaluates JSONata that nobody vouches for. */
export interface Expressions {
  /** `input` is JSON text, `owner` the organization that is charged. Never rejects. */
  evaluate(expression: string, input: string, owner: string): Promise<Evaluation>;
  /** Ends what is under way and whatever waits as `unavailable`. */
  close(): Promise<void>;
}

export interface ExpressionsOptions {
  /** Processes at most, each started when it is first needed. Default: two, or one on a single core. */
  processes?: number;
  /** For one evaluation, in milliseconds. Default 1,000. */
  limitMs?: number;
  /** Milliseconds of processor time that make an expression a slow one. Default: a fifth of the limit. */
  slowMs?: number;
  /** Of the heap of a process. Default 64. */
  maxMemoryMb?: number;
  /** Of the result's JSON. Default 1 MiB. */
  maxResultBytes?: number;
  /** Left out: for one owner alone. */
  shares?: ExpressionShares;
}

/** How much of the evaluators one owner may have while others wait. */
export interface ExpressionShares {
  /** Milliseconds of processor time. */
  spend(owner: string, ms: number): void;
  isSpent(owner: string): boolean;
  /** How many evaluations of one may wait. */
  maxWaiting(owner: string): number;
  onRefused(owner: string): void;
  /** Is told once what waits, to be shown. */
  onOpen(waiting: Meter): void;
}

interface Task {
  owner: string;
  expression: string;
  input: string;
  settle: (evaluation: Evaluation) => void;
}

/** Each of those may cost its full limit, and keeps a worker waiting meanwhile. */
const MAX_SLOW_WAITING = 8;
/** How long an expression that passed a limit, or came near one, stands behind the others. */
const SLOW_FOR_MS = 60_000;

/** For who has all for themselves. */
const UNSHARED: ExpressionShares = {
  spend() {},
  isSpent: () => false,
  maxWaiting: () => 2_000,
  onRefused() {},
  onOpen() {},
};

export function createExpressions(options: ExpressionsOptions = {}): Expressions {
  const { limitMs = 1_000, maxMemoryMb = 64, maxResultBytes = 1_048_576, shares = UNSHARED } = options;
  const slowMs = options.slowMs ?? limitMs / 5;
  const processes = options.processes ?? Math.min(2, availableParallelism());
  const idle: Evaluator[] = [];
  const busy = new Map<Evaluator, Task>();
  const waiting = new FairQueue<Task>();
  shares.onOpen(waiting);
  const slow = new LRUCache<string, true>({ max: 1_000, ttl: SLOW_FOR_MS });
  let isClosed = false;

  const isSlow = ({ expression }: Task) => slow.has(expression);

  /** Of the processes, those that slow expressions, or one owner who has had its share, may take up together. */
  const most = Math.max(1, processes - 1);

  /** What is quick, and what is another's, gets through beside what is slow. */
  const takeNext = (): Task | undefined => {
    const running = [...busy.values()];
    const mayBeSlow = running.filter(isSlow).length < most;
    return waiting.take((tasks, owner) => {
      const own = running.filter((task) => task.owner === owner).length;
      if (own >= most && shares.isSpent(owner)) return -1;
      const quick = tasks.findIndex((task) => !isSlow(task));
      return quick < 0 && mayBeSlow ? 0 : quick;
    });
  };

  const isFull = (task: Task): boolean => {
    const others = waiting.of(task.owner);
    return isSlow(task)
      ? others.filter(isSlow).length >= MAX_SLOW_WAITING
      : others.length >= shares.maxWaiting(task.owner);
  };

  const startNext = (): void => {
    while (!isClosed && busy.size < processes) {
      const task = takeNext();
      if (!task) return;
      void run(task, idle.pop() ?? new Evaluator({ maxMemoryMb }));
    }
  };

  const run = async (task: Task, evaluator: Evaluator): Promise<void> => {
    const { isFresh } = evaluator;
    busy.set(evaluator, task);
    const { expression, input, owner } = task;
    const startedAt = performance.now();
    const ending = await evaluator.evaluate({ expression, input, limitMs, maxResultBytes });
    busy.delete(evaluator);
    if (evaluator.isAlive) idle.push(evaluator);
    const costMs = evaluator.isAlive ? evaluator.lastCpuMs : performance.now() - startedAt;
    waiting.charge(owner, costMs);
    shares.spend(owner, costMs);
    // What used up the memory may be what others left behind: it has a process of its own before it is blamed.
    if (ending.status === 'crashed' && !isFresh && !isClosed) {
      void run(task, new Evaluator({ maxMemoryMb }));
      return;
    }
    // One that stays just below its limit keeps the others waiting as long as one that passes it.
    const isLong = evaluator.lastCpuMs > slowMs;
    if (isLong || ending.status === 'timed_out' || ending.status === 'crashed') slow.set(expression, true);
    else slow.delete(expression);
    task.settle(isClosed ? CLOSED : toEvaluation(ending, { limitMs, maxMemoryMb, maxResultBytes }));
    startNext();
  };

  return {
    evaluate: (expression, input, owner) =>
      new Promise((settle) => {
        const task = { owner, expression, input, settle };
        if (isClosed) return settle(CLOSED);
        if (isFull(task)) {
          shares.onRefused(owner);
          return settle(unavailable('Too many evaluations wait already.'));
        }
        waiting.push(owner, task);
        startNext();
      }),
    close: async () => {
      isClosed = true;
      for (const task of waiting.drain()) task.settle(CLOSED);
      await Promise.all([...busy.keys(), ...idle.splice(0)].map((evaluator) => evaluator.kill()));
    },
  };
}

const unavailable = (detail: string): EvaluationFailure => ({
  status: 'failed',
  reason: 'unavailable',
  detail,
});
const CLOSED = unavailable('The service is shutting down.');

type Limits = Required<Omit<ExpressionsOptions, 'processes' | 'slowMs' | 'shares'>>;

function toEvaluation(ending: Ending, limits: Limits): Evaluation {
  if (ending.status === 'evaluated') return ending;
  if (ending.status === 'not_started') return unavailable('The process that evaluates did not start.');
  return { status: 'failed', ...failureOf(ending, limits) };
}

function failureOf(
  ending: Exclude<Ending, { status: 'evaluated' | 'not_started' }>,
  { limitMs, maxMemoryMb, maxResultBytes }: Limits,
): Omit<EvaluationFailure, 'status'> {
  switch (ending.status) {
    case 'failed':
      return { reason: 'error', detail: describeExpressionFault(ending) };
    case 'timed_out':
      return { reason: 'time', detail: `It took longer than ${limitMs} ms.` };
    case 'too_large':
      return { reason: 'size', detail: `Its result has more than ${maxResultBytes} bytes.` };
    case 'crashed':
      return { reason: 'memory', detail: `It needed more than ${maxMemoryMb} MiB.` };
  }
}
