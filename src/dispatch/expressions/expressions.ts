import { availableParallelism } from 'node:os';
import { LRUCache } from 'lru-cache';
import { describeExpressionFault } from '../../domain/expression.ts';
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
  /** `input` is JSON text. Never rejects. */
  evaluate(expression: string, input: string): Promise<Evaluation>;
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
}

interface Task {
  expression: string;
  input: string;
  settle: (evaluation: Evaluation) => void;
}

const MAX_WAITING = 2_000;
/** Each of those may cost its full limit, and keeps a worker waiting meanwhile. */
const MAX_SLOW_WAITING = 8;
/** How long an expression that passed a limit, or came near one, stands behind the others. */
const SLOW_FOR_MS = 60_000;

export function createExpressions(options: ExpressionsOptions = {}): Expressions {
  const { limitMs = 1_000, maxMemoryMb = 64, maxResultBytes = 1_048_576 } = options;
  const slowMs = options.slowMs ?? limitMs / 5;
  const processes = options.processes ?? Math.min(2, availableParallelism());
  const idle: Evaluator[] = [];
  const busy = new Map<Evaluator, Task>();
  const waiting: Task[] = [];
  const slow = new LRUCache<string, true>({ max: 1_000, ttl: SLOW_FOR_MS });
  let isClosed = false;

  const isSlow = ({ expression }: Task) => slow.has(expression);

  /** Slow ones come last, and never have all processes: others' expressions get through beside them. */
  const takeNext = (): Task | undefined => {
    const quick = waiting.findIndex((task) => !isSlow(task));
    const slowRunning = [...busy.values()].filter(isSlow).length;
    const mayBeSlow = slowRunning < Math.max(1, processes - 1);
    const at = quick >= 0 ? quick : mayBeSlow && waiting.length > 0 ? 0 : -1;
    return at < 0 ? undefined : waiting.splice(at, 1)[0];
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
    const { expression, input } = task;
    const ending = await evaluator.evaluate({ expression, input, limitMs, maxResultBytes });
    busy.delete(evaluator);
    if (evaluator.isAlive) idle.push(evaluator);
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
    evaluate: (expression, input) =>
      new Promise((settle) => {
        const task = { expression, input, settle };
        if (isClosed) return settle(CLOSED);
        const isFull = isSlow(task)
          ? waiting.filter(isSlow).length >= MAX_SLOW_WAITING
          : waiting.length >= MAX_WAITING;
        if (isFull) return settle(unavailable('Too many evaluations wait already.'));
        waiting.push(task);
        startNext();
      }),
    close: async () => {
      isClosed = true;
      for (const task of waiting.splice(0)) task.settle(CLOSED);
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

type Limits = Required<Omit<ExpressionsOptions, 'processes' | 'slowMs'>>;

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
