import { sql } from 'kysely';
import { createExpressions } from '../../src/dispatch/expressions/expressions.ts';
import { sendPending } from '../../src/n8n/sync/send-pending.ts';
import t from '../helpers/tap.ts';
import { type Answer, itemsOf, pointersOf } from './management.ts';
import { setUpSync } from './sync.ts';

const keysOf = (answer: Answer) => itemsOf(answer).map((item) => item.key);

t.test('a record is put, changed and deleted, and each change goes out', async (t) => {
  const { path, configId, put, show, call, outbox } = await setUpSync(t);
  const made = await put('a/b c', { n: 1 });
  t.equal(made.status, 201);
  t.equal(made.headers.location, `${path}/records/a%2Fb%20c`);
  t.match(made.json, {
    key: 'a/b c',
    data: { n: 1 },
    deleted: false,
    version: 1,
    origin: 'local',
    changeSeq: 1,
  });
  t.same((await show('a/b c')).json, made.json);
  const tag = { 'if-none-match': String(made.headers.etag) };
  t.equal((await call('GET', `${path}/records/a%2Fb%20c`, { headers: tag })).status, 304);

  const changed = await put('a/b c', { n: 2, nested: { list: [1, null, 'x'] } });
  t.match(changed, { status: 200, json: { version: 2, outbound: { state: 'queued', error: null } } });
  const deleted = await call('DELETE', `${path}/records/a%2Fb%20c`);
  t.match(deleted, { status: 200, json: { data: null, deleted: true, version: 3 } });
  t.same((await call('DELETE', `${path}/records/a%2Fb%20c`)).json, deleted.json, 'once more changes nothing');
  t.match((await show('a/b c')).json, { deleted: true, data: null });
  t.match(await put('a/b c', { n: 3 }), { status: 201, json: { version: 4, deleted: false } });

  const sent = await outbox();
  t.same(
    sent.map(({ event }) => event),
    Array.from({ length: 4 }, () => 'sync.record'),
  );
  const common = { config: configId, entity: 'contacts', key: 'a/b c', origin: 'hookgate' };
  t.match(sent[1]?.data, {
    ...common,
    data: { n: 2, nested: { list: [1, null, 'x'] } },
    deleted: false,
    version: 2,
    clock: changed.json.clock,
  });
  t.match(sent[2]?.data, { ...common, data: null, deleted: true, version: 3, clock: deleted.json.clock });
  t.equal(sent[1]?.id, (changed.json.outbound as { eventId: string }).eventId);
});

t.test('a change is made to the version that is meant, or not at all', async (t) => {
  const { path, put, call, outbox } = await setUpSync(t);
  const made = await put('1', { n: 1 });
  const tag = { 'if-match': String(made.headers.etag) };
  t.equal((await put('1', { n: 2 }, tag)).status, 200);
  t.match(await put('1', { n: 3 }, tag), { status: 412, json: { code: 'precondition_failed' } });
  t.equal((await call('DELETE', `${path}/records/1`, { headers: tag })).status, 412);
  t.equal((await put('none', { n: 1 }, { 'if-match': '*' })).status, 412);
  t.equal((await outbox()).length, 2);
});

t.test('what is not there is not found, and what is wrong is refused', async (t) => {
  const { path, put, show, call, create } = await setUpSync(t);
  const missing = { status: 404, json: { code: 'sync_record_not_found' } };
  t.match(await show('1'), missing);
  t.match(await call('DELETE', `${path}/records/1`), missing);
  t.match(await call('POST', `${path}/records/1/send`), missing);
  for (const data of [1, null, [], 'x', true]) {
    const answer = await call('PUT', `${path}/records/1`, { body: { data } });
    t.match([answer.status, pointersOf(answer)], [400, ['/body/data']], JSON.stringify(data));
  }
  t.equal((await call('PUT', `${path}/records/1`, { body: { data: {}, key: '1' } })).status, 400);
  t.equal((await call('PUT', `${path}/records/1`, { body: {} })).status, 400);
  const deep = await put('1', JSON.parse(`${'{"a":'.repeat(300)}1${'}'.repeat(300)}`));
  t.match([deep.status, pointersOf(deep)], [422, ['/body/data']]);
  t.match(await put('%00', {}), { status: 201 });
  const nul = await call('PUT', `${path}/records/%00`, { body: { data: {} } });
  t.match([nul.status, pointersOf(nul)], [400, ['/params/key']]);
  t.equal((await call('PUT', `${path}/records/${'x'.repeat(201)}`, { body: { data: {} } })).status, 414);
  t.equal((await put('1', { text: 'NUL \u0000, half \ud800, whole 😀' })).status, 201);
  t.same((await show('1')).json.data, { text: 'NUL \u0000, half \ud800, whole 😀' }, 'any text comes back');

  const names = { 'a\nb': 1, 'c\u2028d': 2, '': 3, toString: 4, constructor: { x: 5 } };
  t.same((await put('names', names)).json.data, names, 'any name comes back');
  t.same((await show('names')).json.data, names);

  const keyed = await create({ keyPath: 'customer.id' });
  const records = `/api/data-sync-configs/${keyed.json.id}/records`;
  const other = await call('PUT', `${records}/7`, { body: { data: { customer: { id: 8 } } } });
  t.match([other.status, pointersOf(other)], [422, ['/body/data']]);
  t.equal((await call('PUT', `${records}/7`, { body: { data: { customer: { id: 7 } } } })).status, 201);
  t.equal((await call('PUT', `${records}/7`, { body: { data: { name: 'no key' } } })).status, 200);
});

