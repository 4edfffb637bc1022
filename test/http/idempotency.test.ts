import { sql } from 'kysely';
import { createDatabase, createPool } from '../../src/store/database.ts';
import t from '../helpers/tap.ts';
import { end, withWorkflow } from './executable.ts';
import { clientOf, idOf, startInstance } from './management.ts';

t.test('twenty calls at once with one key, on two instances: one execution', async (t) => {
  const { call, db, path, key, offered, url } = await withWorkflow(t);
  const pool = createPool({
    connectionString: url,
    max: 5,
    applicationName: 'second',
    onError: () => undefined,
  });
  const secondDb = createDatabase(pool);
  t.teardown(() => secondDb.destroy());
  const second = await startInstance(t, secondDb);
  const clients = [call, clientOf(second.app, key)];
  const sent = { headers: { 'idempotency-key': 'order-7' }, body: { input: { order: 7 } } };
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => clients.map((client) => client('POST', path, sent))).flat(),
  );
  const [won, ...others] = answers.filter((answer) => answer.status === 202);
  t.same(others, [], 'one of them started it');
  const replayed = answers.filter((answer) => answer.status === 200);
  t.equal(replayed.length, 19);
  for (const answer of replayed) {
    t.equal(answer.headers['idempotent-replayed'], 'true');
    t.match(answer.json, { id: won?.json.executionId, executionId: won?.json.executionId, status: 'queued' });
  }
  t.equal(won?.headers['idempotent-replayed'], undefined);
  const { rows } = await sql`SELECT id FROM workflow_executions`.execute(db);
  t.equal(rows.length, 1);
  t.equal(offered.length + second.offered.length, 1, 'and one job');
});

t.test('who comes second waits for the first, and takes over when it is refused', async (t) => {
  const { execute, db, workflowId, organizationId } = await withWorkflow(t);
  const blocked = async () => {
    for (;;) {
      const { rows } = await sql`SELECT FROM pg_locks WHERE NOT granted`.execute(db);
      if (rows.length > 0) return;
    }
  };
  for (const commits of [true, false]) {
    const key = `commits ${commits}`;
    const call = { headers: { 'idempotency-key': key }, raw: '{}' };
    const first = await db.startTransaction().execute();
    const { rows } = await sql<{ execution_id: string }>`
      WITH e AS (
        INSERT INTO workflow_executions (id, organization_id, workflow_id, trigger_type)
        VALUES (gen_random_uuid(), ${organizationId}, ${workflowId}, 'manual') RETURNING id
      )
      INSERT INTO idempotency_keys SELECT ${organizationId}, ${workflowId}, ${key}, sha256('{}'), id,
        now() + interval '1 day' FROM e RETURNING execution_id`.execute(first);
    const second = execute(call);
    await blocked();
    await (commits ? first.commit() : first.rollback()).execute();
    const answer = await second;
    if (commits) t.match(answer, { status: 200, json: { id: rows[0]?.execution_id } });
    else t.equal(answer.status, 202);
  }
});

t.test('a key belongs to its body, its workflow and its day', async (t) => {
  const { execute, call, db } = await withWorkflow(t);
  const headers = { 'idempotency-key': 'k'.repeat(255) };
  const first = await execute({ headers, raw: '{"input":{"a":1}}' });
  const again = await execute({ headers, raw: '{"input":{"a":1}}' });
  t.match(again, { status: 200, json: { executionId: first.json.executionId, input: { a: 1 } } });
  t.equal(again.headers.location, `/api/executions/${first.json.executionId}`);
  for (const raw of ['{"input":{"a":2}}', '{ "input":{"a":1}}', '']) {
    const other = await execute({ headers, raw });
    t.match(other, { status: 409, json: { code: 'idempotency_key_reused' } }, 'the raw body counts');
  }
  const elsewhere = await call('POST', '/api/workflows', { body: { name: 'b' } });
  t.equal(
    (await call('POST', `/api/workflows/${idOf(elsewhere)}/execute`, { headers, raw: '{}' })).status,
    202,
  );

  await end(db, String(first.json.executionId), 'failed');
  t.match(await execute({ headers, raw: '{"input":{"a":1}}' }), { status: 200, json: { status: 'failed' } });
  await sql`UPDATE idempotency_keys SET expires_at = now()`.execute(db);
  const later = await execute({ headers, raw: '{"input":{"a":2}}' });
  t.equal(later.status, 202, 'after a day the key is free');
  t.not(later.json.executionId, first.json.executionId);
  t.equal((await execute({ headers, raw: '{"input":{"a":2}}' })).status, 200);
});

t.test('a refused call uses up no key', async (t) => {
  const { execute, call, workflowId } = await withWorkflow(t);
  const headers = { 'idempotency-key': 'once' };
  t.equal((await execute({ headers, raw: '{"input":1}' })).status, 400);
  await call('PATCH', `/api/workflows/${workflowId}`, { body: { isActive: false } });
  t.equal((await execute({ headers, raw: '{}' })).status, 409);
  await call('PATCH', `/api/workflows/${workflowId}`, { body: { isActive: true } });
  const started = await execute({ headers, raw: '{"input":{}}' });
  t.equal(started.status, 202);
  await call('PATCH', `/api/workflows/${workflowId}`, { body: { isActive: false } });
  const replay = await execute({ headers, raw: '{"input":{}}' });
  t.match(replay, { status: 200, json: { id: started.json.executionId } }, 'what was started stays answered');
  for (const key of ['', 'k'.repeat(256)]) {
    const answer = await execute({ headers: { 'idempotency-key': key } });
    t.match(answer, { status: 400, json: { errors: [{ pointer: '/headers/idempotency-key' }] } });
  }
});
