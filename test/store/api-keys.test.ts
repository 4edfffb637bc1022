import { createHash } from 'node:crypto';
import t, { type Test } from 'tap';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import type { Scope } from '../../src/domain/scopes.ts';
import { createKeyAuthenticator, loadApiKey } from '../../src/store/api-keys.ts';
import { ConfigCache } from '../../src/store/config-cache.ts';
import { createDatabase, createPool, type Database } from '../../src/store/database.ts';
import { isUnavailable } from '../../src/store/faults.ts';
import { openTestDatabase } from '../helpers/database.ts';

const ADMIN = 'an-admin-key-of-at-least-32-characters';
const sha256 = (key: string) => createHash('sha256').update(key).digest();

async function setUp(t: Test) {
  const { db } = await openTestDatabase(t);
  const loads: string[] = [];
  const keys = new ConfigCache({
    load: (digest) => {
      loads.push(digest);
      return loadApiKey(db, digest);
    },
    isFresh: () => true,
    maxEntries: 100,
  });
  return { db, keys, loads, authenticate: createKeyAuthenticator({ db, keys, adminApiKey: ADMIN }) };
}

interface NewKey {
  organizationId?: string;
  scopes?: Scope[];
  expiresAt?: Date;
  revokedAt?: Date;
}

async function insertKey(db: Database, key: string, options: NewKey = {}): Promise<string> {
  const id = newId();
  await db
    .insertInto('api_keys')
    .values({
      id,
      organization_id: options.organizationId ?? DEFAULT_ORGANIZATION_ID,
      name: 'test',
      prefix: key.slice(0, 4),
      key_sha256: sha256(key),
      scopes: options.scopes ?? ['workflows:read'],
      expires_at: options.expiresAt ?? null,
      revoked_at: options.revokedAt ?? null,
    })
    .execute();
  return id;
}

async function insertOrganization(db: Database): Promise<string> {
  const id = newId();
  await db.insertInto('organizations').values({ id, name: 'Other', slug: id }).execute();
  return id;
}

t.test('a key acts for its organization, with its scopes', async (t) => {
  const { db, authenticate } = await setUp(t);
  const organizationId = await insertOrganization(db);
  const id = await insertKey(db, 'hg_one', { organizationId, scopes: ['logs:read', 'n8n:write'] });
  const expected = {
    status: 'ok',
    caller: { organizationId, scopes: new Set(['logs:read', 'n8n:write']), name: `api_key:${id}` },
  };
  t.strictSame(await authenticate('hg_one', undefined), expected);
  t.strictSame(await authenticate('hg_one', organizationId), expected);
  t.strictSame(await authenticate('hg_one', DEFAULT_ORGANIZATION_ID), { status: 'organization_not_found' });
});

t.test('keys that are unknown, revoked or expired', async (t) => {
  const { db, authenticate } = await setUp(t);
  await insertKey(db, 'hg_revoked', { revokedAt: new Date() });
  await insertKey(db, 'hg_expired', { expiresAt: new Date(Date.now() - 1) });
  await insertKey(db, 'hg_valid', { expiresAt: new Date(Date.now() + 60_000) });
  for (const key of ['hg_nobody', 'hg_revoked', 'hg_expired', '', sha256('hg_valid').toString('hex')]) {
    t.strictSame(await authenticate(key, undefined), { status: 'unauthorized' }, key);
  }
  t.match(await authenticate('hg_valid', undefined), { status: 'ok' });
});

t.test('a key that expires while it is cached', async (t) => {
  const { db, loads, authenticate } = await setUp(t);
  await insertKey(db, 'hg_short', { expiresAt: new Date(Date.now() + 60_000) });
  t.match(await authenticate('hg_short', undefined), { status: 'ok' });
  t.context.now = Date.now;
  t.teardown(() => {
    Date.now = t.context.now;
  });
  const later = Date.now() + 61_000;
  Date.now = () => later;
  t.strictSame(await authenticate('hg_short', undefined), { status: 'unauthorized' });
  t.equal(loads.length, 1, 'it came from the cache');
});

t.test('keys are cached by their digest until they change', async (t) => {
  const { db, keys, loads, authenticate } = await setUp(t);
  await insertKey(db, 'hg_one');
  await authenticate('hg_one', undefined);
  await authenticate('hg_one', undefined);
  await authenticate('hg_nobody', undefined);
  await authenticate('hg_nobody', undefined);
  t.strictSame(loads, [sha256('hg_one').toString('hex'), sha256('hg_nobody').toString('hex')]);
  await db.updateTable('api_keys').set({ revoked_at: new Date() }).execute();
  keys.invalidate(sha256('hg_one').toString('hex'));
  t.strictSame(await authenticate('hg_one', undefined), { status: 'unauthorized' });
});

t.test('the admin key acts for the default organization, or for the one it names', async (t) => {
  const { db, loads, authenticate } = await setUp(t);
  const other = await insertOrganization(db);
  const own = await authenticate(ADMIN, undefined);
  t.match(own, { status: 'ok', caller: { organizationId: DEFAULT_ORGANIZATION_ID, name: 'admin' } });
  t.ok(own.status === 'ok' && own.caller.scopes.has('admin') && own.caller.scopes.has('n8n:write'));
  t.match(await authenticate(ADMIN, other), { status: 'ok', caller: { organizationId: other } });
  t.strictSame(await authenticate(ADMIN, newId()), { status: 'organization_not_found' });
  t.strictSame(await authenticate(`${ADMIN} `, undefined), { status: 'unauthorized' });
  t.equal(loads.length, 1, 'only for the key that is not the admin key');
});

t.test('without an admin key there is none', async (t) => {
  const { db, keys } = await setUp(t);
  const authenticate = createKeyAuthenticator({ db, keys, adminApiKey: null });
  t.strictSame(await authenticate('', undefined), { status: 'unauthorized' });
  t.strictSame(await authenticate('null', undefined), { status: 'unauthorized' });
});

t.test('a database that is away is no verdict', async (t) => {
  const pool = createPool({
    connectionString: 'postgres://nobody@127.0.0.1:1/nothing',
    max: 1,
    applicationName: 'test',
    onError: () => undefined,
  });
  const db = createDatabase(pool);
  t.teardown(() => db.destroy());
  const keys = { get: (digest: string) => loadApiKey(db, digest) };
  const authenticate = createKeyAuthenticator({ db, keys, adminApiKey: ADMIN });
  for (const attempt of [authenticate('hg_one', undefined), authenticate(ADMIN, newId())]) {
    const error = await attempt.catch((thrown: unknown) => thrown);
    t.ok(isUnavailable(error));
  }
  t.match(await authenticate(ADMIN, undefined), { status: 'ok' }, 'the admin key needs no database');
});
