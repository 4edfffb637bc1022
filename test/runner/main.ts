import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, realpath, statfs, writeFile } from 'node:fs/promises';
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

// One more job than there are cores: much of the time is spent waiting for something to happen.
const OPTIONS = {
  fault: { type: 'boolean', default: false },
  soak: { type: 'boolean', default: false },
  jobs: { type: 'string', default: process.env.TEST_JOBS ?? String(availableParallelism() + 1) },
  isolated: { type: 'boolean', default: false },
  // Seconds, for a file that does not ask for more.
  limit: { type: 'string', default: '120' },
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

  const folder = await makeFolder(tmpdir());
  // What is written to a disk a hundred times a run costs more than all else that Postgres does.
  const memory = await makeFolder(await folderInMemory());
  const sweepAll = () => Promise.all([sweep(folder), sweep(memory)]);
  process.env.HOOKGATE_TEST_RUN = folder;
  process.env.TMPDIR = folder;
  const report = new RunReport(files.length);
  const interrupted = new Promise<void>((done) =>
    interruptions.signal.addEventListener('abort', () => void sweepAll().then(() => done())),
  );
  const server = files.some((file) => file.needsPostgres) ? await startServer(memory) : undefined;
  const running = runFiles(files, {
    folder,
    jobs: Number(values.jobs),
    isolated: values.isolated || run !== 'test',
    limitMs: Number(values.limit) * 1_000,
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
  await sweepAll();
  const { passed, failed } = report.finish(processorTime());
  if (interruptions.signal.aborted) return 130;
  await writeFile(TIMINGS, JSON.stringify(timings));
  if (passed + failed === 0) console.error('No test was run.');
  return failed > 0 || passed === 0 ? 1 : 0;
}

/** The server for the whole run; none when TEST_DATABASE_URL names one. */
const startServer = async (directory: string) =>
  process.env.TEST_DATABASE_URL ? undefined : startSharedCluster(directory);

/** Postgres may run as another user, who must get through. */
async function makeFolder(parent: string): Promise<string> {
  const folder = await realpath(await mkdtemp(join(parent, 'hookgate-run-')));
  await chmod(folder, 0o711);
  return folder;
}

const ROOMY_BYTES = 4 * 1024 ** 3;

/** Where Linux keeps files in memory, if there is room; else where all temporary files are. */
async function folderInMemory(): Promise<string> {
  const shared = '/dev/shm';
  if (!existsSync(shared)) return tmpdir();
  const { bavail, bsize } = await statfs(shared);
  return bavail * bsize >= ROOMY_BYTES ? shared : tmpdir();
}

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
