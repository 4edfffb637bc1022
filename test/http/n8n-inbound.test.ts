import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { DEFAULT_ORGANIZATION_ID } from '../../src/domain/ids.ts';
import { createDatabase, createPool, type Tx } from '../../src/store/database.ts';
import { eventually } from '../helpers/eventually.ts';
import t from '../helpers/tap.ts';
import { ADMIN_KEY, clientOf, idOf, pointersOf, setUp, startInstance } from './management.ts';
import { inboundEvents, sendEvent, signedHex } from './signed-events.ts';

const refusedRows = async (db: Parameters<typeof inboundEvents>[0]) =>
  (await inboundEvents(db)).filter(({ state }) => state === 'refused');

t.test('an event that is about nothing of ours is written down as it came', async (t) => {
  const { app, db } = await setUp(t);
  const body = '{ "event": "order.paid", "data": {"n": 12345678901234567890, "x": 1.0, "x": 2} }';
  const answer = await sendEvent(app, body);
  t.match(answer, {
    status: 200,
    json: {
      success: true,
      message: 'Written down',
      event: 'order.paid',
      outcome: 'recorded',
      duplicate: false,
      executionId: null,
      jobId: null,
      status: null,
      timestamp: /Z$/,
    },
  });
  const [row, ...others] = await inboundEvents(db);
  t.same(others, []);
  t.match(row, {
    id: answer.json.eventId,
    organization_id: DEFAULT_ORGANIZATION_ID,
    state: 'processed',
    outcome: 'recorded',
    endpoint_id: null,
    signature_scheme: 'hmac',
    signature_verdict: 'valid',
    status_code: 200,
    error_code: null,
  });
  t.equal(row?.body?.toString(), body, 'byte for byte');
  t.equal((await sendEvent(app, '\uFEFF{"event":"a"}')).status, 200, 'a mark of the byte order is no fault');
  const typed = { headers: { 'content-type': 'text/html; charset=utf-8' } };
  t.equal((await sendEvent(app, { event: 'a' }, typed)).status, 200, 'n8n calls it what it likes');
});

t.test('every fault of a body is named at once, but not to strangers', async (t) => {
  const { app, db } = await setUp(t);
  const wrong = {
    executionId: 'x',
    workflowId: 7,
    deliveryId: '',
    status: 'fine',
    timestamp: 'yesterday',
    attempt: 'two',
    hops: -1,
    n8nExecutionId: {},
    'of/mine': 1,
  };
  const names = ['attempt', 'deliveryId', 'event', 'executionId', 'hops', 'n8nExecutionId', 'of~1mine'];
  const all = [...names, 'status', 'timestamp', 'workflowId'].map((name) => `/body/${name}`);
  const answer = await sendEvent(app, wrong);
  t.match(answer, { status: 400, json: { code: 'validation_failed' } });
  t.same([...new Set(pointersOf(answer))].sort(), all.sort());
  const stranger = await sendEvent(app, wrong, { signature: signedHex('something else') });
  t.match(stranger, { status: 401, json: { code: 'n8n_signature_invalid', errors: undefined } });

  const bodies: [string | Buffer, string, string[]][] = [
    ['{}', 'validation_failed', ['/body/event']],
    ['[]', 'validation_failed', ['/body']],
    ['null', 'validation_failed', ['/body']],
    ['{"event":""}', 'validation_failed', ['/body/event']],
    ['{"event":null}', 'validation_failed', ['/body/event']],
    [JSON.stringify({ event: 'x'.repeat(101) }), 'validation_failed', ['/body/event']],
    ['{"event":"a\\u0000b"}', 'validation_failed', ['/body/event']],
    ['{"event":"a\\ud800b"}', 'validation_failed', ['/body/event']],
    ['{"event":"a","timestamp":"2026-06-30T23:59:60Z"}', 'validation_failed', ['/body/timestamp']],
    ['{"event":"a","timestamp":"9999-12-31T23:59:59-01:00"}', 'validation_failed', ['/body/timestamp']],
    ['{"event":"a","timestamp":"0000-01-01T00:00:00+01:00"}', 'validation_failed', ['/body/timestamp']],
    ['{"event":"a","__proto__":{}}', 'validation_failed', ['/body/__proto__']],
    [`{"event":"a","data":${'['.repeat(300)}${']'.repeat(300)}}`, 'validation_failed', ['/body']],
    ['{"event":"a"', 'invalid_json', []],
    ['', 'invalid_json', []],
    ['event=a', 'invalid_json', []],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'invalid_json', []],
  ];
  for (const [body, code, pointers] of bodies) {
    const refused = await sendEvent(app, body);
    t.match(refused, { status: 400, json: { code } }, body.toString().slice(0, 60));
    t.same(pointersOf(refused), pointers);
    t.equal((await sendEvent(app, body, { signature: {} })).status, 401);
  }
  const badId = await sendEvent(app, { event: 'a' }, { headers: { 'webhook-id': 'x'.repeat(201) } });
  t.same(pointersOf(badId), ['/headers/webhook-id']);
  const badHops = await sendEvent(app, { event: 'a' }, { headers: { 'x-hookgate-hops': 'many' } });
  t.same(pointersOf(badHops), ['/headers/x-hookgate-hops']);
  const badQuery = await sendEvent(app, { event: 'a' }, { query: '?other=1' });
  t.same(pointersOf(badQuery), ['/query/other']);
  t.equal((await inboundEvents(db)).filter(({ state }) => state === 'processed').length, 0);
});

