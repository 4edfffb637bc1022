import t from '../helpers/tap.ts';
import { idOf, itemsOf, type Json, pointersOf } from './management.ts';
import { NOBODY, setUpSync } from './sync.ts';

/** A clock of the other side's: the wall here, and a little. */
const clock = (aheadMs = 0, counter = 0) =>
  `${String(Date.now() + aheadMs).padStart(15, '0')}-${String(counter).padStart(6, '0')}-crm`;

t.test('what comes from there is kept, and goes nowhere', async (t) => {
  const { change, send, show, outbox, configId, call, path } = await setUpSync(t);
  const at = clock();
  const made = await change({ key: '1', data: { n: 1 }, clock: at });
  t.match(made, { status: 200, json: { outcome: 'applied', duplicate: false } });
  t.match((await show('1')).json, {
    data: { n: 1 },
    version: 1,
    origin: 'remote',
    clock: at,
    outbound: { state: null },
  });
  t.match((await change({ key: '1', data: { n: 1 }, clock: at })).json, { outcome: 'duplicate' });
  t.match((await change({ key: '1', data: { n: 0 }, clock: clock(-60_000) })).json, { outcome: 'stale' });
  t.match((await change({ key: '1', data: null, clock: clock(1_000) })).json, { outcome: 'applied' });
  t.match((await show('1')).json, { deleted: true, version: 2 });
  const many = await send('sync.records', {
    config: configId,
    records: [
      { key: 'a', data: { n: 1 }, clock: clock() },
      { key: 'b', deleted: true, changedAt: new Date().toISOString() },
      { key: 'a', data: { n: 2 }, clock: clock(1) },
      { key: 7, data: { n: 3 } },
    ],
  });
  t.match(many, { status: 200, json: { outcome: 'applied' } });
  const { data } = (await call('GET', `${path}/records`)).json as { data: Json[] };
  t.match(
    data.map(({ key, data: content }) => [key, content]),
    [
      ['1', null],
      ['b', null],
      ['a', { n: 2 }],
      ['7', { n: 3 }],
    ],
  );
  t.same(await outbox(), []);
});

t.test('what it sends back of ours changes nothing', async (t) => {
  const { change, put, show, outbox } = await setUpSync(t);
  const made = await put('1', { n: 1 });
  const [sent] = await outbox();
  t.match((await change(sent?.data ?? {})).json, { outcome: 'duplicate' }, 'just as we sent it');
  t.match((await change({ key: '1', data: { n: 1 } })).json, { outcome: 'duplicate' }, 'without a clock');
  t.same((await show('1')).json, made.json);
  const later = new Date(Date.now() + 1_000).toISOString();
  t.match((await change({ key: '1', data: { n: 1 }, changedAt: later })).json, { outcome: 'applied' });
  t.match((await change({ key: '1', data: { n: 1 }, changedAt: later })).json, { outcome: 'duplicate' });
  t.match(
    (await change({ key: '1', data: { n: 2 }, changedAt: later })).json,
    { outcome: 'applied' },
    'within one time',
  );
  t.equal((await outbox()).length, 1);
  const mine = await put('1', { n: 3 });
  t.ok(
    String(mine.json.clock) > clock(),
    'ours is later than all that came, whatever the clock on the wall says',
  );
});

t.test(
  'of changes at one time the last one that arrives is the last one, however many there are',
  async (t) => {
    const { change, send, show, configId } = await setUpSync(t);
    const changedAt = new Date(Date.now() - 60_000).toISOString();
    for (let n = 1; n <= 4; n++) {
      t.match(
        (await change({ key: '1', data: { n }, changedAt })).json,
        { outcome: 'applied' },
        `the ${n}th`,
      );
    }
    t.match((await change({ key: '1', data: { n: 4 }, changedAt })).json, { outcome: 'duplicate' });
    t.match((await show('1')).json, { data: { n: 4 }, version: 4 });
    const records = Array.from({ length: 120 }, (_, n) => ({ key: 'many', data: { n }, changedAt }));
    await send('sync.records', { config: configId, records });
    t.match((await show('many')).json, { data: { n: 119 }, version: 120, changeSeq: 124 }, 'in one event');
  },
);

t.test('it is mapped, and its key is found in it', async (t) => {
  const { change, send, show, configId } = await setUpSync(t, {
    keyPath: 'id',
    mapping: { inbound: '{ "id": ContactId, "mail": $lowercase(Mail) }' },
  });
  t.equal((await change({ data: { ContactId: 42, Mail: 'ADA@EXAMPLE.COM' } })).status, 200);
  t.match((await show('42')).json, { data: { id: 42, mail: 'ada@example.com' } });
  t.match((await change({ data: { Mail: 'x' } })).json, {
    code: 'validation_failed',
    errors: [{ pointer: '/body/data/key', detail: /none at id/ }],
  });
  const failing = [{ data: { ContactId: 1, Mail: 'a' } }, { data: { ContactId: 2, Mail: 7 } }];
  t.match(await send('sync.records', { config: configId, records: failing }), {
    status: 422,
    json: { code: 'sync_mapping_failed', errors: [{ pointer: '/body/data/records/1/data' }] },
  });
  t.equal((await show('1')).status, 404, 'all of them or none');
  t.equal((await change({ key: '42', data: null })).status, 200, 'a deletion is not mapped');
});

