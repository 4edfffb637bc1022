import { createHash, createHmac } from 'node:crypto';
import type { N8nExecution, N8nRegistered, N8nWorkflow } from '../../src/http/schemas/n8n.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import t from '../helpers/tap.ts';

// Against a running n8n, into which scripts/test-n8n.mjs has put the workflows of this folder.
const { N8N_BASE_URL = '', N8N_API_KEY = '' } = process.env;
t.setTimeout(280_000);

const journey = await startJourney(t, { env: { N8N_BASE_URL, N8N_API_KEY, OUTBOUND_ALLOW_CIDRS: '' } });
const { api } = journey;

/** What n8n answered: what it says it received. */
interface Echo {
  sha256: string;
  headers: Record<string, string>;
  query: Record<string, string>;
  executionId: string;
}

t.test('an active webhook is found and registered, and what is sent to it arrives as it was', async (t) => {
  const { body: list } = await api.call<{ data: N8nWorkflow[] }>('GET', '/api/n8n/workflows', {
    query: { name: 'Hookgate test: echo' },
  });
  const [echo] = list.data;
  t.match(echo, {
    isActive: true,
    webhooks: [{ methods: ['POST'], productionUrl: `${N8N_BASE_URL}/webhook/hookgate-test-echo` }],
  });
  const path = `/api/n8n/workflows/${echo?.id}/register`;
  const hmac = { header: 'x-hub-signature-256', prefix: 'sha256=', encoding: 'hex', payload: '{body}' };
  const made = await api.call<N8nRegistered>('POST', path, {
    json: { workflow: { webhook: { authType: 'hmac', hmac } } },
  });
  t.equal(made.status, 201, JSON.stringify(made.body));
  t.same(made.body.warnings, []);
  t.equal((await api.call('POST', path, { json: {} })).status, 200, 'once is enough');

  // Spaces, an escape, a large number and a key twice: what a JSON parser in between would not keep.
  const bytes = Buffer.from('{ "a": 1.0,\n\t"b":"\\u00fc ü", "n": 12345678901234567890, "a": 2 }');
  const signature = `sha256=${createHmac('sha256', made.body.workflow.webhook.secret ?? '')
    .update(bytes)
    .digest('hex')}`;
  const sent = await api.send(made.body.workflow.id, {
    body: bytes,
    headers: {
      'content-type': 'application/json',
      'x-hub-signature-256': signature,
      'x-github-event': 'push',
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    },
    query: { from: 'git hub' },
  });
  t.equal(sent.status, 200, JSON.stringify(sent.body));
  const { executionId } = sent.body as { executionId: string };
  const execution = await eventually('the execution ends', async () => {
    const found = await api.execution(executionId);
    return ['succeeded', 'failed', 'dead_lettered'].includes(found.status) ? found : null;
  });
  t.equal(execution.status, 'succeeded', JSON.stringify(execution));
  const answered = execution.deliveries[0]?.attempts[0]?.response?.body as Echo;
  t.equal(answered.sha256, createHash('sha256').update(bytes).digest('hex'), 'byte for byte');
  t.match(answered.headers, {
    'content-type': 'application/json',
    'x-hub-signature-256': signature,
    'x-github-event': 'push',
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'x-hookgate-execution-id': executionId,
  });
  t.notOk(answered.headers.authorization);
  t.same(answered.query, { from: 'git hub' });
  const told = await api.call<N8nExecution>('GET', `/api/n8n/executions/${answered.executionId}`);
  t.match(told, { status: 200, body: { workflowId: echo?.id, status: 'success', error: null } });
  t.match(await api.call('POST', `/api/n8n/executions/${answered.executionId}/retry`), {
    status: 409,
    body: { code: 'n8n_execution_not_retryable' },
  });
});

t.test('what is not there', async (t) => {
  for (const [method, path, code] of [
    ['POST', '/api/n8n/workflows/nobodyAtAll00000/register', 'n8n_workflow_not_found'],
    ['POST', '/api/n8n/workflows/nobodyAtAll00000/activate', 'n8n_workflow_not_found'],
    ['GET', '/api/n8n/executions/999999999', 'n8n_execution_not_found'],
    ['POST', '/api/n8n/executions/999999999/retry', 'n8n_execution_not_found'],
  ] as const) {
    t.match(await api.call(method, path), { status: 404, body: { code } }, `${method} ${path}`);
  }
});

t.test('a key that n8n does not know', async (t) => {
  const other = await startJourney(t, { env: { N8N_BASE_URL, N8N_API_KEY: 'nonsense' } });
  t.match(await other.api.call('GET', '/api/n8n/workflows'), {
    status: 502,
    body: { code: 'n8n_api_refused' },
  });
});
