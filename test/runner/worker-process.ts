import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { END_OF_OUTPUT, type Order, type Outcome, type Report } from './messages.ts';

const program = fileURLToPath(new URL('./worker.js', import.meta.url));

/** What became of one file. */
export type Ended = { output: string } & (
  | ({ kind: 'done' } & Outcome)
  /** Its process ended before it did. */
  | { kind: 'crashed'; how: string; wallMs: number }
  | { kind: 'hung'; limitMs: number; wallMs: number }
);

/** A process that runs test files, one after the other. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown[]>;
  #output = '';

  constructor(env: NodeJS.ProcessEnv) {
    // In a group of its own: Ctrl-C is for the runner, which then ends all of them.
    this.#child = fork(program, [], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
      env,
      // Rubbish is collected less often: it is the same rubbish, at a third of the cost.
      execArgv: ['--max-semi-space-size=64'],
    });
    this.#exited = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        if (text.includes('\u0000')) this.#child.emit('progress');
      });
    }
  }

  /** `defaultLimitMs`: how long it may take unless it asks for more. */
  async run(order: Order, defaultLimitMs: number): Promise<Ended> {
    const started = performance.now();
    this.#output = '';
    let limitMs = defaultLimitMs;
    let timer: NodeJS.Timeout | undefined;
    const ended = await new Promise<Omit<Ended, 'output'>>((resolve) => {
      const wallMs = () => performance.now() - started;
      const setLimit = () => {
        clearTimeout(timer);
        timer = setTimeout(
          () => resolve({ kind: 'hung', limitMs, wallMs: wallMs() } as Ended),
          limitMs - wallMs(),
        );
      };
      setLimit();
      this.#child.on('message', (report: Report) => {
        if (report.kind === 'done') return void this.#read().then(() => resolve(report));
        // tap has messages of its own for whoever started it.
        if (report.kind !== 'limit') return;
        limitMs = report.ms;
        setLimit();
      });
      void this.#exited.then(([code, signal]) =>
        resolve({ kind: 'crashed', how: String(signal ?? `exit code ${code}`), wallMs: wallMs() } as Ended),
      );
      this.#child.send(order);
    });
    clearTimeout(timer);
    this.#child.removeAllListeners('message');
    return { ...ended, output: this.#output.replace(END_OF_OUTPUT, '') } as Ended;
  }

  /** Resolves when all that the file wrote is here: it and the report come by different ways. */
  async #read(): Promise<void> {
    while (!this.#output.includes(END_OF_OUTPUT)) await once(this.#child, 'progress');
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}