t.test('what is wrong with it is said, and nothing is taken', async (t) => {
  const { send, configId, change, put, show, call, path } = await setUpSync(t);
  const refused = async (event: string, data: object) => {
    const answer = await send(event, data);
    return [answer.status, pointersOf(answer)];
  };
  t.same(await refused('sync.record', {}), [400, ['/body/data/config', '/body/data/data']]);
  t.same(await refused('sync.record', { config: configId, data: {} }), [400, ['/body/data/key']]);
  t.same(
    await refused('sync.record', {
      config: configId,
      key: '',
      data: [],
      deleted: 'no',
      clock: '12',
      changedAt: 'yesterday',
      baseVersion: -1,
      color: 'red',
    }),
    [
      400,
      ['baseVersion', 'changedAt', 'clock', 'color', 'data', 'deleted', 'key'].map(
        (name) => `/body/data/${name}`,
      ),
    ],
  );
  t.same(await refused('sync.record', { config: configId, key: '1', deleted: true, data: {} }), [
    400,
    ['/body/data/data'],
  ]);
  const ahead = await change({ key: '1', data: {}, clock: clock(6 * 60_000) });
  t.match(ahead.json, { errors: [{ pointer: '/body/data/clock', detail: /in the future/ }] });
  const year = new Date('2199-01-01').toISOString();
  t.same(await refused('sync.record', { config: configId, key: '1', data: {}, changedAt: year }), [
    400,
    ['/body/data/changedAt'],
  ]);
  t.equal(
    (await change({ key: '1', data: {}, clock: clock(4 * 60_000) })).status,
    200,
    'a little is no harm',
  );

  const records = Array.from({ length: 501 }, (_, n) => ({ key: `k${n}`, data: {} }));
  t.same(await refused('sync.records', { config: configId, records }), [400, ['/body/data/records']]);
  t.same(
    await refused('sync.records', { config: configId, records: [1, {}], run: 'x', total: 'y', done: 1 }),
    [
      400,
      [
        '/body/data/done',
        '/body/data/records/0',
        '/body/data/records/1/data',
        '/body/data/run',
        '/body/data/total',
      ],
    ],
  );
  t.equal((await send('sync.records', { config: configId, records: records.slice(1) })).status, 200);
  t.match(await send('sync.record', { config: NOBODY, key: '1', data: {} }), {
    status: 404,
    json: { code: 'data_sync_config_not_found' },
  });

  await put('mine', { n: 1 });
  await call('PATCH', path, { body: { isActive: false } });
  t.match(await change({ key: 'mine', data: { n: 2 }, clock: clock(2_000) }), {
    status: 409,
    json: { code: 'sync_paused' },
  });
  await call('PATCH', path, { body: { isActive: true, direction: 'outbound' } });
  t.match(await change({ key: 'mine', data: { n: 2 }, clock: clock(2_000) }), {
    status: 409,
    json: { code: 'sync_direction' },
  });
  t.match((await show('mine')).json, { data: { n: 1 } });
});

