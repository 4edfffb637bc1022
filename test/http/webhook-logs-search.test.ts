import { sql } from 'kysely';
import { LIST_BUDGET } from '../../src/store/log-scan.ts';
import t from '../helpers/tap.ts';
import { end } from './executable.ts';
import { insertMany, walk, withLogs } from './logged.ts';
import { itemsOf } from './management.ts';

const LIST = '/api/webhook-logs';
const query = (filter: Record<string, string>) => `${LIST}?${new URLSearchParams(filter)}`;

t.test('times, exactly, whatever the ids say', async (t) => {
  const { call, accept } = await withLogs(t);
  const base = Date.now() - 60_000;
  const at = (ms: number) => new Date(base + ms).toISOString();
  const logs: string[] = [];
  for (const ms of [0, 1, 2]) logs.push((await accept({ receivedAtMs: base + ms })).logId);
  // Their ids are a minute younger than that: ids that are made from times far apart are not to be expected.
  const ids = async (filter: Record<string, string>) =>
    itemsOf(await call('GET', query(filter))).map((item) => logs.indexOf(String(item.id)));
  t.same(await ids({ from: at(1) }), [2, 1]);
  t.same(await ids({ from: at(3) }), []);
  const recent = (await accept()).logId;
  logs.push(recent);
  t.same(await ids({ to: new Date(Date.now() + 60_000).toISOString() }), [3, 2, 1, 0]);
  t.same(await ids({ to: '2020-01-01T00:00:00Z' }), []);
  t.same(await ids({ from: '2020-01-01T00:00:00+02:00' }), [3, 2, 1, 0]);
});

t.test('an address in any spelling', async (t) => {
  const { call, accept } = await withLogs(t);
  const six = (await accept({ sourceIp: '2001:db8::7' })).logId;
  const four = (await accept({ sourceIp: '203.0.113.7' })).logId;
  const ids = async (sourceIp: string) =>
    itemsOf(await call('GET', query({ sourceIp }))).map((item) => item.id);
  t.same(await ids('2001:0DB8:0:0::7'), [six]);
  t.same(await ids('203.0.113.7'), [four]);
  t.same(await ids('203.0.113.8'), []);
});

t.test('text in bodies, whatever their bytes are', async (t) => {
  const { call, accept, refuse, workflowId } = await withLogs(t);
  const bodies = {
    json: Buffer.from('{"Order":"A-1","name":"Müller"}'),
    latin1: Buffer.from('name=M\xfcller&order=a-1', 'latin1'),
    nul: Buffer.from('\0\0order\0A-1 x\0'),
    broken: Buffer.concat([Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from('oRdEr')]),
    backslash: Buffer.from('C:\\new\\order'),
    octal: Buffer.from('\\303\\274'),
    empty: Buffer.alloc(0),
  };
  const names = new Map<unknown, string>();
  for (const [name, body] of Object.entries(bodies)) names.set((await accept({ body })).logId, name);
  await refuse('signature_mismatch', 401);
  const found = async (q: string) => {
    const answer = await call('GET', query({ q, workflowId }));
    t.equal(answer.status, 200, q);
    return itemsOf(answer)
      .map((item) => names.get(item.id))
      .sort();
  };
  t.same(await found('order'), ['backslash', 'broken', 'json', 'latin1', 'nul']);
  t.same(await found('ORDER'), ['backslash', 'broken', 'json', 'latin1', 'nul']);
  t.same(await found('a-1'), ['json', 'latin1', 'nul']);
  t.same(await found('Müller'), ['json'], 'as its bytes in UTF-8');
  t.same(await found('MÜLLER'), [], 'other letters than those of ASCII have one case');
  t.same(await found('c:\\NEW\\'), ['backslash']);
  t.same(await found('\\303\\274'), ['octal']);
  t.same(await found('ü'), ['json'], 'what a byte is written as is not the byte');
  t.same(await found('\\'), ['backslash', 'octal']);
  t.same(await found('%'), []);
  t.same(await found("' OR true --"), []);
});

