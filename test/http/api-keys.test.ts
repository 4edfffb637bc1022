import { sql } from 'kysely';
import { digestOf, isWellFormedKey } from '../../src/domain/api-key.ts';
import { SCOPES, type Scope } from '../../src/domain/scopes.ts';
import { issueKey } from '../../src/http/management/issue-key.ts';
import t from '../helpers/tap.ts';
import {
  ADMIN_KEY,
  type Answer,
  clientOf,
  idOf,
  insertOrganization,
  itemsOf,
  pointersOf,
  setUp,
} from './management.ts';

const NOBODY = '00000000-0000-7000-8000-000000000099';
const FIELDS = ['id', 'name', 'prefix', 'scopes', 'createdAt', 'expiresAt', 'lastUsedAt', 'revokedAt'].sort();

const keyOf = (answer: Answer) => String(answer.json.key);
const soon = () => new Date(Date.now() + 3_600_000).toISOString();

t.test('a key is shown once, listed without it, and works', async (t) => {
  const { app, db, call } = await setUp(t);
  const expiresAt = soon();
  const body = { name: 'CI ✓', scopes: ['workflows:read', 'logs:read'], expiresAt };
  const made = await call('POST', '/api/api-keys', { body });
  t.equal(made.status, 201);
  const key = keyOf(made);
  t.ok(isWellFormedKey(key));
  t.match(made.json, { ...body, prefix: key.slice(0, 11), lastUsedAt: null, revokedAt: null });
  const path = `/api/api-keys/${idOf(made)}`;
  t.equal(made.headers.location, path);

  const { key: _, ...shown } = made.json;
  const one = await call('GET', path);
  t.same(one.json, shown);
  t.same(Object.keys(one.json).sort(), FIELDS);
  const list = await call('GET', '/api/api-keys');
  t.same(itemsOf(list)[0], shown, 'newest first');
  t.equal(itemsOf(list).length, 2);
  for (const answer of [made, one, list]) {
    for (const encoding of ['hex', 'base64', 'base64url'] as const)
      t.notOk(answer.text.includes(digestOf(key).toString(encoding)), 'never the hash');
    if (answer !== made) t.notOk(answer.text.includes(key.slice(11)), 'never the key');
  }
  const { rows } = await sql<{ row: string }>`SELECT k::text AS row FROM api_keys k`.execute(db);
  t.notOk(
    rows.some(({ row }) => row.includes(key.slice(11))),
    'nor is it stored',
  );

  const own = clientOf(app, key);
  t.equal((await own('GET', '/api/workflows')).status, 200);
  t.equal((await own('POST', '/api/workflows', { body: { name: 'a' } })).status, 403);
});

t.test('what is wrong is named', async (t) => {
  const { call } = await setUp(t);
  const all = { name: '', scopes: ['workflows:read', 'everything'], expiresAt: 'tomorrow', owner: 'me' };
  const answer = await call('POST', '/api/api-keys', { body: all });
  t.match(answer, { status: 400, json: { code: 'validation_failed' } });
  t.same(pointersOf(answer), ['/body/expiresAt', '/body/name', '/body/owner', '/body/scopes/1']);
  const scopes = ['logs:read'];
  const past = new Date(Date.now() - 1_000).toISOString();
  for (const [body, pointer] of [
    [{ scopes }, '/body/name'],
    [{ name: 'a' }, '/body/scopes'],
    [{ name: 'a', scopes: [] }, '/body/scopes'],
    [{ name: 'a', scopes: [...scopes, ...scopes] }, '/body/scopes'],
    [{ name: 'a', scopes, expiresAt: past }, '/body/expiresAt'],
    [{ name: 'a', scopes, expiresAt: '2030-06-30T23:59:60Z' }, '/body/expiresAt'],
  ] as const) {
    const refused = await call('POST', '/api/api-keys', { body });
    t.match(refused, { status: 400, json: { code: 'validation_failed' } }, JSON.stringify(body));
    t.same(pointersOf(refused), [pointer]);
  }
  const never = await call('POST', '/api/api-keys', { body: { name: 'a', scopes, expiresAt: null } });
  t.match(never, { status: 201, json: { expiresAt: null } });
  t.equal(itemsOf(await call('GET', '/api/api-keys')).length, 2, 'nothing else was made');
});

t.test('only admin manages keys', async (t) => {
  const { app, db, call } = await setUp(t);
  const others = SCOPES.filter((scope) => scope !== 'admin');
  const made = await call('POST', '/api/api-keys', { body: { name: 'all but admin', scopes: others } });
  const weak = clientOf(app, keyOf(made));
  const path = `/api/api-keys/${idOf(made)}`;
  const calls: [string, string, object?][] = [
    ['POST', '/api/api-keys', { name: 'a', scopes: ['logs:read'] }],
    ['POST', '/api/api-keys', { name: 'a', scopes: ['admin'] }],
    ['GET', '/api/api-keys'],
    ['GET', path],
    ['DELETE', path],
  ];
  for (const [method, url, body] of calls) {
    const answer = await weak(method, url, { body });
    t.match(answer, { status: 403, json: { code: 'insufficient_scope', detail: /"admin"/ } }, method);
  }
  const admin = clientOf(app, (await insertOrganization(db, ['admin'])).key);
  t.equal((await admin('POST', '/api/api-keys', { body: { name: 'a', scopes: SCOPES } })).status, 201);
});

