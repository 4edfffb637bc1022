import { type ChildProcess, fork } from 'node:child_process';
import { type Answered, type EvaluationRequest, type EvaluatorAnswer, READY } from './protocol.ts';

/** `crashed`: its process ended meanwhile, as out of memory does. `not_started`: there was none. */
export type Ending = EvaluatorAnswer | { status: 'crashed' } | { status: 'not_started' };

const START_LIMIT_MS = 20_000;
/** On top of an evaluation's own limit, which its process keeps itself where it can. */
const GRACE_MS = 500;

const isSource = import.meta.url.endsWith('.ts');
const source = new URL('./evaluator-process.ts', import.meta.url);
const file = isSource ? source : new URL('./evaluator-process.js', import.meta.url);

interface InHand {
  request: EvaluationRequest;
  settle: (ending: Ending) => void;
  timer: NodeJS.Timeout;
}

/**
 * A process that evaluates one expression at a time. A process, not a thread: a thread that uses up its memory
 * with one big array, which takes an expression of twelve characters, takes the whole process with it, in
 * spite of its `resourceLimits`.
 */
export class Evaluator {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #isReady = false;
  #inHand: InHand | null = null;
  /** Whether it can be asked (again). */
  isAlive = true;
  /** What was evaluated before may have left something behind. */
  isFresh = true;
  /** Milliseconds of processor time that the last evaluation took which was answered. */
  lastCpuMs = 0;

  constructor({ maxMemoryMb }: { maxMemoryMb: number }) {
    this.#child = fork(file, [], {
      // Nothing of ours: the environment has credentials in it.
      env: {},
      execArgv: [
        `--max-old-space-size=${maxMemoryMb}`,
        '--max-semi-space-size=4',
        ...(isSource ? [`--import=${import.meta.resolve('tsx')}`] : []),
      ],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#exited = new Promise((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.on('message', (message) => this.#receive(message as Answered | typeof READY));
    this.#child.on('exit', () => this.#end());
    this.#child.on('error', () => this.#end());
    // What waits for an answer keeps our process alive, with its timer; an idle evaluator does not.
    this.#child.unref();
    this.#child.channel?.unref();
  }

  /** One at a time. Never rejects. */
  evaluate(request: EvaluationRequest): Promise<Ending> {
    return new Promise((settle) => {
      const timer = setTimeout(() => this.#finish({ status: 'not_started' }, 'kill'), START_LIMIT_MS);
      this.#inHand = { request, settle, timer };
      if (!this.isAlive) this.#end();
      else if (this.#isReady) this.#post(this.#inHand);
    });
  }

  /** What is in hand ends as crashed. */
  async kill(): Promise<void> {
    this.isAlive = false;
    // `false`: it is gone already, or never was.
    if (this.#child.exitCode === null && this.#child.signalCode === null && this.#child.kill('SIGKILL')) {
      this.#child.ref();
      await this.#exited;
    }
    this.#end();
  }

  #receive(message: Answered | typeof READY): void {
    if (message === READY) {
      this.#isReady = true;
      if (this.#inHand) this.#post(this.#inHand);
    } else {
      this.lastCpuMs = message.cpuMs;
      this.#finish(message.answer);
    }
  }

  #post(inHand: InHand): void {
    clearTimeout(inHand.timer);
    const limitMs = inHand.request.limitMs + GRACE_MS;
    inHand.timer = setTimeout(() => this.#finish({ status: 'timed_out' }, 'kill'), limitMs);
    this.#child.send(inHand.request, (error) => {
      if (error) this.#end();
    });
  }

  #end(): void {
    this.isAlive = false;
    this.#finish({ status: this.#isReady ? 'crashed' : 'not_started' });
  }

  #finish(ending: Ending, then?: 'kill'): void {
    if (then === 'kill') {
      this.isAlive = false;
      this.#child.kill('SIGKILL');
    }
    const inHand = this.#inHand;
    if (!inHand) return;
    clearTimeout(inHand.timer);
    this.#inHand = null;
    this.isFresh = false;
    inHand.settle(ending);
  }
}
