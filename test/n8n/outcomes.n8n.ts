import { setTimeout as delay } from 'node:timers/promises';
import type { EndpointInput } from '../../src/http/schemas/endpoints.ts';
import type { Execution } from '../../src/http/schemas/executions.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import t from '../helpers/tap.ts';
import {
  callN8n,
  control,
  isOwn,
  makeWorkflow,
  type N8nNode,
  n8nEnv,
  webhookNode,
  webhookUrl,
} from './real-n8n.ts';

// Whatever a real n8n does to a delivery has a name, and advice of its own.
t.setTimeout(600_000);
const NEEDS_OWN =
  'NOT TESTED: the limits of this n8n are not known, and it cannot be stopped. Unset N8N_BASE_URL.';

const { api } = await startJourney(t, { env: n8nEnv });

/** One attempt is enough to name it. */
const ONCE = { retryPolicy: { maxAttempts: 1 } };

async function executionOf(endpoint: Partial<EndpointInput> & { url: string }, body: Buffer | string = '{}') {
  const { id } = await api.createWorkflow({
    webhook: { authType: 'none', maxBodyBytes: 4 * 1_048_576 },
    triggers: [{ endpoint: { ...ONCE, ...endpoint } }],
  });
  const headers = { 'content-type': 'application/json' };
  const sent = await api.send(id, { body, headers });
  const { executionId = '' } = sent.body;
  return eventually('the execution ends', async () => {
    const found = await api.execution(executionId);
    return ['succeeded', 'failed', 'dead_lettered'].includes(found.status) ? found : null;
  });
}

const attemptOf = (execution: Execution) => execution.deliveries[0]?.attempts[0];

const STOP: N8nNode = {
  name: 'Stop',
  type: 'n8n-nodes-base.stopAndError',
  typeVersion: 1,
  parameters: { errorMessage: 'This order has no customer.' },
};
const ANSWER: N8nNode = {
  name: 'Answer',
  type: 'n8n-nodes-base.set',
  typeVersion: 3.4,
  parameters: { mode: 'raw', jsonOutput: '{ "received": true }', options: {} },
};

t.test('failing inside the workflow', async (t) => {
  await makeWorkflow('Hookgate test: fails', [webhookNode('hookgate-test-fails'), STOP]);
  const execution = await executionOf({
    url: webhookUrl('hookgate-test-fails'),
    retryWorkflowErrors: false,
  });
  t.match(execution, { status: 'failed', outcome: 'n8n_workflow_error' });
  t.match(attemptOf(execution), { statusCode: 500, advice: /ran in n8n and failed/ });
});

t.test('not active', async (t) => {
  const nodes = [webhookNode('hookgate-test-inactive'), ANSWER];
  await makeWorkflow('Hookgate test: inactive', nodes, false);
  const execution = await executionOf({ url: webhookUrl('hookgate-test-inactive') });
  t.match(execution, { status: 'dead_lettered', outcome: 'n8n_webhook_not_found' });
  t.match(attemptOf(execution), { statusCode: 404, advice: /activate the workflow/ });
});

t.test('refusing the credential', async (t) => {
  const header = { name: 'x-n8n-token', value: 'what only the two of them know' };
  const { id } = await callN8n<{ id: string }>('POST', '/credentials', {
    name: 'Hookgate test: header',
    type: 'httpHeaderAuth',
    data: header,
  });
  const credentials = { httpHeaderAuth: { id, name: 'Hookgate test: header' } };
  const hook = webhookNode('hookgate-test-secure', { authentication: 'headerAuth' }, { credentials });
  await makeWorkflow('Hookgate test: secure', [hook, ANSWER]);
  const url = webhookUrl('hookgate-test-secure');

  const refused = await executionOf({ url });
  t.match(refused, { status: 'failed', outcome: 'n8n_authorization_refused' });
  t.match(attemptOf(refused), { statusCode: 403, advice: /header that the credential/ });

  const taken = await executionOf({ url, headers: { [header.name]: header.value } });
  t.match(taken, { status: 'succeeded' });
  t.notOk(JSON.stringify(taken).includes(header.value));
});

t.test('over its payload limit', async (t) => {
  if (!isOwn) return t.fail(NEEDS_OWN);
  const url = webhookUrl('hookgate-test-echo');
  const body = JSON.stringify('a'.repeat(1_200_000));
  const execution = await executionOf({ url, payloadLimitBytes: 1_048_576 }, body);
  t.match(execution, { status: 'failed', outcome: 'n8n_payload_too_large' });
  t.match(attemptOf(execution), { statusCode: 500, advice: /N8N_PAYLOAD_SIZE_MAX/ });
});

t.test('at its concurrency limit', async (t) => {
  if (!isOwn) return t.fail(NEEDS_OWN);
  const wait = {
    name: 'Wait',
    type: 'n8n-nodes-base.wait',
    typeVersion: 1.1,
    parameters: { resume: 'timeInterval', amount: 15, unit: 'seconds' },
  };
  await makeWorkflow('Hookgate test: slow', [webhookNode('hookgate-test-slow'), wait, ANSWER]);
  const slow = Array.from({ length: 5 }, () =>
    fetch(webhookUrl('hookgate-test-slow'), { method: 'POST', body: '{}' }),
  );
  await eventually('five run', async () => {
    const { data } = await callN8n<{ data: unknown[] }>('GET', '/executions?status=running&limit=10');
    return data.length >= 5;
  });
  const execution = await executionOf({ url: webhookUrl('hookgate-test-echo'), timeoutMs: 1_500 });
  t.match(execution, { status: 'dead_lettered', outcome: 'n8n_at_concurrency_limit' });
  t.match(attemptOf(execution), { result: 'ambiguous', advice: /N8N_CONCURRENCY_PRODUCTION_LIMIT/ });
  for (const answer of await Promise.all(slow)) t.equal(answer.status, 200);
});

t.test('stopped, and starting', async (t) => {
  if (!isOwn) return t.fail(NEEDS_OWN);
  const url = webhookUrl('hookgate-test-echo');
  await control('stop');
  const stopped = await executionOf({ url });
  t.match(stopped, { status: 'dead_lettered', outcome: 'connection_refused' });

  // What starts is there for moments only: webhooks come all the time.
  const endpoint = { ...ONCE, url, circuitBreaker: { enabled: false } };
  const { id } = await api.createWorkflow({ webhook: { authType: 'none' }, triggers: [{ endpoint }] });
  let hasStarted = false;
  const started = control('start').finally(() => {
    hasStarted = true;
  });
  while (!hasStarted) {
    await api.send(id, { json: {} });
    await delay(40);
  }
  await started;
  const ended = () => api.executions({ workflowId: id });
  await eventually('all have ended', async () =>
    (await ended()).every(({ status }) => status === 'succeeded' || status === 'dead_lettered'),
  );
  const starting = (await ended()).find(({ outcome }) => outcome === 'n8n_starting');
  t.match(starting, { status: 'dead_lettered' });
  const [attempt] = (await api.execution(starting?.id ?? '')).deliveries.flatMap(({ attempts }) => attempts);
  t.match(attempt, { statusCode: 404, advice: /is starting/ });
  await eventually('it takes deliveries again', async () => {
    const { status } = await executionOf({ url });
    return status === 'succeeded';
  });
});
