import { newId } from '../../src/domain/ids.ts';
import type { Database } from '../../src/store/database.ts';
import t, { type Test } from '../helpers/tap.ts';
import {
  type Client,
  clientOf,
  idOf,
  insertOrganization,
  N8N_BASE_URL,
  pointersOf,
  setUp,
  startInstance,
} from './management.ts';

const URL_OF_ORDERS = `${N8N_BASE_URL}/webhook/orders`;

const send = (call: Client, body: unknown) => call('PATCH', '/api/webhooks/n8n', { body });

const rowsOf = (db: Database) => db.selectFrom('webhook_events').selectAll().orderBy('id').execute();

async function withEndpoint(t: Test, settings: object = {}) {
  const instance = await setUp(t);
  const body = { name: 'orders', url: URL_OF_ORDERS, ...settings };
  const endpointId = idOf(await instance.call('PUT', '/api/webhooks/n8n', { body }));
  return { ...instance, endpointId };
}

t.test('an event is stored and will be sent, whichever way its endpoint is named', async (t) => {
  const { call, db, endpointId, organizationId, events } = await withEndpoint(t);
  const ways = [
    { endpoint: 'orders' },
    { endpointId },
    { endpointId: endpointId.toUpperCase() },
    { path: 'orders' },
    { path: '/webhook/orders' },
    { path: URL_OF_ORDERS },
  ];
  for (const [i, way] of ways.entries()) {
    const answer = await send(call, { ...way, event: 'order.created', data: { i } });
    t.match(answer, { status: 202, json: { success: true, endpointId, event: 'order.created' } });
    const { eventId, timestamp } = answer.json;
    t.equal(answer.headers.location, `/api/webhook-events/${eventId}`);
    const row = (await rowsOf(db)).at(-1);
    t.match(row, {
      id: eventId,
      organization_id: organizationId,
      direction: 'out',
      state: 'pending',
      event: 'order.created',
      endpoint_id: endpointId,
      attempts: 0,
    });
    t.same(JSON.parse(String(row?.body)), { eventId, event: 'order.created', timestamp, data: { i } });
    t.equal(events.notified, i + 1, 'whoever sends it is told');
  }
});

t.test('data is kept as it was written', async (t) => {
  const { call, db } = await withEndpoint(t);
  const data = '{ "n": 12345678901234567890.10, "__proto__": {"a":1}, "s": "\\u00e9é", "l": [ ] }';
  const raw = `{"data": ${data} , "event":"a","endpoint":"orders"}`;
  const answer = await call('PATCH', '/api/webhooks/n8n', { raw });
  t.equal(answer.status, 202);
  const [row] = await rowsOf(db);
  t.ok(String(row?.body).endsWith(`"data":${data}}`));
  t.equal(row?.body_bytes, row?.body?.length);
  for (const value of [null, 'text', 0, false, []]) {
    await send(call, { endpoint: 'orders', event: 'a', data: value });
    t.same(JSON.parse(String((await rowsOf(db)).at(-1)?.body)).data, value);
  }
  await send(call, { endpoint: 'orders', event: 'a' });
  t.same(JSON.parse(String((await rowsOf(db)).at(-1)?.body)).data, null);
});

t.test('an endpoint that does not want it', async (t) => {
  const { call, db, endpointId, events } = await withEndpoint(t, { events: ['order.created'] });
  t.equal((await send(call, { endpointId, event: 'order.created' })).status, 202);
  const refused = await send(call, { endpointId, event: 'order.deleted' });
  t.match(refused, { status: 409, json: { code: 'event_not_subscribed' } });
  const path = `/api/webhook-endpoints/${endpointId}`;
  await call('PATCH', path, { body: { events: [] } });
  t.equal((await send(call, { endpointId, event: 'order.deleted' })).status, 202, 'none named: all');
  await call('PATCH', path, { body: { isActive: false } });
  const inactive = await send(call, { endpointId, event: 'order.created' });
  t.match(inactive, { status: 409, json: { code: 'endpoint_inactive' } });
  t.equal((await rowsOf(db)).length, 2);
  t.equal(events.notified, 2);
});

t.test('what is asked for wrongly', async (t) => {
  const { app, call, db, endpointId } = await withEndpoint(t);
  const wrong: [unknown, number, string[]][] = [
    [{ event: 'a' }, 400, ['/body']],
    [{ event: 'a', endpoint: 'orders', endpointId }, 400, ['/body']],
    [{ endpoint: 'orders' }, 400, ['/body/event']],
    [{ endpoint: 'orders', event: '' }, 400, ['/body/event']],
    [{ endpoint: 'orders', event: 'a'.repeat(101) }, 400, ['/body/event']],
    [{ endpoint: 'orders', event: 'a\u0000' }, 400, ['/body/event']],
    [{ endpointId: 'x'.repeat(36), event: 'a' }, 400, ['/body/endpointId']],
    [{ endpoint: 'orders', event: 'a', payload: 1 }, 400, ['/body/payload']],
    [{ path: '../orders', event: 'a' }, 422, ['/body/path']],
  ];
  for (const [body, status, pointers] of wrong) {
    const answer = await send(call, body);
    t.equal(answer.status, status, JSON.stringify(body));
    t.same(pointersOf(answer), pointers);
  }
  for (const [raw, code] of [
    ['{"event":', 'invalid_json'],
    [`{"endpoint":"orders","event":"a","data":${'['.repeat(300)}${']'.repeat(300)}}`, 'validation_failed'],
    [`{"endpoint":"orders","event":"a","data":"${'a'.repeat(1_048_576)}"}`, 'payload_too_large'],
  ] as const) {
    t.match((await call('PATCH', '/api/webhooks/n8n', { raw })).json, { code });
  }
  for (const way of [
    { endpoint: 'nobody' },
    { endpointId: newId() },
    { path: 'nobody' },
    { path: 'https://a.example/' },
  ]) {
    t.match(await send(call, { ...way, event: 'a' }), { status: 404, json: { code: 'endpoint_not_found' } });
  }
  const stranger = clientOf(app, (await insertOrganization(db)).key);
  for (const way of [{ endpoint: 'orders' }, { endpointId }, { path: 'orders' }, { path: URL_OF_ORDERS }]) {
    t.match(await send(stranger, { ...way, event: 'a' }), {
      status: 404,
      json: { code: 'endpoint_not_found' },
    });
  }
  t.same(await rowsOf(db), []);
  const reader = clientOf(app, (await insertOrganization(db, ['n8n:read'])).key);
  t.match(await send(reader, { endpoint: 'orders', event: 'a' }), { status: 403 });
});

t.test('a path below n8n’s webhooks is for those who may see n8n', async (t) => {
  const { db, key } = await withEndpoint(t);
  const { app } = await startInstance(t, db, {
    n8nAccess: { api: null, missing: ['N8N_API_KEY'], shared: false },
  });
  const call = clientOf(app, key);
  t.match(await send(call, { path: 'orders', event: 'a' }), { json: { code: 'n8n_not_shared' } });
  t.equal(
    (await send(call, { path: URL_OF_ORDERS, event: 'a' })).status,
    202,
    'of their own endpoint they know it',
  );
});
