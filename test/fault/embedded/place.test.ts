import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exists } from '../../../src/embedded/files.ts';
import { isRoot } from '../../../src/embedded/user.ts';
import {
  copyCheckout,
  readRows,
  startedOwner,
  startOwner,
  temporaryFolder,
  writeRow,
} from '../../embedded/support.ts';
import t from '../../helpers/tap.ts';

// Each start makes a database, and the machine may be busy.
t.setTimeout(180_000);

const ownerOf = async (path: string) => (await stat(path)).uid;

const folder = await temporaryFolder(t);
// What only its owner can enter: a checkout, and the data folders in it.
const closed = join(folder, 'closed');
const shared = join(folder, 'shared');
await mkdir(closed, { mode: 0o700 });
await mkdir(shared, { mode: 0o755 });
const checkout = await copyCheckout(closed);
// As an install under umask 077 leaves it.
await promisify(execFile)('chmod', ['-R', 'go=', checkout]);

t.test('in a folder that only its owner can enter', async (t) => {
  const dataDir = join(closed, 'found-again');
  const first = await startedOwner(t, { checkout, dataDir, shared });
  await writeRow(first.url);
  const inside = await exists(join(dataDir, 'postgres'));
  t.equal(inside, !isRoot(), 'root, whose Postgres runs as another user, has its database elsewhere');
  t.equal(
    (await readdir(shared)).some((name) => name.startsWith('postgres-18')),
    isRoot(),
    'and its programs',
  );
  await first.stop();

  const second = await startedOwner(t, { checkout, dataDir, shared });
  t.strictSame(second.progress.slice(0, 1), ['Starting Postgres'], 'the next start finds both');
  t.strictSame(await readRows(second.url), [{ answer: 42 }]);
  t.equal((await stat(closed)).mode & 0o777, 0o700, 'the folder stays closed');
  t.equal(await ownerOf(join(dataDir, 'keys')), process.getuid?.());
});

t.test(
  'a closed folder that is moved keeps its database, one that is copied does not share it',
  async (t) => {
    const dataDir = join(closed, 'moving');
    const first = await startedOwner(t, { checkout, dataDir, shared });
    await writeRow(first.url);
    await first.stop();

    const moved = join(closed, 'moved');
    await rename(dataDir, moved);
    const second = await startedOwner(t, { checkout, dataDir: moved, shared });
    t.strictSame(await readRows(second.url), [{ answer: 42 }]);
    await second.stop();

    const copied = join(closed, 'copied');
    await cp(moved, copied, { recursive: true, preserveTimestamps: true });
    const third = await startOwner(t, { checkout, dataDir: copied, shared });
    if (isRoot()) t.match(third.error, `${copied} is a copy of ${moved}`);
    else t.ok(third.ready, 'the database is in the folder and was copied with it');
  },
);

t.test('a database that has disappeared is not replaced by an empty one', async (t) => {
  const dataDir = join(closed, 'lost');
  const first = await startedOwner(t, { checkout, dataDir, shared });
  await first.stop();
  await rm(isRoot() ? await pointedTo(dataDir) : join(dataDir, 'keys'), { recursive: true });
  const second = await startOwner(t, { checkout, dataDir, shared });
  t.match(second.error, isRoot() ? /is gone: bring it back/ : /is missing/);
});

const pointedTo = async (dataDir: string): Promise<string> =>
  (await readFile(join(dataDir, 'postgres-location'), 'utf8')).split('\n')[0] ?? '';
