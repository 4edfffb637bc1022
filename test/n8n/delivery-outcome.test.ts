import { newId } from '../../src/domain/ids.ts';
import type { SoughtOutcome } from '../../src/execute/n8n-outcome.ts';
import { createN8nApi } from '../../src/n8n/client.ts';
import { createAskN8n } from '../../src/n8n/delivery-outcome.ts';
import t, { type Test } from '../helpers/tap.ts';
import {
  API_KEY,
  n8nWorkflow,
  type StandIn,
  type StoredExecution,
  startStandIn,
  webhook,
} from './stand-in.ts';

const SINCE = new Date('2026-11-22T09:00:00.000Z');
const at = (seconds: number): string => new Date(SINCE.getTime() + seconds * 1_000).toISOString();

async function setUp(t: Test) {
  const n8n = await startStandIn(t);
  const api = createN8nApi({ baseUrl: n8n.url, webhookUrl: `${n8n.url}/webhook`, apiKey: API_KEY });
  t.teardown(() => api.close());
  const workflow = n8nWorkflow('orders', [webhook('In', { httpMethod: 'POST', path: 'orders' })]);
  n8n.workflows.push(workflow);
  return { n8n, workflow, ask: createAskN8n(api) };
}

const sought = (n8n: StandIn, overrides: Partial<SoughtOutcome> = {}): SoughtOutcome => ({
  endpointUrl: `${n8n.url}/webhook/orders`,
  deliveryId: newId(),
  attempt: 1,
  since: SINCE,
  n8nExecutionId: null,
  ...overrides,
});

let made = 0;
const run = (
  workflowId: string,
  { deliveryId, attempt }: SoughtOutcome,
  more: Partial<StoredExecution> = {},
): StoredExecution => ({
  id: String(++made),
  workflowId,
  status: 'success',
  startedAt: at(0.2),
  headers: { 'x-hookgate-delivery-id': deliveryId, 'x-hookgate-attempt': String(attempt) },
  ...more,
});

t.test('how the execution went that the delivery started', async (t) => {
  for (const [status, expected] of [
    ['success', { status: 'succeeded' }],
    ['error', { status: 'failed', n8nStatus: 'error', error: 'No such card (node "Charge")' }],
    ['crashed', { status: 'failed', error: 'No such card (node "Charge")' }],
    ['canceled', { status: 'failed', n8nStatus: 'canceled', error: null }],
    ['waiting', { status: 'unfinished', n8nStatus: 'waiting' }],
    ['new', { status: 'unfinished' }],
    ['running', { status: 'unknown', detail: /has not ended, or n8n does not keep it/ }],
  ] as const) {
    const { n8n, workflow, ask } = await setUp(t);
    const mine = sought(n8n);
    const error = { message: 'No such card', node: { name: 'Charge' } };
    n8n.executions.push(
      run(workflow.id, sought(n8n), { startedAt: at(0.1) }),
      run(workflow.id, mine, { status, error }),
      run(workflow.id, sought(n8n), { startedAt: at(0.3) }),
    );
    const outcome = await ask(mine);
    t.match(outcome, expected, status);
    const id = n8n.executions[1]?.id;
    if (outcome.status !== 'unknown') t.same(outcome.n8n, { executionId: id, workflowId: workflow.id });
  }
});

t.test('what was read of an execution is remembered, and lists are shared', async (t) => {
  const { n8n, workflow, ask } = await setUp(t);
  const all = Array.from({ length: 10 }, () => sought(n8n));
  for (const one of all) n8n.executions.push(run(workflow.id, one));
  t.match(await ask(sought(n8n)), { status: 'unknown' });
  const asked = n8n.asked.length;
  for (const one of all) t.match(await ask(one), { status: 'succeeded' });
  t.ok(n8n.asked.length - asked <= 2, 'nothing is read twice but a list, now and then');
});

t.test('of the attempt that n8n accepted, unless there is only another', async (t) => {
  const { n8n, workflow, ask } = await setUp(t);
  const second = sought(n8n, { attempt: 2, since: new Date(at(10)) });
  n8n.executions.push(run(workflow.id, { ...second, attempt: 1 }, { status: 'error', startedAt: at(9) }));
  t.match(await ask(second), { status: 'failed' });
  const { n8n: other, workflow: same, ask: askAgain } = await setUp(t);
  other.executions.push(run(same.id, { ...second, attempt: 1 }, { status: 'error', startedAt: at(10) }));
  other.executions.push(run(same.id, second, { startedAt: at(12) }));
  t.match(await askAgain({ ...second, endpointUrl: `${other.url}/webhook/orders` }), { status: 'succeeded' });
});

