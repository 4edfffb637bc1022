import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm, watch, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { lockFolder } from '../../../src/embedded/lock.ts';
import { incarnation } from '../../../src/embedded/processes.ts';
import { temporaryFolder } from '../../embedded/support.ts';
import t, { type Test } from '../../helpers/tap.ts';

async function sleeper(t: Test): Promise<{ child: ChildProcess; pid: number }> {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  await once(child, 'spawn');
  t.teardown(() => child.kill());
  return { child, pid: child.pid ?? 0 };
}

const put = (folder: string, name: string) => writeFile(join(folder, name), '');
const files = async (folder: string) => (await readdir(folder)).sort();

t.test('released, a folder can be locked again', async (t) => {
  const folder = await temporaryFolder(t);
  const lock = await lockFolder(folder);
  await t.rejects(lockFolder(folder), { name: 'EmbeddedError', message: `(process ${process.pid})` });
  await lock.release();
  t.strictSame(await files(folder), []);
  await (await lockFolder(folder)).release();
});

t.test('the lock of a living process counts', async (t) => {
  const folder = await temporaryFolder(t);
  const { pid } = await sleeper(t);
  const name = `lock-${pid}-${await incarnation(pid)}`;
  await put(folder, name);
  await put(folder, `${name}.held`);
  await t.rejects(lockFolder(folder), {
    name: 'EmbeddedError',
    message: `Hookgate is already running in ${folder} (process ${pid}): stop it first`,
  });
  t.strictSame(await files(folder), [name, `${name}.held`]);
});

t.test('the lock of a process that is gone does not', async (t) => {
  const folder = await temporaryFolder(t);
  const { child, pid } = await sleeper(t);
  const name = `lock-${pid}-${await incarnation(pid)}`;
  await put(folder, `${name}.held`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = await lockFolder(folder);
  t.notOk((await files(folder)).includes(`${name}.held`));
  await lock.release();
});

t.test('nor does one whose pid has gone to another process', async (t) => {
  const folder = await temporaryFolder(t);
  const { pid } = await sleeper(t);
  await put(folder, `lock-${pid}-1.00000000.held`);
  await put(folder, `lock-${process.pid}-1.00000000.held`);
  await (await lockFolder(folder)).release();
  t.strictSame(await files(folder), []);
});

t.test('of two that come at once the lower pid wins', async (t) => {
  const folder = await temporaryFolder(t);
  const lower = `lock-1-${await incarnation(1)}`;
  await put(folder, lower);
  await t.rejects(lockFolder(folder), { message: '(process 1)' }, 'it gives way');
  await rm(join(folder, lower));

  let other = await sleeper(t);
  while (other.pid < process.pid) other = await sleeper(t);
  const higher = `lock-${other.pid}-${await incarnation(other.pid)}`;
  await put(folder, higher);
  const locking = lockFolder(folder);
  for await (const _ of watch(folder)) break;
  for (let looks = 0; looks < 100; looks++) {
    if ((await files(folder)).some((name) => name.endsWith('.held')))
      t.fail('it does not wait for the other');
  }
  await rm(join(folder, higher));
  await (await locking).release();
});

t.test('a process that has ended but was not waited for is gone', async (t) => {
  // The shell's child ends and stays a zombie: what the shell has turned into does not wait for it.
  const shell = spawn('sh', ['-c', 'echo $$; sh -c "echo \\$\\$" & exec sleep 600 >/dev/null'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.teardown(() => shell.kill());
  let output = '';
  for await (const chunk of shell.stdout) output += chunk;
  const pids = output.trim().split('\n').map(Number);
  const child = pids.find((pid) => pid !== shell.pid) ?? 0;
  while ((await incarnation(child)) !== null) await turn();
  t.equal(process.kill(child, 0), true, 'to the system it is still there');
  t.match(await incarnation(shell.pid ?? 0), /^\d+\.\w{8}$/);
});