t.test('two changes that did not know of each other wait for somebody to decide', async (t) => {
  const { change, put, show, call, path, outbox } = await setUpSync(t, { conflictPolicy: 'manual' });
  await put('1', { n: 1 });
  t.match((await change({ key: '1', data: { n: 2 }, clock: clock(), baseVersion: 1 })).json, {
    outcome: 'applied',
  });
  await put('1', { n: 3 });
  const at = clock(1_000);
  const theirs = { key: '1', data: { n: 4 }, clock: at, baseVersion: 2 };
  t.match((await change(theirs)).json, { outcome: 'conflict' });
  t.match((await change(theirs)).json, { outcome: 'duplicate' });
  t.match((await change({ ...theirs, clock: clock(2_000), data: { n: 3 } })).json, { outcome: 'same' });
  t.match((await change({ key: '1', data: null, clock: clock(3_000), baseVersion: 3 })).json, {
    outcome: 'conflict',
  });
  t.match((await show('1')).json, { data: { n: 3 }, version: 3 }, 'ours stays');

  const listed = await call('GET', `${path}/conflicts?state=open&key=1`);
  const [deletion, conflict] = itemsOf(listed);
  t.match(conflict, {
    key: '1',
    state: 'open',
    local: { data: { n: 3 }, deleted: false, version: 3 },
    remote: { data: { n: 4 }, deleted: false, clock: at, baseVersion: 2 },
    resolution: null,
  });
  t.match(deletion, { remote: { data: null, deleted: true } });
  t.same((await call('GET', `${path}/conflicts/${conflict?.id}`)).json, conflict);
  t.same(itemsOf(await call('GET', `${path}/conflicts?key=2`)), []);
  const first = await call('GET', `${path}/conflicts?limit=1`);
  t.same(itemsOf(await call('GET', `${path}/conflicts?limit=1&cursor=${first.json.nextCursor}`)), [conflict]);

  const resolve = (id: unknown, body: object) => call('POST', `${path}/conflicts/${id}/resolve`, { body });
  const before = (await outbox()).length;
  for (const [body, status] of [
    [{ choose: 'merged' }, 422],
    [{ choose: 'local', data: {} }, 422],
    [{ choose: 'neither' }, 400],
    [{}, 400],
  ] as const) {
    t.equal((await resolve(conflict?.id, body)).status, status, JSON.stringify(body));
  }
  const resolved = await resolve(conflict?.id, { choose: 'merged', data: { n: 34 } });
  t.match(resolved, {
    status: 200,
    json: {
      state: 'resolved',
      resolution: 'merged',
      resolvedVersion: 4,
      resolvedBy: 'admin',
      remote: { data: { n: 4 } },
    },
  });
  t.match((await show('1')).json, { data: { n: 34 }, version: 4, origin: 'local' });
  const sent = (await outbox())[before];
  t.match(sent?.data, { key: '1', data: { n: 34 }, version: 4 });
  t.ok(String(sent?.data.clock) > at, 'later than both sides');
  t.match(await resolve(conflict?.id, { choose: 'local' }), {
    status: 409,
    json: { code: 'sync_conflict_resolved' },
  });
  t.match((await change(theirs)).json, { outcome: 'duplicate' }, 'decided once and for all');

  t.match((await resolve(deletion?.id, { choose: 'remote' })).json, {
    resolution: 'remote',
    resolvedVersion: 5,
  });
  t.match((await show('1')).json, { deleted: true });
  t.same(itemsOf(await call('GET', `${path}/conflicts?state=open`)), []);
  t.match(await resolve(NOBODY, { choose: 'local' }), {
    status: 404,
    json: { code: 'sync_conflict_not_found' },
  });
  t.match(await call('GET', `${path}/conflicts/${NOBODY}`), {
    status: 404,
    json: { code: 'sync_conflict_not_found' },
  });
});

t.test('who does not say what a change was made to has seen nothing of ours since', async (t) => {
  const { change, put, show, call, path } = await setUpSync(t, { conflictPolicy: 'manual' });
  await change({ key: '1', data: { n: 1 } });
  t.match(
    (await change({ key: '1', data: { n: 2 } })).json,
    { outcome: 'applied' },
    'nothing of ours is between',
  );
  await put('1', { n: 3 });
  t.match((await change({ key: '1', data: { n: 4 } })).json, { outcome: 'conflict' });
  t.match((await change({ key: '1', data: { n: 4 } })).json, { outcome: 'duplicate' });
  const when = new Date().toISOString();
  t.match((await change({ key: '1', data: { n: 5 }, changedAt: when })).json, { outcome: 'conflict' });
  t.match(
    (await change({ key: '1', data: { n: 6 }, changedAt: when })).json,
    { outcome: 'conflict' },
    'at the same time',
  );
  t.match((await change({ key: '1', data: { n: 6 }, changedAt: when })).json, { outcome: 'duplicate' });
  const kept = itemsOf(await call('GET', `${path}/conflicts`)).map(({ remote }) => (remote as Json).data);
  t.same(kept, [{ n: 6 }, { n: 5 }, { n: 4 }]);
  t.match((await show('1')).json, { data: { n: 3 } });
});

t.test('an endpoint’s own secret reaches the syncs with that endpoint', async (t) => {
  const { call, create, app, configId } = await setUpSync(t);
  const other = idOf(
    await call('POST', '/api/webhook-endpoints', { body: { url: 'https://n8n.example.com/webhook/b' } }),
  );
  const issued = await call('POST', `/api/webhook-endpoints/${other}/inbound-secret`, { body: {} });
  const own = idOf(await create({ endpointId: other }));
  const { createHmac } = await import('node:crypto');
  const sendTo = async (config: string) => {
    const body = JSON.stringify({ event: 'sync.record', data: { config, key: '1', data: {} } });
    const signature = createHmac('sha256', String(issued.json.secret)).update(body).digest('hex');
    const headers = {
      'content-type': 'application/json',
      'x-webhook-signature': signature,
      'x-hookgate-endpoint': other,
    };
    const response = await app.inject({ method: 'POST', url: '/api/webhooks/n8n', headers, payload: body });
    return [response.statusCode, (response.json() as Json).code ?? (response.json() as Json).outcome];
  };
  t.same(await sendTo(own), [200, 'applied']);
  t.same(await sendTo(configId), [404, 'data_sync_config_not_found']);
});
