import { failuresIn } from './failures.ts';
import type { Ended } from './worker-process.ts';

const SLOWEST = 20;
const LAST_LINES = 40;

interface Row {
  file: string;
  wallMs: number;
  /** null: its process ended before it could tell. */
  cpuMs: number | null;
}

/** Tells how a run goes, and at its end what failed, what took long and the counts. */
export class RunReport {
  readonly #total: number;
  readonly #started = performance.now();
  readonly #rows: Row[] = [];
  readonly #failedFiles: string[] = [];
  readonly #progress: NodeJS.Timeout;
  /** Why something was skipped, and in how many files. */
  readonly #skips = new Map<string, number>();
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  constructor(total: number) {
    this.#total = total;
    const isTerminal = process.stdout.isTTY;
    this.#progress = setInterval(() => this.#tell(isTerminal ? '\r' : '\n'), isTerminal ? 500 : 10_000);
  }

  ended(file: string, ended: Ended): void {
    const cpuMs = ended.kind === 'done' ? ended.cpuMs : null;
    this.#rows.push({ file, wallMs: ended.wallMs, cpuMs });
    for (const reason of skipsIn(ended.output)) this.#skips.set(reason, (this.#skips.get(reason) ?? 0) + 1);
    const faults = faultsOf(ended);
    if (ended.kind === 'done') {
      this.#passed += ended.passed;
      this.#skipped += ended.skipped;
      this.#failed += Math.max(ended.failed, faults.length > 0 ? 1 : 0);
    } else {
      this.#failed += 1;
    }
    if (faults.length === 0) return;
    this.#failedFiles.push(file);
    console.log(`\nFAILED ${file}`);
    for (const fault of faults) console.log(`  ${fault.replaceAll('\n', '\n  ')}`);
  }

  /** The slowest files, the failed ones, and the counts as the last line. */
  finish(cpuMs: number): { failed: number; passed: number } {
    clearInterval(this.#progress);
    const slowest = this.#rows.toSorted((a, b) => b.wallMs - a.wallMs).slice(0, SLOWEST);
    console.log(`\nThe slowest files, in seconds\n${cells('time', 'processor', 'file')}`);
    for (const row of slowest) {
      const cpu = row.cpuMs === null ? '-' : seconds(row.cpuMs);
      console.log(cells(seconds(row.wallMs), cpu, row.file));
    }
    const wall = seconds(performance.now() - this.#started);
    console.log(`\n${this.#rows.length} files in ${wall} s, with ${seconds(cpuMs)} s of processor time`);
    for (const [reason, files] of this.#skips) console.log(`\nSKIPPED in ${files} files: ${reason}`);
    if (this.#failedFiles.length > 0) console.log(`\nFailed:\n  ${this.#failedFiles.join('\n  ')}`);
    const skipped = this.#skipped > 0 ? `, ${this.#skipped} skipped` : '';
    console.log(`\n${this.#passed} passed, ${this.#failed} failed${skipped}`);
    return { failed: this.#failed, passed: this.#passed };
  }

  #tell(end: string): void {
    const time = seconds(performance.now() - this.#started);
    process.stdout.write(
      `${time} s: ${this.#rows.length} of ${this.#total} files, ${this.#passed} passed, ${this.#failed} failed${end}`,
    );
  }
}

/** Why a file failed, in words; none: it did not. */
function faultsOf(ended: Ended): string[] {
  const { output } = ended;
  if (ended.kind === 'crashed') return [`Its process ended (${ended.how}).${lastWords(output)}`];
  if (ended.kind === 'hung') return [`Cut off after ${seconds(ended.limitMs)} s.${lastWords(output)}`];
  const failures = failuresIn(output);
  if (ended.failed > 0 && failures.length === 0) failures.push(`It failed.${lastWords(output)}`);
  if (ended.passed + ended.failed + ended.skipped === 0) failures.push('It has no assertion.');
  const left = ended.leaks.map((leak) => `Left behind: ${leak}`);
  return [...failures, ...left];
}

/** The reasons for which a file skipped something. */
const skipsIn = (output: string): Set<string> =>
  new Set([...output.matchAll(/^ *ok \d+ - .* # SKIP (.+)$/gm)].map(([, reason]) => reason as string));

const lastWords = (output: string) =>
  `\nIts last output:\n${output.trimEnd().split('\n').slice(-LAST_LINES).join('\n')}`;

const seconds = (ms: number) => (ms / 1_000).toFixed(1);

const cells = (wall: string, cpu: string, file: string) => `${wall.padStart(8)} ${cpu.padStart(10)}  ${file}`;
