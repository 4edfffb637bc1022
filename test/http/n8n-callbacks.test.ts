import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import { asTenant } from '../../src/store/database.ts';
import { insertInboundSecret } from '../../src/store/inbound-secrets.ts';
import { box, insertExecution, insertWorkflow } from '../helpers/rows.ts';
import t, { type Test } from '../helpers/tap.ts';
import { ADMIN_KEY, clientOf, setUp } from './management.ts';
import { inboundEvents, sendEvent, signedHex } from './signed-events.ts';

/** An execution of the default organization whose deliveries, one to each endpoint, wait for n8n. */
async function waiting(t: Test, endpoints = 1) {
  const set = await setUp(t);
  const { db } = set;
  const urls = Array.from({ length: endpoints }, (_, n) => `http://127.0.0.1:9/${n}`);
  const { workflowId, triggers } = await insertWorkflow(db, urls);
  const executionId = await insertExecution(set.pool, workflowId);
  const deliveries = triggers.map((trigger) => ({ id: newId(), ...trigger }));
  for (const state of ['running', 'waiting']) {
    await sql`UPDATE workflow_executions SET state = ${state} WHERE id = ${executionId}`.execute(db);
  }
  for (const { id, triggerId, endpointId } of deliveries) {
    await sql`
      INSERT INTO deliveries (id, organization_id, execution_id, trigger_id, endpoint_id, state, attempts, run_attempts,
        awaited_until, next_attempt_at)
      VALUES (${id}, ${DEFAULT_ORGANIZATION_ID}, ${executionId}, ${triggerId}, ${endpointId}, 'waiting', 1, 1,
        now() + interval '1 hour', now() + interval '1 hour')`.execute(db);
  }
  const admin = clientOf(set.app, ADMIN_KEY);
  const status = async () => (await admin('GET', `/api/executions/${executionId}`)).json.status;
  return { ...set, workflowId, executionId, deliveries, status };
}

const COMPLETED = { event: 'workflow.completed', status: 'success', n8nExecutionId: 17, data: { n: 1 } };

t.test('n8n says how it went, and is told what that did', async (t) => {
  const { app, db, executionId, deliveries, status } = await waiting(t);
  const running = await sendEvent(app, { event: 'workflow.progress', executionId, status: 'running' });
  t.match(running, { status: 200, json: { executionId, status: 'waiting', duplicate: false } });
  const headers = { 'webhook-id': 'msg_1' };
  const answer = await sendEvent(app, { ...COMPLETED, executionId: executionId.toUpperCase() }, { headers });
  const told = { executionId, jobId: executionId, status: 'succeeded', outcome: 'applied' };
  t.match(answer, { status: 200, json: { ...told, duplicate: false } });
  t.equal(await status(), 'succeeded');
  const again = await sendEvent(app, { ...COMPLETED, executionId }, { headers });
  t.match(again, { status: 200, json: { ...told, duplicate: true } }, 'the same event changes nothing');
  const other = await sendEvent(app, { ...COMPLETED, executionId, status: 'error' }, { headers });
  t.match(other, { status: 409, json: { code: 'webhook_id_reused' } }, 'another one is not taken for it');
  t.equal(await status(), 'succeeded');
  const rows = (await inboundEvents(db)).filter(({ state }) => state === 'processed');
  t.equal(rows.length, 2);
  t.match(rows[1], { outcome: 'applied', execution_id: executionId, delivery_id: deliveries[0]?.id });
});

t.test('the delivery alone will do, and of several it is needed', async (t) => {
  const { app, executionId, deliveries, workflowId, status } = await waiting(t, 2);
  const [first, second] = deliveries.map(({ id }) => id);
  const answer = await sendEvent(app, { ...COMPLETED, executionId });
  t.match(answer, { status: 409, json: { code: 'delivery_ambiguous' } });
  for (const id of [first, second]) t.ok(String(answer.json.detail).includes(String(id)));
  const one = await sendEvent(app, { ...COMPLETED, deliveryId: first });
  t.match(one, { status: 200, json: { outcome: 'applied', executionId, status: 'waiting' } });
  const other = { ...COMPLETED, status: 'crashed', executionId, deliveryId: second, workflowId };
  t.match(await sendEvent(app, other), { status: 200, json: { outcome: 'applied' } });
  t.equal(await status(), 'failed');
});

t.test('what contradicts itself is about nothing', async (t) => {
  const { app, executionId, deliveries, status } = await waiting(t);
  const another = await waiting(t);
  for (const ids of [
    { executionId, workflowId: randomUUID() },
    { executionId, deliveryId: newId() },
    { executionId, deliveryId: another.deliveries[0]?.id },
    { executionId: newId(), deliveryId: deliveries[0]?.id },
  ]) {
    const answer = await sendEvent(app, { ...COMPLETED, ...ids });
    t.match(answer, { status: 404, json: { code: 'execution_not_found' } }, JSON.stringify(ids));
  }
  t.equal(await status(), 'waiting');
});

t.test('an endpoint speaks for its own deliveries only', async (t) => {
  const { app, db, executionId, deliveries, status } = await waiting(t, 2);
  const [own, others] = deliveries;
  const endpointId = own?.endpointId ?? '';
  const secret = 'what one endpoint signs with';
  await asTenant(db, DEFAULT_ORGANIZATION_ID, (trx) =>
    insertInboundSecret(trx, box, { organizationId: DEFAULT_ORGANIZATION_ID, endpointId, secret }),
  );
  const send = (ids: object) => {
    const raw = JSON.stringify({ ...COMPLETED, ...ids });
    return sendEvent(app, raw, { signature: signedHex(raw, secret), query: `?endpoint=${endpointId}` });
  };
  t.equal((await send({ executionId, deliveryId: others?.id })).status, 404);
  t.equal((await send({ deliveryId: others?.id })).status, 404);
  t.match(await send({ executionId }), { status: 200, json: { outcome: 'applied', status: 'waiting' } });
  t.equal(await status(), 'waiting', 'the other one is still waited for');
});
