import { sql } from 'kysely';
import t from '../helpers/tap.ts';
import { clientOf, idOf, insertOrganization, itemsOf, pointersOf } from './management.ts';
import { FAMILY, NOBODY, setUpSync } from './sync.ts';

t.test('a data sync is created, shown, changed and deleted', async (t) => {
  const { call, config, path, endpointId, put } = await setUpSync(t, {
    keyPath: '/id',
    mapping: { outbound: '{ "Id": id }' },
    conflictPolicy: 'manual',
  });
  t.equal(config.status, 201);
  t.equal(config.headers.location, path);
  t.match(config.json, {
    entity: 'contacts',
    direction: 'bidirectional',
    endpointId,
    keyPath: '/id',
    mapping: { outbound: '{ "Id": id }', inbound: null },
    conflictPolicy: 'manual',
    isActive: true,
    changeSeq: 0,
  });
  const shown = await call('GET', path);
  t.same(shown.json, config.json);
  t.equal(shown.headers.etag, config.headers.etag);
  const again = await call('GET', path, { headers: { 'if-none-match': String(shown.headers.etag) } });
  t.equal(again.status, 304);

  const changed = await call('PATCH', path, {
    body: { isActive: false, mapping: { inbound: '{ "id": Id }' }, keyPath: null },
    headers: { 'if-match': String(shown.headers.etag) },
  });
  t.match(changed, {
    status: 200,
    json: {
      entity: 'contacts',
      isActive: false,
      keyPath: null,
      mapping: { outbound: '{ "Id": id }', inbound: '{ "id": Id }' },
    },
  });
  const late = { body: { entity: 'x' }, headers: { 'if-match': String(shown.headers.etag) } };
  t.match(await call('PATCH', path, late), { status: 412, json: { code: 'precondition_failed' } });
  t.equal((await call('DELETE', path, { headers: late.headers })).status, 412);
  t.match((await call('PATCH', path, { body: { mapping: { outbound: null } } })).json, {
    mapping: { outbound: null, inbound: '{ "id": Id }' },
  });

  await put('1', { id: '1' });
  t.equal((await call('DELETE', path)).status, 204);
  for (const [method, url, body] of [
    ['GET', path],
    ['PATCH', path, { entity: 'x' }],
    ['DELETE', path],
    ['GET', `${path}/records`],
    ['GET', `${path}/records/1`],
    ['PUT', `${path}/records/1`, { data: {} }],
    ['DELETE', `${path}/records/1`],
    ['POST', `${path}/records/1/send`],
    ['GET', `${path}/conflicts`],
    ['POST', `${path}/conflicts/${NOBODY}/resolve`, { choose: 'local' }],
    ['POST', `${path}/sync`],
    ['GET', `${path}/runs`],
    ['POST', `${path}/runs/${NOBODY}/pause`],
  ] as const) {
    const gone = { status: 404, json: { code: 'data_sync_config_not_found' } };
    t.match(await call(method, url, { body }), gone, `${method} ${url}`);
  }
  t.same(itemsOf(await call('GET', FAMILY)), []);
});

t.test('what is wrong with the settings is said, all of it', async (t) => {
  const { create, call, path } = await setUpSync(t);
  const schema = await create({ direction: 'sideways', keyPath: 'a..b', mapping: { out: '1' }, extra: 1 });
  t.match(
    [schema.status, pointersOf(schema)],
    [400, ['/body/direction', '/body/extra', '/body/keyPath', '/body/mapping/out']],
  );
  const faulty = await create({ endpointId: NOBODY, mapping: { outbound: '{ "a": ', inbound: ')' } });
  t.match(
    [faulty.status, pointersOf(faulty)],
    [422, ['/body/endpointId', '/body/mapping/inbound', '/body/mapping/outbound']],
  );
  const patched = await call('PATCH', path, { body: { endpointId: NOBODY, mapping: { inbound: ')' } } });
  t.match([patched.status, pointersOf(patched)], [422, ['/body/endpointId', '/body/mapping/inbound']]);
  t.equal((await call('PATCH', path, { body: {} })).status, 400);
  t.equal((await create({ entity: '' })).status, 400);
  for (const keyPath of ['id', '/id', 'customer.id', '/customer/id', 'a_b-c'])
    t.equal((await create({ keyPath })).status, 201, keyPath);
});

t.test('another organization’s endpoint is none, and its data sync is not found', async (t) => {
  const { create, app, db, path, endpointId, stranger } = await setUpSync(t);
  const call = await stranger();
  t.equal((await call('GET', path)).status, 404);
  const body = { entity: 'contacts', direction: 'outbound', endpointId };
  const refused = await call('POST', FAMILY, { body });
  t.match([refused.status, pointersOf(refused)], [422, ['/body/endpointId']]);
  t.same(itemsOf(await call('GET', FAMILY)), []);
  const reader = clientOf(app, (await insertOrganization(db, ['n8n:read'])).key);
  t.equal((await reader('GET', FAMILY)).status, 200);
  t.match(await reader('POST', FAMILY, { body }), { status: 403, json: { code: 'insufficient_scope' } });
  t.equal((await create()).status, 201);
});

t.test('they are listed page by page, and by entity, endpoint and being active', async (t) => {
  const { create, call, configId } = await setUpSync(t);
  const paused = idOf(await create({ entity: 'orders', isActive: false }));
  const last = idOf(await create({ entity: 'orders' }));
  const found = async (query: string) =>
    itemsOf(await call('GET', `${FAMILY}?${query}`)).map((item) => item.id);
  t.same(await found(''), [last, paused, configId], 'newest first');
  t.same(await found('entity=orders'), [last, paused]);
  t.same(await found('isActive=false'), [paused]);
  t.same(await found(`endpointId=${NOBODY}`), []);
  const first = await call('GET', `${FAMILY}?limit=2`);
  t.same(await found(`limit=2&cursor=${first.json.nextCursor}`), [configId]);
  t.match(await call('GET', `${FAMILY}?cursor=x`), { status: 400, json: { code: 'invalid_cursor' } });
});

t.test('an endpoint that is deleted takes no records with it', async (t) => {
  const { call, db, path, endpointId, put, outbox } = await setUpSync(t);
  await put('1', { a: 1 });
  for (const key of ['arrived', 'on its way', 'refused']) await put(key, { a: 1 });
  const became = (key: string, state: string) =>
    sql`UPDATE webhook_events SET state = ${state}, next_attempt_at = NULL, finished_at = now()
      WHERE id = (SELECT event_id FROM sync_records WHERE key = ${key})`.execute(db);
  await became('arrived', 'succeeded');
  await became('refused', 'failed');
  t.equal((await call('DELETE', `/api/webhook-endpoints/${endpointId}`)).status, 204);
  t.match((await call('GET', path)).json, { endpointId: null });
  t.match((await put('1', { a: 2 })).json, { version: 2, outbound: { state: 'pending' } });
  t.equal((await outbox()).length, 4);
  t.match(await call('POST', `${path}/sync`), { status: 409, json: { code: 'sync_paused' } });
  const url = 'https://n8n.example.com/webhook/another';
  const another = idOf(await call('POST', '/api/webhook-endpoints', { body: { url } }));
  await call('PATCH', path, { body: { endpointId: another } });
  const waiting = await call('GET', `${path}/records?outbound=pending`);
  t.same(
    itemsOf(waiting).map((record) => record.key),
    ['on its way', 'refused', '1'],
    'what did not arrive waits for it',
  );
});
