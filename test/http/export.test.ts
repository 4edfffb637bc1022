import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { eventually } from '../helpers/eventually.ts';
import t, { type Test } from '../helpers/tap.ts';
import { insertMany, withLogs } from './logged.ts';
import { type Json, makeApi } from './management.ts';

const EXPORT = '/api/webhook-logs/export';

async function withExport(t: Test, lend?: typeof makeApi) {
  const logged = await withLogs(t, lend);
  const { app, key } = logged;
  const headers = { authorization: `Bearer ${key}` };
  const text = async (query: string) => {
    const response = await app.inject({ method: 'GET', url: `${EXPORT}?${query}`, headers });
    return { status: response.statusCode, headers: response.headers, body: response.body };
  };
  const lines = async (query = '') => {
    const { body } = await text(`format=ndjson&${query}`);
    t.ok(body === '' || body.endsWith('\n'));
    return body
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Json);
  };
  return { ...logged, headers, text, lines };
}

/** Over a real connection, up to its first bytes. */
async function begin({ app, headers }: Awaited<ReturnType<typeof withExport>>): Promise<IncomingMessage> {
  // The tests of this file share it.
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const request = get(`${url}${EXPORT}`, { headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  await once(response, 'readable');
  return response;
}

/** Reads to the end: whether it was the end of the answer, or only that of its connection. */
async function drain(response: IncomingMessage): Promise<{ bytes: number; complete: boolean }> {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  await new Promise<void>((resolve) => {
    response.on('error', () => resolve()).on('end', resolve);
  });
  return { bytes, complete: response.complete };
}

t.test('ndjson: an object a line, with the body as JSON or in base64', async (t) => {
  const { accept, refuse, lines, text, workflowId } = await withExport(t);
  const refused = await refuse('signature_mismatch', 401);
  const bodies: [Buffer, string, unknown][] = [
    [Buffer.from('{"a":[1,"ü\\n"]}'), 'json', { a: [1, 'ü\n'] }],
    [Buffer.from([0, 255, 10]), 'base64', Buffer.from([0, 255, 10]).toString('base64')],
    [Buffer.from('a=1\nb=2'), 'base64', Buffer.from('a=1\nb=2').toString('base64')],
    [Buffer.alloc(0), 'base64', ''],
  ];
  const ids: string[] = [];
  for (const [body] of bodies)
    ids.unshift((await accept({ body, query: 'a=%0a', headers: '[["X-A","1"],["x-a","2"]]' })).logId);
  const found = await lines();
  t.same(
    found.map((log) => log.id),
    [...ids, refused],
    'newest first',
  );
  for (const [i, [body, bodyEncoding, shown]] of [...bodies].reverse().entries()) {
    t.match(found[i], { bodyEncoding, workflowId, success: true, query: 'a=%0a', size: body.length });
    t.strictSame(found[i]?.body, shown);
    t.equal(found[i]?.sha256, createHash('sha256').update(body).digest('hex'));
    t.same(found[i]?.headers, [
      { name: 'X-A', value: '1' },
      { name: 'x-a', value: '2' },
    ]);
  }
  t.match(found[4], {
    body: null,
    bodyEncoding: null,
    sha256: null,
    errorCode: 'signature_mismatch',
    success: false,
  });
  const answer = await text('');
  t.match(answer.headers, {
    'content-type': 'application/x-ndjson; charset=utf-8',
    'content-disposition': /^attachment; filename="webhook-logs-[\dT-]+Z\.ndjson"$/,
  });
});

/** RFC 4180, as strictly as it is written. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  const record: string[] = [];
  let at = 0;
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (at < text.length) {
    cell.lastIndex = at;
    const match = cell.exec(text);
    if (match === null) throw new Error(`no cell at ${at}: ${text.slice(at, at + 40)}`);
    record.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\r\n') records.push(record.splice(0));
    at = cell.lastIndex;
  }
  if (record.length > 0) throw new Error('the last record does not end');
  return records;
}

t.test('csv: cells that no spreadsheet takes for a formula, and nothing lost', async (t) => {
  const { accept, refuse, text } = await withExport(t);
  const refused = await refuse('signature_mismatch', 401);
  const bodies = [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '＝1',
    "=cmd|' /C calc'!A0",
    '"=1"',
    'a,b',
    'say "hi"',
    'two\r\nlines',
    'a\n=1+1',
    'a\r=1+1',
    '\n',
    ' =1',
    'ü',
    "'=1",
    '',
  ];
  for (const body of bodies) await accept({ body: Buffer.from(body), query: '=HYPERLINK("http://x")' });
  const binary = [Buffer.from([0xff, 0x3d]), Buffer.from('a\0b')];
  for (const body of binary) await accept({ body });
  const { body, headers } = await text('format=csv');
  t.match(headers, {
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': /\.csv"$/,
  });
  t.equal(body.codePointAt(0), 0xfeff);
  const [names = [], ...records] = parseCsv(body.slice(1));
  const column = (name: string) => records.map((record) => record[names.indexOf(name)] ?? '').reverse();
  t.ok(records.every((record) => record.length === names.length));
  t.same(column('id')[0], refused);
  t.same(column('bodyEncoding'), ['', ...bodies.map(() => 'text'), 'base64', 'base64']);
  const escaped = bodies.map((cell) => (/^[=+\-@\t\r＝]/.test(cell) ? `'${cell}` : cell));
  t.same(column('body'), ['', ...escaped, ...binary.map((bytes) => bytes.toString('base64'))]);
  t.same(column('query')[1], `'=HYPERLINK("http://x")`);
  t.same(column('success').slice(0, 2), ['false', 'true']);
  for (const cell of records.flat()) t.notOk(/^[=+\-@\t\r]/.test(cell), JSON.stringify(cell));
  t.equal(
    parseCsv((await text('format=csv&statusCode=599')).body.slice(1)).length,
    1,
    'a header line in any case',
  );
});

t.test('everything that matches, over many pages, and nothing that arrives meanwhile', async (t) => {
  const set = await withExport(t);
  const { accept, app, lines, workflowId, refuse } = set;
  await insertMany(set, 2_500);
  await refuse('signature_mismatch', 401);
  let steps = 0;
  const { authenticate } = app;
  t.teardown(() => {
    app.authenticate = authenticate;
  });
  app.authenticate = async (...call) => {
    if (steps++ > 0) await accept();
    return authenticate(...call);
  };
  const found = await lines(`workflowId=${workflowId}&success=true`);
  t.ok(steps > 5);
  // Before its first page nothing had begun.
  const numbers = found.map((log) => String(log.requestId)).filter((id) => id.startsWith('number'));
  t.same(
    numbers,
    Array.from({ length: 2_500 }, (_, i) => `number ${i + 1}`),
  );
  t.ok(found.length <= 2_501);
  t.equal((await lines('statusCode=401')).length, 1);
});

t.test('large bodies go one by one', async (t) => {
  const { accept, lines } = await withExport(t);
  const bodies = [3_000_000, 10, 900_000, 900_000].map((size) => Buffer.alloc(size, 0xff));
  for (const body of bodies) await accept({ body });
  const found = await lines();
  t.same(
    found.map((log) => log.size).reverse(),
    bodies.map((body) => body.length),
  );
  for (const [i, log] of found.reverse().entries())
    t.ok(Buffer.from(String(log.body), 'base64').equals(bodies[i] ?? Buffer.alloc(0)));
});

t.test(
  'a client that does not read is waited for; a key that is revoked meanwhile breaks it off',
  async (t) => {
    const set = await withExport(t);
    await insertMany(set, 60_000);
    const response = await begin(set);
    await sql`UPDATE api_keys SET revoked_at = now()`.execute(set.db);
    const { bytes, complete } = await drain(response);
    t.notOk(complete, 'a broken export does not look complete');
    t.ok(bytes > 0);
  },
);

t.test('a fault in the middle breaks it off, one before is a problem', async (t) => {
  const set = await withExport(t);
  await insertMany(set, 60_000);
  const response = await begin(set);
  await sql`ALTER TABLE webhook_logs RENAME TO gone`.execute(set.db);
  t.notOk((await drain(response)).complete);
  const answer = await set.text('');
  t.match(answer, { status: 500, headers: { 'content-type': /problem\+json/ } });
  await sql`ALTER TABLE gone RENAME TO webhook_logs`.execute(set.db);
  t.equal((await set.lines('statusCode=599')).length, 0);
});

t.test('it ends when its client goes away', async (t) => {
  const set = await withExport(t, makeApi);
  await insertMany(set, 60_000);
  const { app } = set;
  const { authenticate } = app;
  t.teardown(() => {
    app.authenticate = authenticate;
  });
  let steps = 0;
  app.authenticate = (...call) => {
    steps++;
    return authenticate(...call);
  };
  const response = await begin(set);
  const closed = once(response, 'close');
  response.destroy();
  await closed;
  await eventually('the server sees it', async () => {
    const [connections] = await Promise.all([
      new Promise<number>((resolve, reject) =>
        app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    ]);
    return connections === 0;
  });
  const then = steps;
  t.ok(then < 60);
  await app.close();
  t.ok(steps <= then + 1, 'at most the step under way was finished');
});

t.test('what is asked for wrongly', async (t) => {
  const { app, headers, text } = await withExport(t);
  t.match(JSON.parse((await text('format=xml')).body), { code: 'validation_failed' });
  t.match(JSON.parse((await text('limit=1')).body), { code: 'validation_failed' });
  t.match(JSON.parse((await text('q=x')).body), { code: 'search_too_wide' });
  t.match(JSON.parse((await text('from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')).body), {
    errors: [{ pointer: '/query/to' }],
  });
  const head = await app.inject({ method: 'HEAD', url: EXPORT, headers });
  t.equal(head.statusCode, 400, 'there is no HEAD of it');
  t.equal((await app.inject({ method: 'GET', url: EXPORT })).statusCode, 401);
});

t.test('as many exports at once as an organization may have', async (t) => {
  const set = await withExport(t);
  const exports = set.budgets.concurrent('exports');
  const [release] = Array.from({ length: 3 }, () => exports.take(set.organizationId));
  const refused = await set.text('format=csv');
  t.match(refused, { status: 429, headers: { 'retry-after': '30' } });
  t.match(JSON.parse(refused.body), { code: 'budget_exceeded', detail: /exports/ });
  release?.();
  t.equal((await set.text('format=csv')).status, 200);
  await eventually('what has ended is given back', () => exports.used(set.organizationId) === 2);
});
