import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import t, { type Test } from '../helpers/tap.ts';
import { idOf, pointersOf, setUp, startInstance } from './management.ts';
import { EVENTS, inboundEvents, type SendOptions, sendEvent, signedHex } from './signed-events.ts';

/** An organization with a workflow, and an endpoint in whose name its n8n sends events. */
async function withSender(t: Test) {
  const set = await setUp(t);
  const workflowId = idOf(await set.call('POST', '/api/workflows', { body: { name: 'orders' } }));
  const endpoint = await set.call('PUT', EVENTS, { body: { name: 'a', path: 'a' } });
  const send = (event: unknown, options: SendOptions = {}, app = set.app) => {
    const raw = typeof event === 'string' ? event : JSON.stringify(event);
    const signature = signedHex(raw, String(endpoint.json.inboundSecret));
    return sendEvent(app, raw, { signature, query: `?endpoint=${idOf(endpoint)}`, ...options });
  };
  const executions = async () => {
    const { rows } = await sql<Record<string, unknown>>`
      SELECT * FROM workflow_executions ORDER BY created_at, id`.execute(set.db);
    return rows;
  };
  return { ...set, workflowId, endpointId: idOf(endpoint), send, executions };
}

t.test('an event with a workflow starts an execution of it', async (t) => {
  const set = await withSender(t);
  const { send, call, db, offered, queue, workflowId, endpointId, organizationId } = set;
  const raw = `{"event":"order.paid","workflowId":"${workflowId.toUpperCase()}","data":{"n":12345678901234567890,"x":1.0}}`;
  const answer = await send(raw);
  const { executionId, eventId } = answer.json;
  t.match(answer, {
    status: 200,
    json: { outcome: 'started', duplicate: false, status: 'queued', jobId: executionId, message: /started/ },
  });
  t.match(await call('GET', `/api/executions/${executionId}`), {
    status: 200,
    json: { triggerType: 'n8n', status: 'queued', workflowId, triggeredBy: `n8n_event:${eventId}` },
  });
  const { rows } = await sql<{ input: Buffer; hops: number; enqueued_at: Date | null }>`
    SELECT input, hops, enqueued_at FROM workflow_executions WHERE id = ${executionId}`.execute(db);
  t.equal(
    rows[0]?.input.toString(),
    '{"n":12345678901234567890,"x":1.0}',
    'its input is the data as it came',
  );
  t.equal(rows[0]?.hops, 1);
  t.same(offered, [{ kind: 'execution', id: executionId, run: 1, organizationId }]);
  t.match(await inboundEvents(db), [
    {
      id: eventId,
      outcome: 'started',
      endpoint_id: endpointId,
      workflow_id: workflowId,
      execution_id: executionId,
    },
  ]);
  queue.accepting = false;
  const later = await send({ event: 'order.paid', workflowId });
  const waiting = await sql<{ enqueued_at: Date | null; input: Buffer | null }>`
    SELECT enqueued_at, input FROM workflow_executions WHERE id = ${later.json.executionId}`.execute(db);
  t.same(waiting.rows, [{ enqueued_at: null, input: null }], 'left to the relay');
  t.equal(offered.length, 1);
});

t.test('one id starts one execution, also twenty times at once on two instances', async (t) => {
  const { send, db, offered, workflowId, executions } = await withSender(t);
  const second = await startInstance(t, db);
  const call = { headers: { 'webhook-id': 'msg_1' } };
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      send({ event: 'order.paid', workflowId, data: n }, call, n % 2 === 0 ? undefined : second.app),
    ),
  );
  t.same([...new Set(answers.map(({ status }) => status))], [200]);
  t.equal(new Set(answers.map(({ json }) => json.executionId)).size, 1);
  t.equal(answers.filter(({ json }) => json.duplicate === true).length, 19);
  t.equal((await executions()).length, 1);
  t.equal(offered.length + second.offered.length, 1, 'and one job');
  await sql`DELETE FROM webhook_events`.execute(db);
  const again = await send({ event: 'order.paid', workflowId, data: 'once more' }, call);
  t.match(again, { status: 200, json: { duplicate: true, executionId: answers[0]?.json.executionId } });
  t.equal((await executions()).length, 1, 'the trail may be shorter than the memory of ids');
  const next = await send({ event: 'order.paid', workflowId }, { headers: { 'webhook-id': 'msg_2' } });
  t.equal(next.json.duplicate, false);
  t.equal((await executions()).length, 2);
});

t.test('an id of another sender is another one', async (t) => {
  const { send, app, call, workflowId, executions } = await withSender(t);
  const other = await call('PUT', EVENTS, { body: { name: 'b', path: 'b' } });
  const raw = JSON.stringify({ event: 'order.paid', workflowId });
  const headers = { 'webhook-id': '17' };
  const signature = signedHex(raw, String(other.json.inboundSecret));
  const answers = [
    await send(raw, { headers }),
    await sendEvent(app, raw, { headers, signature, query: `?endpoint=${idOf(other)}` }),
  ];
  t.match(answers, [{ json: { duplicate: false } }, { json: { duplicate: false } }]);
  t.equal((await executions()).length, 2);
});

t.test('workflows that are not there, or do not run', async (t) => {
  const { send, call, workflowId, executions } = await withSender(t);
  const headers = { 'webhook-id': 'msg_1' };
  t.match(await send({ event: 'a', workflowId: randomUUID() }), {
    status: 404,
    json: { code: 'workflow_not_found' },
  });
  await call('PATCH', `/api/workflows/${workflowId}`, { body: { isActive: false } });
  const inactive = await send({ event: 'a', workflowId }, { headers });
  t.match(inactive, { status: 409, json: { code: 'execution_workflow_inactive' } });
  await call('PATCH', `/api/workflows/${workflowId}`, { body: { isActive: true } });
  const active = await send({ event: 'a', workflowId }, { headers });
  t.match(active, { status: 200, json: { outcome: 'started', duplicate: false } }, 'the id was not used up');
  await call('DELETE', `/api/workflows/${workflowId}`);
  t.match(await send({ event: 'a', workflowId }), { status: 404 });
  t.match(await send({ event: 'a', workflowId }, { headers }), {
    status: 200,
    json: { duplicate: true, status: 'cancelled' },
  });
  t.equal((await executions()).length, 1);
});

t.test('a report that lost the id of its execution starts nothing', async (t) => {
  const { send, workflowId, executions } = await withSender(t);
  const answer = await send({
    event: 'workflow.completed',
    workflowId,
    executionId: null,
    status: 'success',
  });
  t.equal(answer.status, 400);
  t.same(pointersOf(answer), ['/body/executionId']);
  t.same(await executions(), []);
});

t.test('a loop through n8n ends', async (t) => {
  const { send, workflowId, executions } = await withSender(t);
  const event = { event: 'order.paid', workflowId };
  let hops = 0;
  for (let round = 1; round <= 8; round++) {
    const answer = await send(event, { headers: { 'x-hookgate-hops': String(hops) } });
    t.equal(answer.status, 200);
    hops = Number((await executions()).at(-1)?.hops);
    t.equal(hops, round);
  }
  const refused = { status: 409, json: { code: 'hop_limit_reached' } };
  t.match(await send(event, { headers: { 'x-hookgate-hops': String(hops) } }), refused);
  t.match(await send({ ...event, hops }), refused, 'in the body too');
  t.match(await send({ ...event, hops: String(hops) }), refused);
  t.match(
    await send({ ...event, hops: 1 }, { headers: { 'x-hookgate-hops': '8' } }),
    refused,
    'the further one counts',
  );
  t.equal((await executions()).length, 8);
});
