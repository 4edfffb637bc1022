import { digestOf, newApiKey, prefixOf } from '../../src/domain/api-key.ts';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import type { Scope } from '../../src/domain/scopes.ts';
import { Budgets } from '../../src/runtime/budgets.ts';
import { loadApiKey } from '../../src/store/api-keys.ts';
import { ConfigCache } from '../../src/store/config-cache.ts';
import { createDatabase, createPool, type Database } from '../../src/store/database.ts';
import { isUnavailable } from '../../src/store/faults.ts';
import { createKeyAuthenticator } from '../../src/store/key-authenticator.ts';
import { DEFAULT_LIMITS } from '../helpers/budgets.ts';
import { openTestDatabase } from '../helpers/database.ts';
import t, { type Test } from '../helpers/tap.ts';

const ADMIN = 'an-admin-key-of-at-least-32-characters';
const HERE = '192.0.2.1';
const onUsed = () => undefined;
/** As much as anybody wants. */
const unknownNames = new Budgets({ limits: { ...DEFAULT_LIMITS, unknown_names: 1_000_000 } }).rate(
  'unknown_names',
);
const sha256 = (key: string) => digestOf(key).toString('hex');

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
  const used: string[] = [];
  const authenticate = createKeyAuthenticator({
    db,
    keys,
    unknownNames,
    adminApiKey: ADMIN,
    onUsed: (id) => used.push(id),
  });
  return { db, keys, loads, used, authenticate };
}

interface NewKey {
  key?: string;
  organizationId?: string;
  scopes?: Scope[];
  expiresAt?: Date;
  revokedAt?: Date;
}

async function insertKey(db: Database, { key = newApiKey(), ...options }: NewKey = {}) {
  const id = newId();
  await db
    .insertInto('api_keys')
    .values({
      id,
      organization_id: options.organizationId ?? DEFAULT_ORGANIZATION_ID,
      name: 'test',
      prefix: prefixOf(key),
      key_sha256: digestOf(key),
      scopes: options.scopes ?? ['workflows:read'],
      expires_at: options.expiresAt ?? null,
      revoked_at: options.revokedAt ?? null,
    })
    .execute();
  return { id, key };
}

async function insertOrganization(db: Database): Promise<string> {
  const id = newId();
  await db.insertInto('organizations').values({ id, name: 'Other', slug: id }).execute();
  return id;
}

t.test('a key acts for its organization, with its scopes', async (t) => {
  const { db, used, authenticate } = await setUp(t);
  const organizationId = await insertOrganization(db);
  const { id, key } = await insertKey(db, { organizationId, scopes: ['logs:read', 'n8n:write'] });
  const expected = {
    status: 'ok',
    caller: {
      organizationId,
      scopes: new Set(['logs:read', 'n8n:write']),
      name: `api_key:${id}`,
      expiresAt: null,
    },
  };
  t.strictSame(await authenticate(key, undefined, HERE), expected);
  t.strictSame(await authenticate(key, organizationId, HERE), expected);
  t.same(used, [id, id]);
  t.strictSame(await authenticate(key, DEFAULT_ORGANIZATION_ID, HERE), { status: 'organization_not_found' });
  t.equal(used.length, 2, 'what was refused is no use of a key');
});

t.test('keys that are unknown, revoked or expired', async (t) => {
  const { db, used, authenticate } = await setUp(t);
  const revoked = await insertKey(db, { revokedAt: new Date() });
  const expired = await insertKey(db, { expiresAt: new Date(Date.now() - 1) });
  const valid = await insertKey(db, { expiresAt: new Date(Date.now() + 60_000) });
  for (const key of [newApiKey(), revoked.key, expired.key, '', sha256(valid.key)]) {
    t.strictSame(await authenticate(key, undefined, HERE), { status: 'unauthorized' }, key);
  }
  t.same(used, []);
  t.match(await authenticate(valid.key, undefined, HERE), { status: 'ok' });
  t.same(used, [valid.id]);
});

t.test('what is no key of ours is refused without a look-up', async (t) => {
  const { db, loads, authenticate } = await setUp(t);
  const { key } = await insertKey(db);
  await insertKey(db, { key: 'a-key-from-elsewhere' });
  for (const text of [
    key.slice(0, -1),
    `${key}x`,
    'hg_',
    'hg_admin_0123456789',
    key.replace(/.$/, '-'),
    'a-key-from-elsewhere',
  ]) {
    t.strictSame(await authenticate(text, undefined, HERE), { status: 'unauthorized' }, text);
  }
  t.same(loads, []);
});