t.test('what is asked for wrongly', async (t) => {
  const { call, workflowId } = await withLogs(t);
  const day = { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' };
  const wide = { ...day, to: '2026-03-02T00:00:00.001Z' };
  for (const filter of [{ q: 'a' }, { q: 'a', from: day.from }, { q: 'a', to: day.to }, { q: 'a', ...wide }])
    t.match(
      await call('GET', query(filter as Record<string, string>)),
      { status: 400, json: { code: 'search_too_wide' } },
      JSON.stringify(filter),
    );
  for (const filter of [
    { q: 'a', ...day },
    { q: 'a', workflowId },
  ])
    t.equal((await call('GET', query(filter))).status, 200);
  const wrong: [Record<string, string>, string][] = [
    [{ from: day.to, to: day.from }, '/query/to'],
    [{ from: day.to, to: day.to }, '/query/to'],
    [{ from: 'yesterday' }, '/query/from'],
    [{ from: '2016-12-31T23:59:60Z' }, '/query/from'],
    [{ sourceIp: '1.2.3' }, '/query/sourceIp'],
    [{ sourceIp: 'fe80::1%eth0x y' }, '/query/sourceIp'],
    [{ q: '' }, '/query/q'],
    [{ q: 'a'.repeat(201), workflowId }, '/query/q'],
    [{ q: '\0', workflowId }, '/query/q'],
    [{ executionStatus: 'lost' }, '/query/executionStatus'],
  ];
  for (const [filter, pointer] of wrong)
    t.match(
      await call('GET', query(filter)),
      { status: 400, json: { code: 'validation_failed', errors: [{ pointer }] } },
      pointer,
    );
});

t.test('by what became of the execution', async (t) => {
  const { call, accept, refuse, db } = await withLogs(t);
  const [failed, succeeded, open] = [await accept(), await accept(), await accept()];
  await refuse('signature_mismatch', 401);
  await end(db, failed.executionId, 'failed');
  await end(db, succeeded.executionId, 'succeeded');
  for (const [executionStatus, log] of Object.entries({ failed, succeeded, queued: open }))
    t.match(itemsOf(await call('GET', query({ executionStatus }))), [{ id: log.logId }], executionStatus);
});

t.test('a page looks at so many rows and no more, and says where to go on', async (t) => {
  const logged = await withLogs(t);
  const { call, accept, db, workflowId } = logged;
  await insertMany(logged, 2 * LIST_BUDGET.rows);
  await sql`ANALYZE webhook_logs`.execute(db);
  const oldest = `number ${2 * LIST_BUDGET.rows}`;
  await sql`UPDATE webhook_logs SET source_ip = '198.51.100.1' WHERE request_id = ${oldest}`.execute(db);
  const { ids, sizes } = await walk(call, LIST, { sourceIp: '198.51.100.1' }, async () => accept());
  t.equal(ids.length, 1);
  t.same(sizes.slice(0, 2), [0, 1], 'short, with a cursor');

  const { rows } = await sql<{ at: Date }>`
    SELECT received_at AS at FROM webhook_logs WHERE request_id = ${`number ${2 * LIST_BUDGET.rows - 1_000}`}`.execute(
    db,
  );
  const to = rows[0]?.at.toISOString() ?? '';
  const dense = await walk(call, LIST, { statusCode: 200, limit: 200, to }, async () => accept());
  t.equal(dense.ids.length, 1_000, 'nothing left out');
  t.equal(new Set(dense.ids).size, 1_000, 'and nothing twice');

  await sql`UPDATE webhook_logs SET body = 'needle' WHERE request_id = 'number 12000'`.execute(db);
  const searched = await walk(call, LIST, { q: 'NEEDLE', workflowId });
  t.equal(searched.ids.length, 1);
  t.equal(searched.sizes[0], 0);
  t.ok(searched.sizes.length >= (2 * LIST_BUDGET.rows) / LIST_BUDGET.searchedRows);
});

t.test('a search in bodies is bounded by their bytes', async (t) => {
  const { call, accept, workflowId } = await withLogs(t);
  const needle = Buffer.from('needle'.padEnd(100, '.'));
  const old = (await accept({ body: needle })).logId;
  // Sizes decide before bodies are read, so these need not be there to be too much.
  for (let i = 0; i < 3; i++) {
    const { logId } = await accept({ body: Buffer.alloc(LIST_BUDGET.searchedBytes / 2 + 1, 'x') });
    t.ok(logId);
  }
  const { ids, sizes } = await walk(call, LIST, { q: 'needle', workflowId });
  t.same(ids, [old]);
  t.same(sizes, [0, 1]);
});

t.test('pages under a filter stay what they are while requests arrive', async (t) => {
  const { call, accept } = await withLogs(t);
  for (let i = 0; i < 20; i++) await accept({ sourceIp: i % 2 === 0 ? '192.0.2.1' : '192.0.2.2' });
  const all = itemsOf(await call('GET', `${LIST}?sourceIp=192.0.2.1`)).map((item) => item.id);
  const { ids, sizes } = await walk(call, LIST, { sourceIp: '192.0.2.1', limit: 3 }, () =>
    accept({ sourceIp: '192.0.2.1' }),
  );
  t.same(ids, all);
  t.same(sizes, [3, 3, 3, 1]);
});
