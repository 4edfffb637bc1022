import { DEFAULT_ORGANIZATION_ID } from '../../src/domain/ids.ts';
import t, { type Test } from '../helpers/tap.ts';
import { ADMIN_KEY, clientOf, idOf, insertOrganization, itemsOf, pointersOf, setUp } from './management.ts';

const NOBODY = '00000000-0000-7000-8000-000000000099';

async function asAdmin(t: Test) {
  const instance = await setUp(t);
  return { ...instance, admin: clientOf(instance.app, ADMIN_KEY) };
}

t.test('an organization is created, shown, listed and renamed', async (t) => {
  const { admin } = await asAdmin(t);
  const made = await admin('POST', '/api/organizations', { body: { name: 'Ångström & Söhne ✓' } });
  t.equal(made.status, 201);
  const path = `/api/organizations/${idOf(made)}`;
  t.equal(made.headers.location, path);
  t.match(made.json, { name: 'Ångström & Söhne ✓', slug: `a-ngstro-m-so-hne-${idOf(made).slice(-8)}` });
  t.same((await admin('GET', path)).json, made.json);
  const renamed = await admin('PATCH', path, { body: { name: 'Other' } });
  t.match(renamed, { status: 200, json: { ...made.json, name: 'Other' } });
  t.same((await admin('GET', path)).json, renamed.json);

  const own = await admin('POST', '/api/organizations', { body: { name: 'x', slug: 'acme-2' } });
  t.match(own, { status: 201, json: { slug: 'acme-2' } });
  const list = itemsOf(await admin('GET', '/api/organizations'));
  t.same(
    list.slice(0, 2).map(({ id }) => id),
    [idOf(own), idOf(made)],
    'newest first',
  );
  t.match(list.at(-1), { id: DEFAULT_ORGANIZATION_ID, slug: 'default' });
});

t.test('a name in any script makes a slug', async (t) => {
  const { admin } = await asAdmin(t);
  for (const name of ['株式会社', '-', '☃', 'a'.repeat(200), '\u{1f600}'.repeat(200)]) {
    const made = await admin('POST', '/api/organizations', { body: { name } });
    t.match(made, { status: 201, json: { name, slug: /^[a-z0-9]+(-[a-z0-9]+)*$/ } }, name);
    t.ok(String(made.json.slug).length <= 63);
  }
});

t.test('pages hold every organization once', async (t) => {
  const { admin } = await asAdmin(t);
  for (let n = 0; n < 5; n++) await admin('POST', '/api/organizations', { body: { name: `${n}` } });
  const all = itemsOf(await admin('GET', '/api/organizations')).map(({ id }) => id);
  const ids: unknown[] = [];
  for (let cursor: unknown = ''; cursor !== null; ) {
    const query = `limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const answer = await admin('GET', `/api/organizations?${query}`);
    ids.push(...itemsOf(answer).map(({ id }) => id));
    cursor = answer.json.nextCursor;
  }
  t.equal(all.length, 7);
  t.same(ids, all);
  t.match(await admin('GET', '/api/organizations?cursor=x'), {
    status: 400,
    json: { code: 'invalid_cursor' },
  });
});

t.test('what is wrong is named', async (t) => {
  const { admin } = await asAdmin(t);
  const faults = await admin('POST', '/api/organizations', {
    body: { name: '', slug: 'Not A Slug', plan: 1 },
  });
  t.match(faults, { status: 400, json: { code: 'validation_failed' } });
  t.same(pointersOf(faults), ['/body/name', '/body/plan', '/body/slug']);
  for (const body of [{}, { name: 'a\0' }, { name: 'a'.repeat(201) }, { name: 'a', slug: '-a' }])
    t.equal((await admin('POST', '/api/organizations', { body })).status, 400, JSON.stringify(body));
  const taken = await admin('POST', '/api/organizations', { body: { name: 'x', slug: 'default' } });
  t.match(taken, { status: 409, json: { code: 'name_taken', detail: /"default"/ } });
  for (const [method, body] of [['GET'], ['PATCH', { name: 'x' }]] as const) {
    const answer = await admin(method, `/api/organizations/${NOBODY}`, { body });
    t.match(answer, { status: 404, json: { code: 'organization_not_found' } }, method);
  }
  const path = `/api/organizations/${DEFAULT_ORGANIZATION_ID}`;
  t.equal((await admin('PATCH', path, { body: { slug: 'other' } })).status, 400, 'a slug stays');
});

t.test('no key of an organization manages organizations, not even with the scope admin', async (t) => {
  const { app, db, call, organizationId } = await asAdmin(t);
  const weak = clientOf(app, (await insertOrganization(db, ['workflows:read'])).key);
  const calls: [string, string, object?][] = [
    ['GET', '/api/organizations'],
    ['POST', '/api/organizations', { name: 'mine' }],
    ['GET', `/api/organizations/${organizationId}`],
    ['PATCH', `/api/organizations/${organizationId}`, { name: 'mine' }],
    ['GET', `/api/organizations/${DEFAULT_ORGANIZATION_ID}`],
  ];
  for (const [method, url, body] of calls) {
    for (const client of [call, weak]) {
      const answer = await client(method, url, { body });
      t.match(answer, { status: 403, json: { code: 'insufficient_scope', detail: /admin key/ } }, url);
    }
    t.equal((await clientOf(app, 'nonsense')(method, url, { body })).status, 401);
  }
});

t.test('the admin key gives a new organization its first key', async (t) => {
  const { app, admin } = await asAdmin(t);
  const organization = idOf(await admin('POST', '/api/organizations', { body: { name: 'New' } }));
  const made = await admin('POST', '/api/api-keys', {
    body: { name: 'first', scopes: ['admin'] },
    headers: { 'x-organization-id': organization },
  });
  t.equal(made.status, 201);
  const tenant = clientOf(app, String(made.json.key));
  t.same(
    itemsOf(await tenant('GET', '/api/api-keys')).map(({ name }) => name),
    ['first'],
  );
  t.same(itemsOf(await admin('GET', '/api/api-keys')), [], 'it is no key of the default organization');
});

t.test('the description says which key it takes', async (t) => {
  const { app } = await asAdmin(t);
  await app.ready();
  const { paths } = app.swagger() as unknown as { paths: Record<string, object> };
  t.match(paths['/api/organizations'], {
    post: { security: [{ bearer: ['admin_key'] }, { apiKey: ['admin_key'] }] },
  });
  t.match(paths['/api/api-keys'], { post: { security: [{ bearer: ['admin'] }, { apiKey: ['admin'] }] } });
});
