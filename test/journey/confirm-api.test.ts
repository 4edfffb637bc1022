import { ended } from '../helpers/ended.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import t from '../helpers/tap.ts';
import { API_KEY, json, n8nWorkflow, startStandIn, webhook } from '../n8n/stand-in.ts';

const n8n = await startStandIn(t);
const workflow = n8nWorkflow('orders', [webhook('In', { httpMethod: 'POST', path: 'orders' })]);
n8n.workflows.push(workflow);
const { api } = await startJourney(t, { env: { N8N_BASE_URL: n8n.url, N8N_API_KEY: API_KEY } });

/** A webhook of n8n's that answers at once, whatever comes of it. */
const accept = (status: string, more: object = {}) => {
  n8n.script(({ method, url, headers }, response) => {
    if (method !== 'POST' || !url.startsWith('/webhook/orders')) return false;
    const startedAt = new Date().toISOString();
    const id = String(n8n.executions.length + 1);
    n8n.executions.push({ id, workflowId: workflow.id, status, startedAt, headers, ...more });
    json(response, 200, { message: 'Workflow was started' });
    return true;
  });
};

const awaiting = (setting: object = {}) =>
  api.createWorkflow({
    triggers: [
      {
        endpoint: { url: `${n8n.url}/webhook/orders`, retryPolicy: { baseMs: 1, capMs: 1 } },
        awaitCallback: { confirm: 'api', ...setting },
      },
    ],
  });

const run = async (workflowId: string) =>
  ended(api, (await api.send(workflowId, { json: { order: 7 } })).body.executionId);

/** Sends a webhook; resolves when n8n has it. */
async function accepted(workflowId: string) {
  const before = n8n.executions.length;
  const { body } = await api.send(workflowId, { json: {} });
  await eventually('n8n has it', () => n8n.executions.length > before);
  return body;
}

t.test('n8n says that it succeeded, and where to look', async (t) => {
  accept('success');
  const done = await run((await awaiting()).id);
  t.match(done, { status: 'succeeded', outcome: 'confirmed', confirmedBy: 'api' });
  const id = String(n8n.executions.length);
  t.match(done.deliveries, [
    {
      confirmedBy: 'api',
      callback: null,
      n8nExecutionId: id,
      n8nExecutionUrl: `${n8n.url}/workflow/${workflow.id}/executions/${id}`,
      attempts: [{ outcome: 'delivered' }, { outcome: 'confirmed', result: 'succeeded' }],
    },
  ]);
});

t.test('n8n says that it failed, and why', async (t) => {
  accept('error', { error: { message: 'No such card', node: { name: 'Charge' } } });
  const done = await run((await awaiting()).id);
  t.match(done, { status: 'failed', outcome: 'n8n_execution_failed' });
  t.match(done.deliveries[0]?.attempts.at(-1), {
    outcome: 'n8n_execution_failed',
    error: 'No such card (node "Charge")',
    advice: /POST \/api\/n8n\/executions\/\d+\/retry/,
  });
});

t.test('one that is running is looked after again, until it has ended', async (t) => {
  accept('new');
  const body = await accepted((await awaiting()).id);
  const asked = n8n.asked.length;
  n8n.script(() => {
    const looks = n8n.asked.slice(asked).filter(({ url }) => url.includes('/executions?')).length;
    const last = n8n.executions.at(-1);
    if (looks >= 2 && last) last.status = 'success';
    return false;
  });
  t.match(await ended(api, body.executionId), { status: 'succeeded', confirmedBy: 'api' });
});

t.test('n8n that cannot be asked until the deadline: overdue, and why', async (t) => {
  accept('success');
  const { id } = await awaiting({ deadlineSeconds: 2 });
  const body = await accepted(id);
  n8n.script(({ url }, response) => {
    if (!url.includes('/executions')) return false;
    response.writeHead(503).end();
    return true;
  });
  const done = await ended(api, body.executionId);
  t.match(done, { status: 'failed', outcome: 'callback_overdue' });
  const advice = done.deliveries[0]?.attempts.at(-1)?.advice;
  t.match(advice, /could not be asked: it answered 503.*n8n keeps its executions/);
  t.notMatch(JSON.stringify(done), API_KEY);
});
