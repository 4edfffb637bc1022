import { isDataFault } from '../store/faults.ts';

interface Waiting<I, O> {
  input: I;
  resolve: (output: O) => void;
  reject: (error: unknown) => void;
}

/**
 * Joins calls that are made while an earlier one is under way into one: jobs that run side by side share
 * their statements and commits. When the database refuses a batch for its data, its inputs go one by one,
 * so that a bad one fails alone.
 */
export class MicroBatch<I, O> {
  readonly #run: (inputs: I[]) => Promise<O[]>;
  readonly #maxInputs: number;
  #waiting: Waiting<I, O>[] = [];
  #running = false;

  /** `run` answers one output for each input, in order. */
  constructor(run: (inputs: I[]) => Promise<O[]>, maxInputs = 100) {
    this.#run = run;
    this.#maxInputs = maxInputs;
  }

  submit(input: I): Promise<O> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ input, resolve, reject });
      if (!this.#running) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#running = true;
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#settle(this.#waiting.splice(0, this.#maxInputs));
    this.#running = false;
  }

  async #settle(batch: Waiting<I, O>[]): Promise<void> {
    try {
      const outputs = await this.#run(batch.map((waiting) => waiting.input));
      batch.forEach((waiting, i) => {
        waiting.resolve(outputs[i] as O);
      });
    } catch (error) {
      if (isDataFault(error) && batch.length > 1) for (const waiting of batch) await this.#settle([waiting]);
      else for (const waiting of batch) waiting.reject(error);
    }
  }
}
