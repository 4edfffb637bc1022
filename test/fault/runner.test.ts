import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moduleFor } from '../helpers/checkout.ts';
import { eventually } from '../helpers/eventually.ts';
import { processesIn } from '../helpers/processes.ts';
import t, { type Test } from '../helpers/tap.ts';

t.setTimeout(280_000);

/** Runs files of examples/ as `npm test` runs its files, in a temporary folder of their own. */
function start(t: Test, ...examples: string[]) {
  const { url } = moduleFor('test/runner/main.ts');
  const script = `const { main } = await import(${JSON.stringify(url)}); process.exitCode = await main(process.argv.slice(1));`;
  const files = examples.map((name) => `test/runner/examples/${name}.ts`);
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, ...files], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const seen = { output: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      seen.output += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output: seen.output }));
  return { child, seen, ended };
}

/** What it tells of one file that failed. */
const toldOf = (output: string, name: string): string =>
  output
    .split(/^(?=FAILED |The slowest)/m)
    .find((part) => part.startsWith(`FAILED test/runner/examples/${name}.ts`)) ?? '';

t.test('what fails is told with the tests that it is in, and where', async (t) => {
  const { code, output } = await start(t, 'fails', 'throws', 'passes', 'asserts-nothing').ended;
  t.equal(code, 1);
  const fails = toldOf(output, 'fails');
  t.match(fails, 'the outer one › the inner one › one is two');
  t.match(fails, /test\/runner\/examples\/fails\.ts:6:7/, 'in the source, not in what was compiled of it');
  t.match(toldOf(output, 'throws'), 'thrown while it is imported');
  t.match(toldOf(output, 'asserts-nothing'), 'It has no assertion.');
  t.equal(toldOf(output, 'passes'), '');
  t.match(output, 'SKIPPED in 1 files: there is no such thing here');
  t.match(output, /\n\d+ passed, 3 failed, 1 skipped\n$/);
});

t.test(
  'a file that ends its process, or never ends, is named with its last words, and others go on',
  async (t) => {
    const { code, output } = await start(t, 'crashes', 'hangs', 'waits', 'passes').ended;
    t.equal(code, 1);
    t.match(
      toldOf(output, 'crashes'),
      /Its process ended \(exit code 7\)[\s\S]*the last words before the crash/,
    );
    t.match(toldOf(output, 'hangs'), /Cut off after 5\.0 s[\s\S]*the last words before it hangs/);
    t.match(toldOf(output, 'waits'), /Cut off after 5\.0 s[\s\S]*the last words before it waits/);
    t.match(output, /\n1 passed, 3 failed, 1 skipped\n$/);
  },
);

t.test('what a file leaves behind fails it by name, and is taken away', async (t) => {
  const kinds = ['listener', 'folder', 'process', 'timer', 'database', 'connection'];
  const { code, output } = await start(t, ...kinds.map((kind) => `leaves-${kind}`)).ended;
  t.equal(code, 1);
  const told = (kind: string) => toldOf(output, `leaves-${kind}`);
  t.match(told('listener'), /Left behind: \d open: TCPServerWrap/);
  t.match(told('folder'), /Left behind: a file or folder: .*forgotten-/);
  t.match(told('process'), /Left behind: a process: \d+ sleep 3600/);
  t.match(told('timer'), /Left behind: \d open: Timeout/);
  t.match(told('database'), /Left behind: a database: hookgate_test_/);
  t.match(told('connection'), /Left behind: \d open: TCPSocketWrap/);
  t.match(output, new RegExp(`\\n${kinds.length} passed, ${kinds.length} failed\\n$`));
  t.same(await readdir(tmpdir()), [], 'nothing is left of the run');
});

t.test('Ctrl-C leaves nothing: no service, no Postgres, no folder', async (t) => {
  const { child, seen, ended } = start(t, 'stays');
  await eventually('a run has its folder', async () => (await readdir(tmpdir())).length > 0);
  const [name = ''] = await readdir(tmpdir());
  const folder = join(tmpdir(), name);
  // The service, its Postgres, and the worker that started them.
  await eventually('all of it runs', async () => (await processesIn(folder)).length > 8, {
    withinMs: 60_000,
  });
  child.kill('SIGINT');
  t.match(await ended, { code: 130 }, seen.output);
  t.same(await processesIn(folder), []);
  t.same(await readdir(tmpdir()), []);
});
