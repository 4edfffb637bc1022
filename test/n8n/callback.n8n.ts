import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Endpoint } from '../../src/http/schemas/endpoints.ts';
import type { SyncRecord } from '../../src/http/schemas/sync.ts';
import type { WebhookEvent } from '../../src/http/schemas/webhook-events.ts';
import { checkoutUrl } from '../helpers/checkout.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import t, { type Test } from '../helpers/tap.ts';
import { callN8n, type N8nNode, n8nEnv, webhookIsThere, webhookUrl } from './real-n8n.ts';

// The round trip with the workflows that the README has people import.
t.setTimeout(600_000);

const N8N_WEBHOOK_SECRET = `for-all-of-n8n-${randomUUID()}`;
const journey = await startJourney(t, { env: { ...n8nEnv, N8N_WEBHOOK_SECRET } });
const { api } = journey;

interface Settings {
  secret: string;
  /** Empty: N8N_WEBHOOK_SECRET signs. */
  endpoint: string;
}

interface Assignments {
  assignments: { assignments: { name: string; value: string }[] };
}

/** Imports one of the workflows with settings of the test's own, at paths that end as given. */
async function importWorkflow(t: Test, file: string, ending: string, settings: Settings | null = null) {
  const text = await readFile(new URL(`test/n8n/${file}`, checkoutUrl), 'utf8');
  const workflow = JSON.parse(text) as {
    name: string;
    nodes: N8nNode[];
    connections: object;
    settings: object;
  };
  const values: Record<string, string> = { callbackUrl: `${journey.url}/api/webhooks/n8n`, ...settings };
  const paths: string[] = [];
  for (const node of workflow.nodes) {
    if (node.type === 'n8n-nodes-base.webhook') {
      node.parameters.path = `${node.parameters.path}-${ending}`;
      node.webhookId = randomUUID();
      paths.push(String(node.parameters.path));
    }
    if (node.name === 'Settings') {
      for (const setting of (node.parameters as unknown as Assignments).assignments.assignments) {
        setting.value = values[setting.name] ?? setting.value;
      }
    }
  }
  const copy = { ...workflow, name: `${workflow.name} ${ending}` };
  const { id } = await callN8n<{ id: string }>('POST', '/workflows', copy);
  t.teardown(async () => {
    await callN8n('POST', `/workflows/${id}/deactivate`);
    // n8n takes a moment to do what it said it did.
    await eventually('it can be deleted', async () => {
      await callN8n('DELETE', `/workflows/${id}`);
      return true;
    });
  });
  await callN8n('POST', `/workflows/${id}/activate`);
  for (const path of paths) await webhookIsThere(path);
  return { id, urls: paths.map(webhookUrl) };
}

/** An endpoint at a path of n8n's that is not there yet: its secret has to go into the workflow. */
const register = async (url: string, ending: string) =>
  (await api.call<Endpoint>('PUT', '/api/webhooks/n8n', { json: { name: ending, url } })).body;

async function executed(workflowId: string, body: object) {
  const sent = await api.send(workflowId, { json: body });
  const { executionId = '' } = sent.body;
  return eventually(
    'the execution ends',
    async () => {
      const found = await api.execution(executionId);
      return ['succeeded', 'failed', 'dead_lettered'].includes(found.status) ? found : null;
    },
    { withinMs: 120_000 },
  );
}

t.test('a receiver gets what came, and says nothing of what comes of it', async (t) => {
  const ending = randomUUID();
  const { urls } = await importWorkflow(t, 'receiver.json', ending);
  const { id } = await api.createWorkflow({ triggers: [{ endpoint: { url: String(urls[0]) } }] });
  t.match(await executed(id, { order: 7 }), { status: 'succeeded', deliveries: [{ confirmedBy: 'http' }] });
});

t.test('n8n calls back signed, and its result is that of the execution', async (t) => {
  for (const signs of ['endpoint', 'service']) {
    const ending = `${signs}-${randomUUID()}`;
    const endpoint = await register(webhookUrl(`hookgate-callback-${ending}`), ending);
    const own = { secret: endpoint.inboundSecret ?? '', endpoint: endpoint.id };
    const settings = signs === 'endpoint' ? own : { secret: N8N_WEBHOOK_SECRET, endpoint: '' };
    await importWorkflow(t, 'callback.json', ending, settings);
    const { id } = await api.createWorkflow({ triggers: [{ endpointId: endpoint.id, awaitCallback: true }] });
    const body = { order: 7, note: 'für 注文, "quoted"\n' };
    const went = await executed(id, body);
    t.match(
      went,
      {
        status: 'succeeded',
        confirmedBy: 'callback',
        deliveries: [
          {
            status: 'succeeded',
            confirmedBy: 'callback',
            n8nExecutionId: /^\d+$/,
            callback: { status: 'success', attempt: 1, data: { done: true, input: body } },
          },
        ],
      },
      `${signs} signs a success`,
    );
    const failed = await executed(id, { fail: 'There is no such customer.' });
    t.match(
      failed,
      {
        status: 'failed',
        deliveries: [{ callback: { status: 'failure', data: { error: /no such customer/ } } }],
      },
      `${signs} signs a failure`,
    );
  }
});

t.test('a change here goes to n8n, and one that n8n sends comes here', async (t) => {
  const ending = randomUUID();
  const endpoint = await register(webhookUrl(`hookgate-sync-${ending}`), ending);
  const settings = { secret: endpoint.inboundSecret ?? '', endpoint: endpoint.id };
  const { urls } = await importWorkflow(t, 'sync.json', ending, settings);
  const json = { entity: 'contacts', direction: 'bidirectional', endpointId: endpoint.id, keyPath: 'id' };
  const made = await api.call<{ id: string }>('POST', '/api/data-sync-configs', { json });
  t.equal(made.status, 201, JSON.stringify(made.body));
  const config = made.body.id;
  const record = (key: string) => `/api/data-sync-configs/${config}/records/${key}`;
  const contact = { id: 'C-1', name: 'Ada' };
  const put = await api.call<SyncRecord>('PUT', record('C-1'), { json: { data: contact } });
  const eventId = put.body.outbound?.eventId ?? '';
  t.match(eventId, /-/, JSON.stringify(put.body));
  const sent = await eventually(
    'n8n has the change',
    async () => {
      const found = (await api.call<WebhookEvent>('GET', `/api/webhook-events/${eventId}`)).body;
      return found.state === 'succeeded' && found;
    },
    { withinMs: 120_000 },
  );
  const [attempt] = sent.attempts;
  t.match(attempt, {
    result: 'succeeded',
    response: { body: { key: 'C-1', data: contact, deleted: false } },
  });

  const change = { config, key: 'C-2', data: { id: 'C-2', name: 'Grace' } };
  t.match(await edit(urls[1] ?? '', change), { success: true, outcome: String });
  t.match((await api.call('GET', record('C-2'))).body, { data: change.data, deleted: false });
  t.match(await edit(urls[1] ?? '', { ...change, data: null }), { success: true });
  t.match((await api.call('GET', record('C-2'))).body, { data: null, deleted: true });
});

/** A change in n8n; what Hookgate answered to it. */
async function edit(url: string, change: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(change) });
  return answer.json();
}
