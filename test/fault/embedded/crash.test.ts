import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../../src/embedded/postgres.ts';
import { incarnation, signal } from '../../../src/embedded/processes.ts';
import { readRows, startedOwner, temporaryFolder, urlOf, writeRow } from '../../embedded/support.ts';
import { signalFamily } from '../../helpers/processes.ts';
import t, { type Test } from '../../helpers/tap.ts';
import { withClient } from '../../helpers/template.ts';

// Each start makes a database, and the machine may be busy.
t.setTimeout(180_000);

async function startAgain(t: Test, dataDir: string) {
  const progress: string[] = [];
  const postgres = await startEmbeddedPostgres({ dataDir, onProgress: (line) => progress.push(line) });
  t.teardown(() => postgres.stop());
  return { postgres, progress };
}

t.test('Hookgate killed: the Postgres it leaves behind is stopped by the next start', async (t) => {
  const dataDir = await temporaryFolder(t);
  const owner = await startedOwner(t, { dataDir });
  await writeRow(owner.url);
  await owner.kill();
  t.ok(signal(owner.pid, 0), 'it outlives its parent');

  const { postgres, progress } = await startAgain(t, dataDir);
  t.match(progress[0], `left behind (process ${owner.pid})`);
  t.equal(await incarnation(owner.pid), null);
  t.strictSame(await readRows(postgres.url), [{ answer: 42 }]);
});

t.test('Hookgate and Postgres killed: the next start recovers what was committed', async (t) => {
  const dataDir = await temporaryFolder(t);
  const owner = await startedOwner(t, { dataDir });
  await writeRow(owner.url);
  await signalFamily(owner.pid, 'SIGKILL');
  await owner.kill();

  const { postgres, progress } = await startAgain(t, dataDir);
  t.strictSame(progress.slice(0, 2), ['Starting Postgres', 'Recovering after an unclean stop']);
  t.strictSame(await readRows(postgres.url), [{ answer: 42 }]);
});

t.test('only the postmaster killed: its orphaned backends are waited for', async (t) => {
  const dataDir = await temporaryFolder(t);
  const owner = await startedOwner(t, { dataDir });
  await writeRow(owner.url);
  signal(owner.pid, 'SIGKILL');
  await owner.kill();
  const { postgres } = await startAgain(t, dataDir);
  t.strictSame(await readRows(postgres.url), [{ answer: 42 }]);
});

t.test('a stale postmaster.pid whose pid belongs to another program by now', async (t) => {
  const dataDir = await temporaryFolder(t);
  const owner = await startedOwner(t, { dataDir });
  await writeRow(owner.url);
  const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
  const text = await readFile(pidFile, 'utf8');
  const { uid, gid } = await stat(pidFile);
  await owner.stop();

  // Of the same user, or Postgres would see by itself that it cannot be its own.
  const stranger = spawn('sleep', ['600'], { uid, gid, stdio: 'ignore' });
  await once(stranger, 'spawn');
  t.teardown(() => stranger.kill());
  await writeFile(pidFile, text.replace(/^\d+/, String(stranger.pid)), { mode: 0o600 });
  await chown(pidFile, uid, gid);

  const { postgres } = await startAgain(t, dataDir);
  t.strictSame(await readRows(postgres.url), [{ answer: 42 }]);
  t.ok(signal(stranger.pid ?? 0, 0), 'the other program is left alone');
});

t.test('a copy of a folder does not stop the Postgres of the original', async (t) => {
  const folder = await temporaryFolder(t);
  const original = await startedOwner(t, { dataDir: join(folder, 'original') });
  await writeRow(original.url);
  await withClient(await urlOf(join(folder, 'original'), 'postgres'), (client) => client.query('CHECKPOINT'));
  await original.kill();
  await cp(join(folder, 'original'), join(folder, 'copy'), { recursive: true });
  const { uid, gid } = await stat(join(folder, 'original', 'postgres'));
  await chownAll(join(folder, 'copy', 'postgres'), uid, gid);

  const { postgres } = await startAgain(t, join(folder, 'copy'));
  t.strictSame(await readRows(postgres.url), [{ answer: 42 }]);
  t.strictSame(await readRows(original.url), [{ answer: 42 }]);
  // Which also sees to it that no server outlives this test.
  await startAgain(t, join(folder, 'original'));
  t.equal(await incarnation(original.pid), null);
});

async function chownAll(folder: string, uid: number, gid: number): Promise<void> {
  await chown(folder, uid, gid);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await chown(join(entry.parentPath, entry.name), uid, gid);
  }
}

t.test('a creation that was interrupted is begun anew', async (t) => {
  const dataDir = await temporaryFolder(t);
  await mkdir(join(dataDir, '.unfinished-1234', 'data', 'base'), { recursive: true });
  await writeFile(join(dataDir, '.unfinished-1234', 'data', 'PG_VERSION'), '18\n');
  const { postgres } = await startAgain(t, dataDir);
  await writeRow(postgres.url);
  t.strictSame(
    (await readdir(dataDir)).filter((name) => name.startsWith('.unfinished')),
    [],
  );
});

t.test("Ctrl-C in a terminal reaches Hookgate's process group and not Postgres", async (t) => {
  const dataDir = await temporaryFolder(t);
  const owner = await startedOwner(t, { dataDir, detached: true });
  const told = once(owner.process, 'message');
  process.kill(-(owner.process.pid ?? 0), 'SIGINT');
  t.match(await told, [{ progress: 'SIGINT' }]);
  await writeRow(owner.url);
  t.strictSame(await readRows(owner.url), [{ answer: 42 }], 'it can still commit what it holds');
});
