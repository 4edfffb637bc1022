import type { ExecuteAccepted, ExecuteResult } from '../../src/http/schemas/executions.ts';
import type { CallOptions } from '../helpers/api.ts';
import { ended } from '../helpers/ended.ts';
import { startJourney } from '../helpers/journey.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';

const { api } = await startJourney(t);

type Accepted = Record<keyof typeof ExecuteAccepted.properties, string>;

const execute = <T = Accepted>(workflowId: string, options: CallOptions = {}) =>
  api.call<T>('POST', `/api/workflows/${workflowId}/execute`, options);

const workflowTo = (...urls: string[]) =>
  api.createWorkflow({
    triggers: urls.map((url) => ({ endpoint: { url, retryPolicy: { baseMs: 1, capMs: 1 } } })),
  });

t.test('the input is sent as the JSON it was', async (t) => {
  const receiver = await startReceiver(t);
  const workflow = await workflowTo(receiver.url);
  const input = '{"big": 12345678901234567890, "one": 1.0, "text": "\\u0000\\ud800", "__proto__": {"x": 1}}';
  const answer = await execute(workflow.id, {
    body: `{ "input": ${input} }`,
    headers: { 'content-type': 'application/json' },
  });
  const { executionId } = answer.body;
  t.match(answer, {
    status: 202,
    headers: { location: `/api/executions/${executionId}` },
    body: {
      success: true,
      message: 'Workflow execution started',
      workflowId: workflow.id,
      jobId: executionId,
      timestamp: /Z$/,
    },
  });
  t.match(await ended(api, executionId), {
    status: 'succeeded',
    triggerType: 'manual',
    triggeredBy: 'admin',
    log: null,
  });
  const [request] = receiver.requests;
  t.equal(request?.body.toString(), input);
  t.match(request, { method: 'POST', headers: { 'content-type': 'application/json' } });
});

t.test('without an input an empty object is sent; in an envelope too', async (t) => {
  const plain = await startReceiver(t);
  const enveloped = await startReceiver(t);
  const workflow = await api.createWorkflow({
    triggers: [{ endpoint: { url: plain.url } }, { endpoint: { url: enveloped.url }, forward: 'envelope' }],
  });
  const { executionId } = (await execute(workflow.id)).body;
  const { triggeredAt } = await ended(api, executionId);
  t.equal(plain.requests[0]?.body.toString(), '{}');
  t.same(JSON.parse(enveloped.requests[0]?.body.toString() ?? ''), {
    executionId,
    workflowId: workflow.id,
    triggerType: 'manual',
    triggerData: { body: {}, headers: {}, query: {}, method: null, sourceIp: null, timestamp: triggeredAt },
  });
});

t.test('Prefer: wait answers with the end', async (t) => {
  const receiver = await startReceiver(t, ({ attempt }) => ({ status: attempt === 1 ? 500 : 200 }));
  const workflow = await workflowTo(receiver.url);
  const answer = await execute<ExecuteResult>(workflow.id, { headers: { prefer: 'wait=30' } });
  t.match(answer, {
    status: 200,
    headers: { 'preference-applied': 'wait=30' },
    body: { status: 'succeeded', deliveries: [{ attemptCount: 2 }] },
  });
});

t.test('Prefer: wait answers 202 when the end does not come in time', async (t) => {
  const receiver = await startReceiver(t, () => 'hang');
  const workflow = await api.createWorkflow({
    triggers: [{ endpoint: { url: receiver.url, timeoutMs: 5_000, onAmbiguous: 'hold' } }],
  });
  const answer = await execute(workflow.id, { headers: { prefer: 'wait=1' } });
  t.match(answer, { status: 202, body: { success: true } });
  t.match(await api.execution(answer.body.executionId), { finishedAt: null });
  await receiver.close();
  t.match(await ended(api, answer.body.executionId), { status: 'failed', outcome: 'ambiguous_held' });
});

t.test('twenty calls at once under one key are one execution', async (t) => {
  const receiver = await startReceiver(t);
  const workflow = await workflowTo(receiver.url);
  const call = (json: object) => execute(workflow.id, { json, headers: { 'idempotency-key': 'order-42' } });
  const answers = await Promise.all(Array.from({ length: 20 }, () => call({ input: { n: 1 } })));
  t.same(
    answers.map(({ status }) => status).sort(),
    [...Array.from({ length: 19 }, () => 200), 202],
    'one starts it, the others get it',
  );
  t.equal(answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true').length, 19);
  t.equal(new Set(answers.map(({ body }) => body.executionId)).size, 1);
  await ended(api, answers[0]?.body.executionId);
  t.match(await call({ input: { n: 1 } }), { status: 200, body: { status: 'succeeded' } });
  t.match(await call({ input: { n: 2 } }), { status: 409, body: { code: 'idempotency_key_reused' } });
  t.equal(receiver.requests.length, 1);
  t.equal((await api.executions({ workflowId: workflow.id })).length, 1);
});

t.test('a refused call uses up no key', async (t) => {
  const workflow = await api.createWorkflow({ isActive: false });
  const call = () => execute(workflow.id, { headers: { 'idempotency-key': 'k' } });
  t.match(await call(), { status: 409, body: { code: 'execution_workflow_inactive' } });
  await api.changeWorkflow(workflow.id, { isActive: true });
  t.equal((await call()).status, 202);
});

t.test('what is no JSON object is refused', async (t) => {
  const workflow = await api.createWorkflow();
  const bodies = ['{', 'null', '[]', '{"input":[]}', '{"input":{}}x', '{"inputs":{}}', '\xff'];
  for (const body of bodies) {
    const answer = await execute(workflow.id, {
      body: Buffer.from(body, 'latin1'),
      headers: { 'content-type': 'application/json' },
    });
    t.equal(answer.status, 400, body);
  }
  t.same(await api.executions({ workflowId: workflow.id }), []);
});
