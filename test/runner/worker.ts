import { Writable } from 'node:stream';
import root from 'tap';
import { processorTime } from '../helpers/processor-time.ts';
import { enterFile, type Test } from '../helpers/tap.ts';
import { findLeaks, resourcesNow } from './leaks.ts';
import { END_OF_OUTPUT, type Order, type Report } from './messages.ts';

// Runs one test file after the other in this process, as the runner orders. Each is a test of tap's root, so that
// its tests, hooks and teardowns end with it.

const send = (report: Report) => process.send?.(report);

// Not `root.pipe(process.stdout)`, with which tap would take the process over: its exit code, its end.
root.pipe(
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      process.stdout.write(chunk, () => done());
    },
  }),
);

async function run({ file, folder, needsPostgres }: Order): Promise<void> {
  process.env.TMPDIR = folder;
  const before = resourcesNow();
  const started = performance.now();
  const used = processorTime();
  let test: Test | undefined;
  // A file with `bail` or an error of its own still ends: what it was is in its output.
  await root.test(file, async (t) => {
    test = t;
    enterFile(t, (ms) => send({ kind: 'limit', ms }));
    await import(compiled(file));
  });
  const wallMs = performance.now() - started;
  const serverUrl = needsPostgres ? process.env.HOOKGATE_TEST_SERVER_URL : undefined;
  const leaks = await findLeaks({ before, folder, serverUrl });
  const { pass = 0, fail = 0, skip = 0 } = test?.counts ?? {};
  process.stdout.write(END_OF_OUTPUT);
  send({
    kind: 'done',
    passed: pass,
    failed: fail,
    skipped: skip,
    wallMs,
    cpuMs: processorTime() - used,
    leaks,
  });
}

const compiled = (file: string) => new URL(`../../${file.replace(/\.ts$/, '.js')}`, import.meta.url).href;

process.on('message', (order: Order) => void run(order));
// The runner is gone: nobody waits for this any more, and what it started is stopped by its exit.
process.on('disconnect', () => process.exit(1));