t.test('a key grants no more than it has', async (t) => {
  const { db, organizationId } = await setUp(t);
  const callerWith = (...scopes: Scope[]) => ({
    organizationId,
    scopes: new Set(scopes),
    name: 'test',
    expiresAt: null,
  });
  const issue = (held: Scope[], scopes: Scope[]) =>
    issueKey(db, callerWith(...held), { name: 'a', scopes }).then(
      () => 'issued',
      (problem: unknown) => problem,
    );
  t.match(await issue(['logs:read', 'n8n:read'], ['admin', 'logs:read', 'logs:write']), {
    code: 'not_grantable',
    status: 403,
    errors: [{ pointer: '/body/scopes/0' }, { pointer: '/body/scopes/2' }],
  });
  t.equal(await issue(['logs:read', 'n8n:read'], ['logs:read']), 'issued');
  t.equal(await issue(['admin'], ['n8n:write', 'admin']), 'issued');
});

t.test('a key that expires grants nothing for longer', async (t) => {
  const { app, call } = await setUp(t);
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  const expiresAt = inMinutes(10);
  const made = await call('POST', '/api/api-keys', { body: { name: 'a', scopes: ['admin'], expiresAt } });
  const own = clientOf(app, keyOf(made));
  const grant = (of: object) =>
    own('POST', '/api/api-keys', { body: { name: 'b', scopes: ['logs:read'], ...of } });
  for (const longer of [{}, { expiresAt: null }, { expiresAt: inMinutes(11) }]) {
    t.match(await grant(longer), {
      status: 403,
      json: { code: 'not_grantable', errors: [{ pointer: '/body/expiresAt' }] },
    });
  }
  for (const time of [expiresAt, inMinutes(5)])
    t.match(await grant({ expiresAt: time }), { status: 201, json: { expiresAt: time } });
});

t.test('a revoked key is refused and stays in the list', async (t) => {
  const { app, call } = await setUp(t);
  const made = await call('POST', '/api/api-keys', { body: { name: 'a', scopes: ['workflows:read'] } });
  const path = `/api/api-keys/${idOf(made)}`;
  const own = clientOf(app, keyOf(made));
  t.equal((await own('GET', '/api/workflows')).status, 200);
  const revoked = await call('DELETE', path);
  t.match(revoked, { status: 204, text: '' });
  t.match(await own('GET', '/api/workflows'), { status: 401, json: { code: 'unauthorized' } });
  const shown = await call('GET', path);
  t.match(shown.json, { revokedAt: /^\d{4}-/ });
  t.equal((await call('DELETE', path)).status, 204, 'again');
  t.same((await call('GET', path)).json, shown.json, 'which changes nothing');
  t.equal(itemsOf(await call('GET', '/api/api-keys')).length, 2);
  for (const method of ['GET', 'DELETE']) {
    const answer = await call(method, `/api/api-keys/${NOBODY}`);
    t.match(answer, { status: 404, json: { code: 'api_key_not_found' } });
  }
});

t.test('a key can revoke itself, and then does nothing more', async (t) => {
  const { app, call } = await setUp(t);
  const made = await call('POST', '/api/api-keys', { body: { name: 'a', scopes: ['admin'] } });
  const own = clientOf(app, keyOf(made));
  t.equal((await own('DELETE', `/api/api-keys/${idOf(made)}`)).status, 204);
  t.equal((await own('DELETE', `/api/api-keys/${idOf(made)}`)).status, 401);
});

t.test('an expired key is refused', async (t) => {
  const { app, db, call } = await setUp(t);
  const body = { name: 'a', scopes: ['workflows:read'], expiresAt: soon() };
  const made = await call('POST', '/api/api-keys', { body });
  const own = clientOf(app, keyOf(made));
  t.equal((await own('GET', '/api/workflows')).status, 200);
  await sql`UPDATE api_keys SET expires_at = now() WHERE id = ${idOf(made)}`.execute(db);
  t.equal((await own('GET', '/api/workflows')).status, 401);
});

t.test('the admin key manages the keys of the organization it names', async (t) => {
  const { app, organizationId, call } = await setUp(t);
  const admin = clientOf(app, ADMIN_KEY);
  const headers = { 'x-organization-id': organizationId };
  const [key] = itemsOf(await admin('GET', '/api/api-keys', { headers }));
  t.same([key], itemsOf(await call('GET', '/api/api-keys')));
  t.equal((await admin('DELETE', `/api/api-keys/${key?.id}`)).status, 404, 'not without naming it');
  t.equal((await admin('DELETE', `/api/api-keys/${key?.id}`, { headers })).status, 204);
  t.equal((await call('GET', '/api/workflows')).status, 401);
});
