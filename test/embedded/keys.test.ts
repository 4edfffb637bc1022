import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadOrCreateKeys } from '../../src/embedded/keys.ts';
import t from '../helpers/tap.ts';
import { temporaryFolder } from './support.ts';

t.test('keys are made once, for their owner only', async (t) => {
  const dataDir = join(await temporaryFolder(t), 'data');
  const first = await loadOrCreateKeys(dataDir);
  t.equal(first.created, true);
  t.equal(first.encryptionKey.length, 32);
  t.match(first.adminApiKey, /^hg_admin_[\w-]{43}$/);
  t.equal((await readFile(first.adminKeyFile, 'utf8')).trim(), first.adminApiKey);
  t.equal((await stat(join(dataDir, 'keys'))).mode & 0o777, 0o700);
  for (const name of await readdir(join(dataDir, 'keys'))) {
    t.equal((await stat(join(dataDir, 'keys', name))).mode & 0o777, 0o600, name);
  }
  t.strictSame(await loadOrCreateKeys(dataDir), { ...first, created: false });
  const other = await loadOrCreateKeys(join(await temporaryFolder(t), 'data'));
  t.not(other.adminApiKey, first.adminApiKey);
  t.notSame(other.encryptionKey, first.encryptionKey);
});

t.test('two first starts at once agree on the keys', async (t) => {
  const dataDir = await temporaryFolder(t);
  const all = await Promise.all([1, 2, 3, 4].map(() => loadOrCreateKeys(dataDir)));
  for (const keys of all) {
    t.equal(keys.adminApiKey, all[0]?.adminApiKey);
    t.same(keys.encryptionKey, all[0]?.encryptionKey);
  }
  t.equal(all.filter((keys) => keys.created).length, 1);
  t.strictSame((await readdir(join(dataDir, 'keys'))).sort(), ['admin-api-key', 'encryption-key']);
});

t.test('a damaged key stops the start and is not replaced', async (t) => {
  const dataDir = await temporaryFolder(t);
  const keys = await loadOrCreateKeys(dataDir);
  const files = { encryption: join(dataDir, 'keys', 'encryption-key'), admin: keys.adminKeyFile };
  for (const file of Object.values(files)) {
    const whole = await readFile(file, 'utf8');
    for (const damaged of ['', whole.slice(0, 20), `${whole}${whole}`, '\0'.repeat(whole.length)]) {
      await writeFile(file, damaged);
      await t.rejects(loadOrCreateKeys(dataDir), { name: 'EmbeddedError', message: `${file} is damaged` });
      t.equal(await readFile(file, 'utf8'), damaged);
    }
    await writeFile(file, whole);
  }
  t.strictSame(await loadOrCreateKeys(dataDir), { ...keys, created: false });
});

t.test('a lost encryption key is not replaced either, an admin key is', async (t) => {
  const dataDir = await temporaryFolder(t);
  const keys = await loadOrCreateKeys(dataDir);
  await rm(keys.adminKeyFile);
  const renewed = await loadOrCreateKeys(dataDir);
  t.equal(renewed.created, true);
  t.same(renewed.encryptionKey, keys.encryptionKey);
  t.not(renewed.adminApiKey, keys.adminApiKey);

  const file = join(dataDir, 'keys', 'encryption-key');
  await rm(file);
  await t.rejects(loadOrCreateKeys(dataDir), { name: 'EmbeddedError', message: `${file} is missing` });
  t.strictSame(await readdir(join(dataDir, 'keys')), ['admin-api-key']);
});

t.test('a key that was put back readable for others is closed again', async (t) => {
  const dataDir = await temporaryFolder(t);
  const { adminKeyFile } = await loadOrCreateKeys(dataDir);
  await chmod(adminKeyFile, 0o644);
  await loadOrCreateKeys(dataDir);
  t.equal((await stat(adminKeyFile)).mode & 0o777, 0o600);
});

t.test('a data folder that cannot be made is named, with the remedy', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');
  await t.rejects(loadOrCreateKeys(join(folder, 'file')), {
    name: 'EmbeddedError',
    message: /file cannot be used, something that is no folder has this name: .*HOOKGATE_DATA_DIR/,
  });
});