t.test('by the URL of the endpoint, as n8n would match it', async (t) => {
  const { n8n, ask } = await setUp(t);
  const dynamic = n8nWorkflow('dynamic', [webhook('Dyn', { path: 'shops/:shop/orders' })]);
  const { webhookId } = webhook('Dyn', {}) as { webhookId: string };
  n8n.workflows.push(dynamic);
  const endpointUrl = `${n8n.url}/webhook/${webhookId}/shops/a%20b/orders?x=1`;
  const mine = sought(n8n, { endpointUrl });
  n8n.executions.push(run(dynamic.id, mine));
  t.match(await ask(mine), { status: 'succeeded', n8n: { workflowId: dynamic.id } });
  for (const url of [
    `${n8n.url}/webhook/${webhookId}/shops/a/b/orders`,
    `${n8n.url}/webhook/${webhookId}/shops/a/%zz`,
    'http://another.example/webhook/orders',
  ]) {
    t.match(await ask(sought(n8n, { endpointUrl: url })), { detail: /none has a webhook at the URL/ });
  }
});

t.test('only what began about then is read, and not without end', async (t) => {
  const { n8n, workflow, ask } = await setUp(t);
  for (let i = 0; i < 450; i++) {
    n8n.executions.push(run(workflow.id, sought(n8n), { startedAt: at(-3_600 + i) }));
  }
  for (let i = 0; i < 60; i++) n8n.executions.push(run(workflow.id, sought(n8n), { startedAt: at(i) }));
  t.match(await ask(sought(n8n)), { status: 'unknown' });
  const lists = n8n.asked.filter(({ url }) => url.includes('/executions?'));
  const reads = n8n.asked.filter(({ url }) => url.includes('includeData'));
  t.equal(lists.length, 1, 'a page that goes back far enough is the last');
  t.equal(reads.length, 30);
});

t.test('an id that somebody gave says no more than that it has not ended', async (t) => {
  const { n8n, workflow, ask } = await setUp(t);
  const another = n8nWorkflow('another', [webhook('Else', { path: 'else' })]);
  n8n.workflows.push(another);
  const running = run(workflow.id, sought(n8n), { status: 'running' });
  const ended = run(workflow.id, sought(n8n));
  const elsewhere = run(another.id, sought(n8n), { status: 'running' });
  n8n.executions.push(running, ended, elsewhere);
  const asking = (n8nExecutionId: string) => ask(sought(n8n, { n8nExecutionId }));
  t.match(await asking(running.id), { status: 'unfinished', n8n: { executionId: running.id } });
  for (const id of [ended.id, elsewhere.id, '999999']) t.match(await asking(id), { status: 'unknown' });
});

t.test('n8n that does not answer well is no outcome, and says nothing of the key', async (t) => {
  const { n8n, ask } = await setUp(t);
  for (const [status, body, detail] of [
    [503, 'starting', /could not be asked: it answered 503, as when n8n is starting or down\.$/],
    [401, '{}', /does not know the key in N8N_API_KEY/],
    [403, '{}', /lacks the scopes/],
    [200, '<html>', /something that is not JSON/],
    [200, '{"data":7}', /list of executions is none/],
  ] as const) {
    n8n.script(({ url }, response) => {
      if (!url.includes('/executions')) return false;
      response.writeHead(status).end(body);
      return true;
    });
    // Lists that were fetched are shared for a while.
    const outcome = await ask(sought(n8n, { since: new Date(SINCE.getTime() - 1_000 * ++made) }));
    t.match(outcome, { status: 'unknown', detail });
    t.notMatch(JSON.stringify(outcome), API_KEY);
  }
  const { ask: fresh, n8n: down } = await setUp(t);
  down.script((_asked, response) => {
    response.destroy();
    return true;
  });
  t.match(await fresh(sought(down)), {
    status: 'unknown',
    detail: /could not be asked: the connection broke off/,
  });
});
