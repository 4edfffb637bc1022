import { sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import { loadWork } from '../../src/store/work.ts';
import t from '../helpers/tap.ts';
import { end } from './executable.ts';
import { withLogs } from './logged.ts';
import { clientOf, insertOrganization, itemsOf, type Json } from './management.ts';

const BYTES = Buffer.from([0, 1, 0xff, 0xfe, 0x22, 0x0d, 0x0a]);

t.test('a webhook runs again, with the same bytes', async (t) => {
  const { call, accept, db, caller, offered, queue, workflowId, organizationId } = await withLogs(t);
  const headers = '[["Content-Type","application/odd"],["X-Twice","a"],["x-twice","b"]]';
  const row = await accept({ body: BYTES, headers, query: 'a=1&a=%zz' });
  await end(db, row.executionId, 'succeeded');
  const answer = await call('POST', `/api/webhook-logs/${row.logId}/retry`);
  t.equal(answer.status, 202);
  t.match(answer.json, { success: true, replayOf: row.executionId, logId: row.logId, workflowId });
  const executionId = String(answer.json.executionId);
  t.not(executionId, row.executionId);
  t.equal(answer.headers.location, `/api/executions/${executionId}`);
  t.same(offered, [{ kind: 'execution', id: executionId, run: 1, organizationId }]);

  const shown = await call('GET', String(answer.headers.location));
  t.match(shown.json, {
    status: 'queued',
    triggerType: 'webhook',
    triggeredBy: caller,
    replayOf: row.executionId,
    replayId: null,
    logId: row.logId,
  });
  const work = await loadWork(db, [row.executionId, executionId]);
  t.ok(work.get(executionId)?.request?.body.equals(BYTES));
  t.same(work.get(executionId)?.request, work.get(row.executionId)?.request);
  t.match((await call('GET', `/api/executions/${row.executionId}`)).json, {
    replayOf: null,
    triggeredBy: null,
  });

  queue.accepting = false;
  const again = await call('POST', `/api/webhook-logs/${row.logId.toUpperCase()}/retry`);
  t.match(again, { status: 202, json: { replayOf: row.executionId, logId: row.logId } });
  t.equal(offered.length, 1, 'what the queue does not want now is left to the relay');
  const { rows } = await sql<{ enqueued: boolean }>`
    SELECT enqueued_at IS NOT NULL AS enqueued FROM workflow_executions WHERE replay_of IS NOT NULL ORDER BY id`.execute(
    db,
  );
  t.same(rows, [{ enqueued: true }, { enqueued: false }]);
});

t.test('what cannot run again', async (t) => {
  const { app, call, accept, refuse, db, workflowId, offered } = await withLogs(t);
  const retry = (id: string, client = call) => client('POST', `/api/webhook-logs/${id}/retry`);
  const problem = (status: number, code: string) => ({ status, json: { code } });
  t.match(await retry(newId()), problem(404, 'webhook_log_not_found'));
  t.match(await retry('not-an-id'), problem(400, 'validation_failed'));
  t.match(await retry(await refuse('signature_mismatch', 401)), problem(409, 'body_not_kept'));
  const { logId } = await accept();
  const stranger = clientOf(app, (await insertOrganization(db)).key);
  t.match(await retry(logId, stranger), problem(404, 'webhook_log_not_found'));

  const expired = await accept();
  await sql`DELETE FROM webhook_logs WHERE id = ${expired.logId}`.execute(db);
  t.match(await retry(expired.logId), problem(410, 'body_expired'));
  t.match(await retry(expired.logId, stranger), problem(404, 'webhook_log_not_found'));
  await end(db, expired.executionId, 'failed');
  t.match(
    await call('POST', `/api/executions/${expired.executionId}/retry`),
    problem(410, 'body_expired'),
    'an execution cannot be retried without its bytes either',
  );
  await sql`DELETE FROM workflow_executions WHERE id = ${expired.executionId}`.execute(db);
  t.match(await retry(expired.logId), problem(404, 'webhook_log_not_found'), 'when nothing is left of it');

  await call('PATCH', `/api/workflows/${workflowId}`, { body: { isActive: false } });
  t.match(await retry(logId), problem(409, 'execution_workflow_inactive'));
  await call('DELETE', `/api/workflows/${workflowId}`);
  t.match(await retry(logId), problem(404, 'workflow_not_found'));
  t.same(offered, []);
  const list = itemsOf(await call('GET', '/api/executions')) as Json[];
  t.ok(list.every((execution) => execution.replayOf === null));
});
