import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import t from '../helpers/tap.ts';
import { withLogs } from './logged.ts';
import { idOf, itemsOf } from './management.ts';

t.test('an accepted request is shown as it came', async (t) => {
  const { accept, show, workflowId, db } = await withLogs(t);
  const body = Buffer.from('{"id":1,"name":"ü","list":[1,2]}');
  const headers = '[["Content-Type","application/json"],["X-Twice","a"],["x-twice","b"]]';
  const row = await accept({ body, headers, query: 'a=1&a=2', sourceIp: '2001:db8::7', requestId: 'r-1' });
  const answer = await show(row.logId);
  t.equal(answer.status, 200);
  t.match(answer.json, {
    id: row.logId,
    workflowId,
    executionId: row.executionId,
    requestId: 'r-1',
    receivedAt: new Date(row.receivedAtMs).toISOString(),
    request: {
      method: 'POST',
      query: 'a=1&a=2',
      headers: [
        { name: 'Content-Type', value: 'application/json' },
        { name: 'X-Twice', value: 'a' },
        { name: 'x-twice', value: 'b' },
      ],
      sourceIp: '2001:db8::7',
      body: { id: 1, name: 'ü', list: [1, 2] },
      bodyEncoding: 'json',
      sha256: createHash('sha256').update(body).digest('hex'),
      size: body.length,
    },
    response: { success: true, statusCode: 200, errorCode: null, answeredStatus: 200 },
    execution: { id: row.executionId, status: 'queued', url: `/api/executions/${row.executionId}` },
    timing: { executionStartedAt: null, executionFinishedAt: null },
  });
  await sql`UPDATE webhook_logs SET answered_status = 503`.execute(db);
  await sql`UPDATE workflow_executions SET state = 'running', started_at = now()`.execute(db);
  t.match((await show(row.logId)).json, {
    response: { success: true, statusCode: 200, answeredStatus: 503 },
    execution: { status: 'running' },
    timing: { executionStartedAt: /Z$/ },
  });
  await sql`DELETE FROM workflow_executions`.execute(db);
  t.match(
    (await show(row.logId)).json,
    { executionId: row.executionId, execution: null },
    'outlives its execution',
  );
});

t.test('bodies of every kind', async (t) => {
  const { accept, show } = await withLogs(t);
  const deep = Buffer.from('['.repeat(100_000) + ']'.repeat(100_000));
  const bodies: [Buffer, unknown][] = [
    [Buffer.from('null'), null],
    [Buffer.from('"\\u0000\\ud800"'), '\u0000\ud800'],
    [Buffer.from('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}')],
  ];
  for (const [body, shown] of bodies) {
    const { request } = (await show((await accept({ body })).logId)).json as {
      request: { body: unknown; bodyEncoding: string };
    };
    t.equal(request.bodyEncoding, 'json');
    t.equal(JSON.stringify(request.body), JSON.stringify(shown));
  }
  for (const body of [
    Buffer.alloc(0),
    Buffer.from('a=1&b=2'),
    Buffer.from([0, 255, 254]),
    Buffer.from('"\xff"', 'latin1'),
    deep,
  ]) {
    const answer = await show((await accept({ body })).logId);
    t.match(answer.json, {
      request: { body: body.toString('base64'), bodyEncoding: 'base64', size: body.length },
    });
  }
});

t.test('a refused request shows why, and keeps no body', async (t) => {
  const { refuse, show } = await withLogs(t);
  const id = await refuse('signature_mismatch', 401);
  t.match((await show(id)).json, {
    executionId: null,
    execution: null,
    request: {
      body: null,
      bodyEncoding: null,
      sha256: null,
      size: 17,
      headers: [{ name: 'x-webhook-signature' }],
    },
    response: { success: false, statusCode: 401, errorCode: 'signature_mismatch', answeredStatus: 401 },
  });
  const missing = await show(newId());
  t.match(missing, { status: 404, json: { code: 'webhook_log_not_found' } });
});

t.test('the list is filtered and carries no bodies', async (t) => {
  const { call, accept, refuse, workflowId } = await withLogs(t);
  const other = idOf(await call('POST', '/api/workflows', { body: { name: 'b' } }));
  const accepted = (await accept({ body: Buffer.from('a body to be found') })).logId;
  const unsigned = await refuse('signature_mismatch', 401);
  const large = await refuse('payload_too_large', 413);
  const elsewhere = await refuse('signature_mismatch', 401, other);
  const list = (query: string) => call('GET', `/api/webhook-logs?${query}`);
  const ids = async (query: string) => itemsOf(await list(query)).map((item) => item.id);
  t.same(await ids(''), [elsewhere, large, unsigned, accepted], 'newest first');
  t.same(await ids(`workflowId=${workflowId}`), [large, unsigned, accepted]);
  t.same(await ids('success=true'), [accepted]);
  t.same(await ids('success=false'), [elsewhere, large, unsigned]);
  t.same(await ids('statusCode=401'), [elsewhere, unsigned]);
  t.same(await ids('errorCode=signature_mismatch'), [elsewhere, unsigned]);
  t.same(await ids(`errorCode=signature_mismatch&workflowId=${workflowId}`), [unsigned]);
  t.same(await ids('success=true&statusCode=401'), []);
  t.match(itemsOf(await list('success=true')), [
    { method: 'POST', size: 18, success: true, errorCode: null },
  ]);
  t.notOk((await list('')).text.includes(Buffer.from('a body to be found').toString('base64')));
  for (const query of ['success=maybe', 'statusCode=1', 'errorCode=A-B', 'text=a']) {
    t.match(await list(query), { status: 400, json: { code: 'validation_failed' } }, query);
  }
});