t.test('null is nothing, and numbers may be text, as n8n’s expressions make them', async (t) => {
  const { app } = await setUp(t);
  const nothing = Object.fromEntries(
    [
      'executionId',
      'deliveryId',
      'workflowId',
      'n8nExecutionId',
      'status',
      'timestamp',
      'attempt',
      'hops',
    ].map((name) => [name, null]),
  );
  const empty = await sendEvent(app, { event: 'a', ...nothing });
  t.match(empty, { status: 200, json: { outcome: 'recorded' } });
  const text = { attempt: '1', hops: '0', n8nExecutionId: 17, timestamp: '2026-03-10T10:30:00.000+01:00' };
  t.equal((await sendEvent(app, { event: 'a', ...text })).status, 200);
});

t.test('a body over the limit is not looked at', async (t) => {
  const { app, db } = await setUp(t);
  const body = JSON.stringify({ event: 'a', data: 'x'.repeat(1_048_576) });
  const signatures = { right: signedHex(body), wrong: { 'x-webhook-signature': 'x' } };
  for (const [name, signature] of Object.entries(signatures)) {
    const answer = await sendEvent(app, body, { signature });
    t.match(answer, { status: 413, json: { code: 'payload_too_large' } }, name);
  }
  t.same(await inboundEvents(db), []);
});

t.test('without a length, over a socket, a body over the limit is refused too', async (t) => {
  const { app } = await setUp(t);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  const chunks = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let i = 0; i < 40; i++) controller.enqueue(Buffer.alloc(32_768, 0x20));
      controller.close();
    },
  });
  const url = `http://127.0.0.1:${port}/api/webhooks/n8n`;
  const sent = {
    method: 'POST',
    body: chunks,
    duplex: 'half',
    headers: { 'content-type': 'application/json' },
  };
  const response = await fetch(url, sent as RequestInit);
  t.equal(response.status, 413);
  await response.body?.cancel();
  const small = '{"event":"a"}';
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(Buffer.from(small.slice(0, 4)));
      controller.enqueue(Buffer.from(small.slice(4)));
      controller.close();
    },
  });
  const fits = { method: 'POST', body: stream, duplex: 'half', headers: signedHex(small) };
  t.equal((await fetch(url, fits as RequestInit)).status, 200);
});

t.test('executions that are not there, or not ours', async (t) => {
  const { app, call, db } = await setUp(t);
  const workflow = await call('POST', '/api/workflows', { body: { name: 'other' } });
  const execution = await call('POST', `/api/workflows/${idOf(workflow)}/execute`);
  const theirs = String(execution.json.executionId);
  for (const executionId of [randomUUID(), theirs]) {
    const event = { event: 'workflow.completed', executionId, status: 'success' };
    const answer = await sendEvent(app, event, { headers: { 'webhook-id': executionId } });
    t.match(answer, { status: 404, json: { code: 'execution_not_found' } });
  }
  const delivery = await sendEvent(app, { event: 'a', deliveryId: randomUUID(), status: 'success' });
  t.match(delivery, { status: 404, json: { code: 'execution_not_found' } });
  t.match(await call('GET', `/api/executions/${theirs}`), { status: 200, json: { status: 'queued' } });
  const refused = await eventually('they are written down', async () => {
    const rows = await refusedRows(db);
    return rows.length === 3 && rows;
  });
  t.match(refused, [{ state: 'refused', outcome: 'execution_not_found', status_code: 404, body: null }]);
  t.same(
    refused.slice(0, 2).map((row) => [row.event, row.webhook_id]),
    Array(2).fill(['workflow.completed', null]),
    'an id is as good as new',
  );
});

t.test('what is refused is written down without its body, up to a number a minute', async (t) => {
  const { app, db } = await setUp(t);
  const event = { event: 'a', data: 'of nobody' };
  await Promise.all(
    Array.from({ length: 50 }, () => sendEvent(app, event, { signature: { 'x-webhook-signature': 'no' } })),
  );
  await sendEvent(app, { event: 'a', status: 'fine' });
  const rows = await eventually('the last of them is written down', async () => {
    const found = await refusedRows(db);
    return found.some(({ error_code }) => error_code === 'validation_failed') && found;
  });
  const strangers = rows.filter(({ error_code }) => error_code === 'n8n_signature_invalid');
  // Two, when a minute begins in between.
  t.ok(strangers.length >= 20 && strangers.length <= 40, `${strangers.length} rows`);
  t.match(strangers[0], {
    event: 'unknown',
    outcome: 'malformed_signature',
    signature_verdict: 'malformed_signature',
    signature_scheme: 'hmac',
    status_code: 401,
    body: null,
    body_bytes: JSON.stringify(event).length,
  });
  t.match(
    rows.find(({ error_code }) => error_code === 'validation_failed'),
    { event: 'a', outcome: 'validation_failed', signature_verdict: 'valid', status_code: 400, body: null },
  );
});

