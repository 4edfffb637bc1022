import { createHmac } from 'node:crypto';
import { ended } from '../helpers/ended.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';

const { api, logs } = await startJourney(t);

const SECRET = 'the-secret-of-an-endpoint';
const LOOP = '($f := function($x) { $f($x) }; $f(1))';

const triggerTo = (url: string, more: object = {}) => ({ endpoint: { url, secret: SECRET }, ...more });

async function workflowWith(...triggers: object[]): Promise<string> {
  const workflow = await api.createWorkflow({ triggers } as Parameters<typeof api.createWorkflow>[0]);
  return workflow.id;
}

async function run(workflowId: string, json: object, headers: Record<string, string> = {}) {
  const { body } = await api.send(workflowId, { json, headers });
  return ended(api, body.executionId);
}

t.test('a filter takes and leaves', async (t) => {
  const big = await startReceiver(t);
  const all = await startReceiver(t);
  const filter = 'body.amount > 100 and headers."x-kind" = "order" and $not($exists(headers.authorization))';
  const id = await workflowWith(triggerTo(big.url, { filter }), triggerTo(all.url));
  const headers = { 'x-kind': 'order', authorization: 'Bearer of-the-sender' };
  const both = await run(id, { amount: 101 }, headers);
  t.match(both, { status: 'succeeded', deliveries: [{ status: 'succeeded' }, { status: 'succeeded' }] });
  const one = await run(id, { amount: 100 }, headers);
  t.match(one, { status: 'succeeded', outcome: 'delivered', deliveries: { length: 1 } });
  t.same([big.requests.length, all.requests.length], [1, 2]);
});

t.test('filtered out everywhere: it succeeds, and says so', async (t) => {
  const receiver = await startReceiver(t);
  const id = await workflowWith(
    triggerTo(receiver.url, { filter: 'body.a = 1' }),
    triggerTo(receiver.url, { filter: 'body.none' }),
  );
  t.match(await run(id, { a: 2 }), { status: 'succeeded', outcome: 'filtered', deliveries: { length: 0 } });
  t.equal(receiver.requests.length, 0);
});

for (const forward of ['request', 'envelope']) {
  t.test(`a transform changes what is sent, forward "${forward}"`, async (t) => {
    const receiver = await startReceiver(t);
    const transform = '{ "id": executionId, "total": $sum(body.lines.(price * n)), "who": query.who }';
    const id = await workflowWith(triggerTo(receiver.url, { forward, transform }));
    const { body } = await api.send(id, {
      body: JSON.stringify({
        lines: [
          { price: 2, n: 3 },
          { price: 4, n: 1 },
        ],
      }),
      headers: { 'content-type': 'text/plain', 'x-kind': 'order', 'x-hub-signature-256': 'sha256=00' },
      query: { who: 'me' },
    });
    t.match(await ended(api, body.executionId), { status: 'succeeded', outcome: 'delivered' });
    const [request] = receiver.requests;
    const sent = request?.body.toString() ?? '';
    t.same(JSON.parse(sent), { id: body.executionId, total: 10, who: 'me' });
    t.match(request, { method: 'POST', headers: { 'content-type': 'application/json' } });
    t.equal(request?.headers['x-kind'], forward === 'request' ? 'order' : undefined);
    t.equal(request?.headers['x-hub-signature-256'], forward === 'request' ? 'sha256=00' : undefined);
    const signed = `${request?.deliveryId}.${request?.headers['x-hookgate-timestamp']}.${sent}`;
    const signature = createHmac('sha256', SECRET).update(signed).digest('base64');
    t.equal(request?.headers['x-hookgate-signature'], `v1,${signature}`, 'signed as it is sent');
  });
}

t.test(
  'a transform that fails, and one that comes to nothing: said, nothing sent, siblings as ever',
  async (t) => {
    const receiver = await startReceiver(t);
    const id = await workflowWith(
      triggerTo(receiver.url, { transform: 'body.a + 1' }),
      triggerTo(receiver.url, { transform: 'body.none' }),
      triggerTo(receiver.url, { transform: LOOP }),
      triggerTo(receiver.url),
    );
    const execution = await run(id, { a: 'text' });
    t.equal(execution.status, 'failed');
    const attempts = execution.deliveries.map(({ attempts }) => attempts);
    t.ok(attempts.every((made) => made.length === 1));
    t.match(
      attempts.map(([attempt]) => attempt),
      [
        { outcome: 'transform_failed', error: /left side of the "\+" operator/, advice: /Nothing was sent/ },
        { outcome: 'transform_empty', advice: /Nothing was sent/ },
        { outcome: 'transform_failed', error: /longer than 1000 ms/, advice: /Nothing was sent/ },
        { outcome: 'delivered', statusCode: 200 },
      ],
    );
    t.equal(receiver.requests.length, 1);
  },
);