t.test('what was changed since is listed in the order of the changes', async (t) => {
  const { path, put, call } = await setUpSync(t);
  for (const key of ['a', 'b', 'c', 'd']) await put(key, { n: 1 });
  await put('b', { n: 2 });
  await call('DELETE', `${path}/records/c`);
  const all = await call('GET', `${path}/records`);
  t.same(keysOf(all), ['a', 'd', 'b', 'c']);
  t.match(all.json, { changedSince: 6, nextCursor: null });
  const since = await call('GET', `${path}/records?changedSince=4`);
  t.same(keysOf(since), ['b', 'c']);
  const page = await call('GET', `${path}/records?limit=1&changedSince=4`);
  t.match(page.json, { changedSince: 5 });
  t.same(keysOf(await call('GET', `${path}/records?limit=1&cursor=${page.json.nextCursor}`)), ['c']);
  t.match((await call('GET', `${path}/records?changedSince=6`)).json, { data: [], changedSince: 6 });
  t.equal((await call('GET', `${path}/records?changedSince=-1`)).status, 400);
  t.match(await call('GET', `${path}/records?cursor=x`), { status: 400, json: { code: 'invalid_cursor' } });
});

t.test('a page of large records is shorter than asked for, and none is missed', async (t) => {
  const { db, configId, path, call } = await setUpSync(t);
  await sql`
    INSERT INTO sync_records (organization_id, config_id, key, data, version, clock, origin, change_seq, changed_at)
    SELECT organization_id, id, 'k' || n, json_build_object('filler', repeat('x', 4500000)), 1, 'c', 'local', n, now()
    FROM data_sync_configs, generate_series(1, 2) AS n WHERE id = ${configId}`.execute(db);
  const first = await call('GET', `${path}/records`);
  t.same([keysOf(first), first.json.changedSince], [['k1'], 1]);
  const last = await call('GET', `${path}/records?cursor=${first.json.nextCursor}`);
  t.same([keysOf(last), last.json.nextCursor], [['k2'], null]);
});

t.test('a mapping that fails keeps no change back, and says so', async (t) => {
  const { db, path, put, call, outbox } = await setUpSync(t, {
    mapping: { outbound: '{ "Name": $uppercase(name) }' },
  });
  const ports = { db, expressions: createExpressions({ processes: 1 }) };
  t.teardown(() => ports.expressions.close());
  t.match((await put('1', { name: 'ada' })).json, { data: { name: 'ada' }, outbound: { state: 'queued' } });
  t.match((await outbox())[0]?.data.data, { Name: 'ADA' });
  const failed = await put('2', { name: 7 });
  t.match(failed, { status: 201, json: { data: { name: 7 }, outbound: { state: 'failed', error: /\S/ } } });
  t.equal((await outbox()).length, 1);
  t.same(keysOf(await call('GET', `${path}/records?outbound=failed`)), ['2']);

  t.match(await call('POST', `${path}/records/2/send`), {
    status: 202,
    json: { outbound: { state: 'pending', error: null } },
  });
  t.equal(await sendPending(ports), 'moved');
  t.match(
    (await call('GET', `${path}/records/2`)).json,
    { outbound: { state: 'failed' } },
    'as it failed before',
  );

  await call('PATCH', path, { body: { mapping: { outbound: '{ "Name": name }' } } });
  while ((await sendPending(ports)) !== 'idle');
  t.match((await outbox())[1], {
    event: 'sync.records',
    data: { run: null, records: [{ key: '2', data: { Name: 7 }, version: 1 }] },
  });
  t.match((await call('GET', `${path}/records/2`)).json, { outbound: { state: 'queued', error: null } });

  await call('PATCH', path, {
    body: { mapping: { outbound: '($f := function($n) { $f($n + 1) }; $f(0))' } },
  });
  t.match((await put('3', {})).json, { outbound: { state: 'failed', error: /\S/ } }, 'one that never ends');
  await call('PATCH', path, { body: { mapping: { outbound: 'nothing.at.all' } } });
  t.match((await put('3', {})).json, { outbound: { state: 'failed', error: /returns nothing/ } });
});

t.test('while it is paused changes are kept, and go out when it goes on', async (t) => {
  const { db, path, put, call, outbox } = await setUpSync(t);
  const ports = { db, expressions: createExpressions({ processes: 1 }) };
  t.teardown(() => ports.expressions.close());
  await call('PATCH', path, { body: { isActive: false } });
  for (let n = 0; n < 3; n++) await put(`k${n}`, { n });
  await put('k0', { n: 9 });
  t.match((await call('GET', `${path}/records/k0`)).json, { version: 2, outbound: { state: 'pending' } });
  t.equal(await sendPending(ports), 'idle');
  t.same(await outbox(), []);
  await call('PATCH', path, { body: { isActive: true } });
  await put('k3', { n: 3 });
  while ((await sendPending(ports)) !== 'idle');
  const sent = (await outbox()).flatMap(({ wires }) => wires.map(({ key, data }) => [key, data?.n]));
  t.same(sent.sort(), [
    ['k0', 9],
    ['k1', 1],
    ['k2', 2],
    ['k3', 3],
  ]);
  t.same(keysOf(await call('GET', `${path}/records?outbound=pending`)), []);
});

t.test('an inbound sync sends nothing of ours', async (t) => {
  const { path, put, call, outbox } = await setUpSync(t, { direction: 'inbound' });
  t.match((await put('1', { n: 1 })).json, { outbound: { state: null } });
  t.match(await call('POST', `${path}/records/1/send`), { status: 409, json: { code: 'sync_direction' } });
  t.same(await outbox(), []);
});