t.test('one id at once twenty times: one event', async (t) => {
  const { app, db } = await setUp(t);
  const call = { headers: { 'webhook-id': 'msg_20' } };
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => sendEvent(app, { event: 'order.paid', data: n }, call)),
  );
  t.same([...new Set(answers.map(({ status }) => status))], [200]);
  t.equal(answers.filter(({ json }) => json.duplicate === false).length, 1);
  t.equal(new Set(answers.map(({ json }) => json.eventId)).size, 1, 'all are told of the one');
  t.equal((await inboundEvents(db)).length, 1);
  t.match(await sendEvent(app, { event: 'order.paid', data: 'again' }, call), {
    status: 200,
    json: { duplicate: true, event: 'order.paid', message: /before/ },
  });
  t.match(await sendEvent(app, { event: 'order.lost' }, call), {
    status: 409,
    json: { code: 'webhook_id_reused' },
  });
});

t.test('events of a name of their own go to whoever is there for them', async (t) => {
  const { db } = await setUp(t);
  const seen: unknown[] = [];
  const { app } = await startInstance(t, db, {
    handlers: {
      'sync.record': async (event) => async (trx) => {
        const { rows } = await sql<{ who: string }>`SELECT current_user AS who`.execute(trx);
        seen.push([event.data, rows[0]?.who]);
        return { outcome: 'merged' };
      },
      'sync.refused': async () => async () => ({ problem: 'endpoint_not_found', detail: 'Not that one.' }),
    },
  });
  const data = { key: 'a', data: { n: 1 } };
  const call = { headers: { 'webhook-id': 'sync-1' } };
  for (const duplicate of [false, true]) {
    const answer = await sendEvent(app, { event: 'sync.record', data }, call);
    t.match(answer, { status: 200, json: { outcome: 'merged', duplicate } });
  }
  t.same(seen, [[JSON.stringify(data), 'hookgate_tenant']], 'once, as the organization and nobody else');
  const refused = await sendEvent(app, { event: 'sync.refused' }, { headers: { 'webhook-id': 'sync-2' } });
  t.match(refused, { status: 404, json: { code: 'endpoint_not_found', detail: 'Not that one.' } });
  const both = await sendEvent(app, {
    event: 'sync.record',
    executionId: randomUUID(),
    workflowId: randomUUID(),
  });
  t.same(pointersOf(both), ['/body/executionId', '/body/workflowId']);
  t.equal(
    (await sendEvent(app, { event: 'constructor' })).json.outcome,
    'recorded',
    'an inherited name is none',
  );
  const rows = await inboundEvents(db);
  t.same(
    rows.filter(({ state }) => state === 'processed').map(({ outcome }) => outcome),
    ['merged', 'recorded'],
  );
});

t.test('an event that is undone to end a deadlock is done again', async (t) => {
  const { db } = await setUp(t);
  const left = { once: 1, always: Number.POSITIVE_INFINITY };
  const losing = (name: keyof typeof left) => async () => async (trx: Tx) => {
    const lost = left[name]-- > 0;
    if (lost) await sql`DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$`.execute(trx);
    return { outcome: 'merged' };
  };
  const { app } = await startInstance(t, db, {
    handlers: { once: losing('once'), always: losing('always') },
  });
  const call = { headers: { 'webhook-id': 'msg_1' } };
  t.match(await sendEvent(app, { event: 'once' }, call), {
    status: 200,
    json: { outcome: 'merged', duplicate: false },
  });
  t.equal((await inboundEvents(db)).length, 1);
  t.match(await sendEvent(app, { event: 'always' }), { status: 503, json: { code: 'database_unavailable' } });
  t.equal((await inboundEvents(db)).length, 1);
});

t.test('without a database nothing is promised', async (t) => {
  const { call } = await setUp(t);
  t.equal((await call('GET', '/api/webhook-endpoints')).status, 200);
  const pool = createPool({
    connectionString: 'postgres://nobody@127.0.0.1:1/nothing',
    max: 1,
    applicationName: 'test',
    onError: () => undefined,
  });
  const db = createDatabase(pool);
  t.teardown(() => db.destroy());
  const { app } = await startInstance(t, db);
  for (const options of [{}, { query: '?endpoint=orders' }]) {
    const answer = await sendEvent(app, { event: 'a' }, options);
    t.match(answer, { status: 503, json: { code: 'database_unavailable' } });
    t.match(answer.headers['retry-after'], /^\d+$/);
  }
  t.equal(
    (await sendEvent(app, { event: 'a' }, { signature: {} })).status,
    401,
    'what needs none is answered',
  );
});

t.test('it is no part of the management API', async (t) => {
  const { app, key } = await setUp(t);
  for (const holder of [key, ADMIN_KEY]) {
    const answer = await clientOf(app, holder)('POST', '/api/webhooks/n8n', { body: { event: 'a' } });
    t.match(
      answer,
      { status: 401, json: { code: 'n8n_signature_invalid' } },
      'no key stands in for a signature',
    );
  }
});
