import { chmod, mkdtemp, readFile, realpath, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { processorTime } from '../helpers/processor-time.ts';
import { startSharedCluster } from '../helpers/shared.ts';
import { runFiles } from './pool.ts';
import { RunReport } from './report.ts';
import { type RunName, type Selected, selectFiles } from './selection.ts';
import { sweep } from './sweep.ts';

const TIMINGS = 'build/timings.json';
const UNKNOWN_MS = 1e9;

const OPTIONS = {
  fault: { type: 'boolean', default: false },
  soak: { type: 'boolean', default: false },
  jobs: { type: 'string', default: process.env.TEST_JOBS ?? String(availableParallelism()) },
  isolated: { type: 'boolean', default: false },
} as const;

/** Runs the tests that the arguments name, or all of a run, and returns the exit code. */
export async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const run: RunName = values.soak ? 'soak' : values.fault ? 'fault' : 'test';
  const timings = await readTimings();
  const files = longestFirst(await selectFiles(run, positionals), timings);
  const interruptions = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => interruptions.abort(name));

  const folder = await realpath(await mkdtemp(join(tmpdir(), 'hookgate-run-')));
  await chmod(folder, 0o711);
  process.env.HOOKGATE_TEST_RUN = folder;
  process.env.TMPDIR = folder;
  const report = new RunReport(files.length);
  const interrupted = new Promise<void>((done) =>
    interruptions.signal.addEventListener('abort', () => void sweep(folder).then(done)),
  );
  const server = files.some((file) => file.needsPostgres) ? await startServer() : undefined;
  const running = runFiles(files, {
    folder,
    jobs: Number(values.jobs),
    isolated: values.isolated || run !== 'test',
    signal: interruptions.signal,
    env: {
      ...process.env,
      TAP_TIMEOUT: '0',
      FUZZ_RUNS: process.env.FUZZ_RUNS ?? (run === 'test' ? '100' : 'full'),
      // Node 22 and newer keep what they have compiled of the JavaScript; older ones know nothing of this.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? resolve('build/.cache'),
      ...(server && { HOOKGATE_TEST_SERVER_URL: server.url }),
    },
    onEnded(file, ended) {
      timings[file] = ended.wallMs;
      report.ended(file, ended);
    },
  });
  await Promise.race([running, interrupted]);
  await server?.remove();
  await sweep(folder);
  const { passed, failed } = report.finish(processorTime());
  if (interruptions.signal.aborted) return 130;
  await writeFile(TIMINGS, JSON.stringify(timings));
  if (passed + failed === 0) console.error('No test was run.');
  return failed > 0 || passed === 0 ? 1 : 0;
}

/** The server for the whole run; none when TEST_DATABASE_URL names one. */
const startServer = async () => (process.env.TEST_DATABASE_URL ? undefined : startSharedCluster());

type Timings = Record<string, number>;

async function readTimings(): Promise<Timings> {
  try {
    return JSON.parse(await readFile(TIMINGS, 'utf8')) as Timings;
  } catch {
    // There was no run before, or it was stopped while it wrote this.
    return {};
  }
}

/** So that no core is idle at the end. A file that has not run yet goes first: it may be a long one. */
const longestFirst = (files: Selected[], timings: Timings): Selected[] =>
  files.toSorted((a, b) => (timings[b.file] ?? UNKNOWN_MS) - (timings[a.file] ?? UNKNOWN_MS));