t.test('keys that are made up cost an address so many look-ups, and nobody else', async (t) => {
  const { db, keys, loads } = await setUp(t);
  const budgets = new Budgets({ limits: { ...DEFAULT_LIMITS, unknown_names: 10 }, now: () => 0 });
  const rate = budgets.rate('unknown_names');
  const authenticate = createKeyAuthenticator({ db, keys, unknownNames: rate, adminApiKey: ADMIN, onUsed });
  const known = await insertKey(db);
  const late = await insertKey(db);
  t.match(await authenticate(known.key, undefined, HERE), { status: 'ok' });
  const made = Array.from({ length: 200 }, newApiKey);
  const answers = await Promise.all(made.map((key) => authenticate(key, undefined, HERE)));
  t.equal(answers.filter(({ status }) => status === 'unauthorized').length, 10);
  t.strictSame(answers.at(-1), { status: 'too_many_unknown_names', retryAfterSeconds: 1 });
  t.equal(loads.length, 11);
  keys.clear();
  t.match(await authenticate(known.key, undefined, HERE), { status: 'ok' }, 'who was known is looked up');
  t.match(await authenticate(ADMIN, undefined, HERE), { status: 'ok' });
  t.match(await authenticate(late.key, undefined, HERE), { status: 'too_many_unknown_names' });
  t.match(await authenticate(late.key, undefined, '192.0.2.2'), { status: 'ok' }, 'from elsewhere');
  t.equal(loads.length, 13);
});

t.test('a key that expires while it is cached', async (t) => {
  const { db, loads, authenticate } = await setUp(t);
  const { key } = await insertKey(db, { expiresAt: new Date(Date.now() + 60_000) });
  t.match(await authenticate(key, undefined, HERE), { status: 'ok' });
  t.context.now = Date.now;
  t.teardown(() => {
    Date.now = t.context.now;
  });
  const later = Date.now() + 61_000;
  Date.now = () => later;
  t.strictSame(await authenticate(key, undefined, HERE), { status: 'unauthorized' });
  t.equal(loads.length, 1, 'it came from the cache');
});

t.test('keys are cached by their digest until they change', async (t) => {
  const { db, keys, loads, authenticate } = await setUp(t);
  const { key } = await insertKey(db);
  const nobody = newApiKey();
  await authenticate(key, undefined, HERE);
  await authenticate(key, undefined, HERE);
  await authenticate(nobody, undefined, HERE);
  await authenticate(nobody, undefined, HERE);
  t.strictSame(loads, [sha256(key), sha256(nobody)]);
  await db.updateTable('api_keys').set({ revoked_at: new Date() }).execute();
  keys.invalidate(sha256(key));
  t.strictSame(await authenticate(key, undefined, HERE), { status: 'unauthorized' });
});

t.test('the admin key acts for the default organization, or for the one it names', async (t) => {
  const { db, loads, authenticate } = await setUp(t);
  const other = await insertOrganization(db);
  const own = await authenticate(ADMIN, undefined, HERE);
  t.match(own, { status: 'ok', caller: { organizationId: DEFAULT_ORGANIZATION_ID, name: 'admin' } });
  t.ok(own.status === 'ok' && own.caller.scopes.has('admin') && own.caller.scopes.has('n8n:write'));
  t.match(await authenticate(ADMIN, other, HERE), { status: 'ok', caller: { organizationId: other } });
  t.strictSame(await authenticate(ADMIN, newId(), HERE), { status: 'organization_not_found' });
  t.strictSame(await authenticate(`${ADMIN} `, undefined, HERE), { status: 'unauthorized' });
  t.same(loads, [], 'what looks like the admin key is no key');
});

t.test('without an admin key there is none', async (t) => {
  const { db, keys } = await setUp(t);
  const authenticate = createKeyAuthenticator({ db, keys, unknownNames, adminApiKey: null, onUsed });
  t.strictSame(await authenticate('', undefined, HERE), { status: 'unauthorized' });
  t.strictSame(await authenticate('null', undefined, HERE), { status: 'unauthorized' });
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
  const keys = { peek: () => undefined, get: (digest: string) => loadApiKey(db, digest) };
  const authenticate = createKeyAuthenticator({ db, keys, unknownNames, adminApiKey: ADMIN, onUsed });
  for (const attempt of [authenticate(newApiKey(), undefined, HERE), authenticate(ADMIN, newId(), HERE)]) {
    const error = await attempt.catch((thrown: unknown) => thrown);
    t.ok(isUnavailable(error));
  }
  t.match(await authenticate(ADMIN, undefined, HERE), { status: 'ok' }, 'the admin key needs no database');
});