t.test('a filter that fails is not skipped: it is said, and asked again by a retry', async (t) => {
  const receiver = await startReceiver(t);
  const broken = triggerTo(receiver.url, { filter: '$error("no amount")' });
  const ids = await Promise.all([workflowWith(broken), workflowWith(broken, triggerTo(receiver.url))]);
  const executions = await Promise.all(ids.map((id) => run(id, { a: 1 })));
  for (const execution of executions) {
    t.match(execution, { status: 'failed', outcome: 'filter_failed' });
    t.match(
      execution.deliveries.find(({ status }) => status === 'failed'),
      {
        outcome: 'filter_failed',
        attempts: [
          {
            result: 'failed',
            error: /no amount/,
            advice: /Correct its filter/,
            statusCode: null,
            response: null,
          },
        ],
      },
    );
  }
  t.equal(receiver.requests.length, 1, 'the sibling');

  const [id = ''] = ids;
  const [execution] = executions;
  const again = async (filter: string) => {
    const { triggers } = (
      await api.call<{ triggers: { id: string; endpoint: { id: string } }[] }>('GET', `/api/workflows/${id}`)
    ).body;
    await api.changeWorkflow(id, { triggers: [{ endpointId: triggers[0]?.endpoint.id ?? '', filter }] });
    const { run } = await api.execution(execution?.id ?? '');
    const retried = await api.call('POST', `/api/executions/${execution?.id}/retry`);
    t.equal(retried.status, 202);
    return eventually('the next run has ended', async () => {
      const now = await api.execution(execution?.id ?? '');
      return now.run > run && now.finishedAt !== null && now;
    });
  };
  t.match(await again('$error("still not")'), { status: 'failed', outcome: 'filter_failed' });
  const left = await again('body.a = 2');
  t.match(left, { status: 'succeeded', outcome: 'filtered' });
  t.equal(receiver.requests.length, 1);
  t.match(left.deliveries[0]?.attempts.at(-1), {
    result: 'succeeded',
    outcome: 'filtered',
    statusCode: null,
  });
});

t.test('a corrected filter lets a retry send', async (t) => {
  const receiver = await startReceiver(t);
  const id = await workflowWith(triggerTo(receiver.url, { filter: '$error("no")' }));
  const failed = await run(id, { a: 1 });
  t.equal(failed.outcome, 'filter_failed');
  const endpointId = failed.deliveries[0]?.endpoint?.id ?? '';
  await api.changeWorkflow(id, { triggers: [{ endpointId, filter: 'body.a = 1' }] });
  await api.call('POST', `/api/executions/${failed.id}/retry`);
  await receiver.waitFor('the delivery', (requests) => requests.length === 1);
  t.match(await ended(api, failed.id), { outcome: 'delivered', run: 2 });
});

t.test('what is not JSONata is refused, with its place', async (t) => {
  const refused = await api.call('POST', '/api/workflows', {
    json: {
      name: 'x',
      triggers: [{ ...triggerTo('https://example.com/'), filter: 'body.a +', transform: '{ "a": }' }],
    },
  });
  t.match(refused, {
    status: 422,
    body: {
      errors: [
        { pointer: '/body/triggers/0/filter', detail: /position 8/ },
        { pointer: '/body/triggers/0/transform', detail: /position/ },
      ],
    },
  });
});

t.test('what JSONata quotes of a payload is in the attempt, and not in the log', async (t) => {
  const receiver = await startReceiver(t);
  const card = 'card-4111-1111-1111-1111';
  const ids = await Promise.all([
    workflowWith(triggerTo(receiver.url, { transform: '$number(body.card)' })),
    workflowWith(triggerTo(receiver.url, { filter: '$number(body.card) > 1' })),
  ]);
  for (const [i, id] of ids.entries()) {
    const execution = await run(id, { card });
    const [attempt] = execution.deliveries[0]?.attempts ?? [];
    t.match(attempt?.error, new RegExp(card), 'who may see the payload sees what is wrong with it');
    const isLine = ({ msg, executionId }: { msg: string; executionId?: unknown }) =>
      msg === 'delivery.attempted' && executionId === execution.id;
    const line = await eventually('its log line', () => logs.find(isLine));
    t.match(line, {
      outcome: i === 0 ? 'transform_failed' : 'filter_failed',
      level: 'warn',
      error: undefined,
    });
  }
  t.notOk(JSON.stringify(logs).includes(card));
});

t.test('a credential that an endpoint repeats is not in what is kept', async (t) => {
  const token = 'a-token-of-the-webhook-node';
  const receiver = await startReceiver(t, ({ headers }) => ({
    status: 500,
    headers: { 'x-echo': String(headers['x-token']) },
    body: JSON.stringify(headers),
  }));
  const endpoint = { url: receiver.url, headers: { 'x-token': token }, retryPolicy: { maxAttempts: 1 } };
  const execution = await run(await workflowWith({ endpoint }), { a: 1 });
  t.equal(receiver.requests[0]?.headers['x-token'], token);
  t.match(execution.deliveries[0]?.attempts[0]?.response, { body: { 'x-token': '[redacted]' } });
  t.notOk(JSON.stringify(execution).includes(token));
});
