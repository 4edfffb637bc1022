// What `npm test` runs: one Postgres for the whole run, then tap with the arguments given here (file names,
// tap options), then the counts as the last line. Fails when a test fails, and when there was none.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register();
process.chdir(fileURLToPath(new URL('..', import.meta.url)));

// While tap is stopping its tests after a signal, we wait for it: the server must outlive them, not us.
const interruptions = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interruptions.abort(signal));

const tap = fileURLToPath(new URL('./run.mjs', import.meta.resolve('tap')));
await generateTap();

const folder = await mkdtemp(join(tmpdir(), 'hookgate-tap-'));
const server = await startServer();
try {
  process.exitCode = await runTap(server?.url);
} finally {
  await server?.remove();
  await rm(folder, { recursive: true, force: true });
}

/** The server for the whole run; none when TEST_DATABASE_URL names one. */
async function startServer() {
  if (process.env.TEST_DATABASE_URL) return undefined;
  const { startSharedCluster } = await import('../test/helpers/shared.ts');
  return startSharedCluster();
}

/**
 * tap is generated from its plugins. When it finds that they changed it generates itself anew and still runs the
 * tests of that run with the old ones, which fails; so after a fresh install this is done beforehand.
 */
async function generateTap() {
  const excluded = [...(await readFile('.taprc', 'utf8')).matchAll(/^\s*-\s*["']!(.+)["']$/gm)].map(
    ([, name]) => name,
  );
  const generated = createRequire(fileURLToPath(import.meta.resolve('tap'))).resolve('@tapjs/test/built');
  const text = await readFile(generated, 'utf8');
  if (!excluded.some((plugin) => text.includes(plugin))) return;
  console.log('Preparing tap for its first run');
  const [code] = await once(
    spawn(process.execPath, [tap, 'build'], { stdio: ['ignore', 'inherit', 'inherit'] }),
    'close',
  );
  if (code !== 0) throw new Error('tap could not be prepared.');
}

async function runTap(serverUrl) {
  const output = join(folder, 'output.tap');
  // Without a terminal tap would print every passing assertion; `min` prints what failed.
  const reporter = process.stdout.isTTY ? [] : ['--reporter=min', '--no-color'];
  const child = spawn(
    process.execPath,
    [tap, 'run', `--output-file=${output}`, ...reporter, ...process.argv.slice(2)],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...(serverUrl && { HOOKGATE_TEST_SERVER_URL: serverUrl }) },
    },
  );
  interruptions.signal.addEventListener('abort', () => child.kill(interruptions.signal.reason));
  if (interruptions.signal.aborted) child.kill(interruptions.signal.reason);
  const [code] = await once(child, 'close');
  const text = await read(output);
  // The reporter keeps some failures to itself, e.g. of files whose process does not end well.
  for (const [failure] of text.matchAll(/^( *)not ok .*\n(?:\1 {2}---\n(?:\1 {2}.*\n)*?\1 {2}\.\.\.\n)?/gm))
    console.error(failure);
  const { passed, failed } = count(text);
  console.log(`${passed} passed, ${failed} failed`);
  if (passed + failed === 0) console.error('No test was run.');
  return code === 0 && failed === 0 && passed > 0 ? 0 : code || 1;
}

/** The assertions of all files, from the line in which tap sums them up; a file that crashes counts as one. */
function count(text) {
  const summary = text.match(/^# \{ total: .*\}$/m)?.[0] ?? '';
  const number = (name) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(summary)?.[1] ?? 0);
  return { passed: number('pass'), failed: number('fail') };
}

async function read(file) {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}
