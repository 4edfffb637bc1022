import { randomUUID } from 'node:crypto';
import { eventually } from '../helpers/eventually.ts';

// Set by scripts/test-n8n.mjs.
const { N8N_BASE_URL = '', N8N_API_KEY = '', N8N_CONTROL_URL = '' } = process.env;

/** What the service is started with to know this n8n, whose address is allowed by that alone. */
export const n8nEnv = { N8N_BASE_URL, N8N_API_KEY, OUTBOUND_ALLOW_CIDRS: '' };

export interface N8nNode {
  name: string;
  type: string;
  typeVersion: number;
  parameters: Record<string, unknown>;
  webhookId?: string;
  credentials?: Record<string, { id: string; name: string }>;
}

/** A call of its public API; rejects when the answer is no success. */
export async function callN8n<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${N8N_BASE_URL}/api/v1${path}`, {
    method,
    headers: {
      'x-n8n-api-key': N8N_API_KEY,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text) as T;
}

/** A webhook node for POST at a path of its own. */
export function webhookNode(path: string, parameters: object = {}, more: Partial<N8nNode> = {}): N8nNode {
  return {
    name: 'Webhook',
    type: 'n8n-nodes-base.webhook',
    typeVersion: 2.1,
    webhookId: randomUUID(),
    parameters: { httpMethod: 'POST', path, responseMode: 'lastNode', options: {}, ...parameters },
    ...more,
  };
}

/** Makes a workflow of nodes that follow each other, and waits until its webhook is there. Answers its id in n8n. */
export async function makeWorkflow(name: string, nodes: N8nNode[], isActive = true): Promise<string> {
  const placed = nodes.map((node, i) => ({ ...node, id: randomUUID(), position: [220 * i, 0] }));
  const connections = Object.fromEntries(
    nodes
      .slice(0, -1)
      .map((node, i) => [node.name, { main: [[{ node: nodes[i + 1]?.name, type: 'main', index: 0 }]] }]),
  );
  const settings = { executionOrder: 'v1' };
  const { id } = await callN8n<{ id: string }>('POST', '/workflows', {
    name,
    nodes: placed,
    connections,
    settings,
  });
  if (isActive) {
    await callN8n('POST', `/workflows/${id}/activate`);
    await webhookIsThere(String(nodes[0]?.parameters.path));
  }
  return id;
}

/** n8n says that it is active before it is. Asked with GET, a webhook for POST says that it is there, and does not run. */
export async function webhookIsThere(path: string): Promise<void> {
  await eventually(`the webhook ${path} is registered`, async () => {
    const answer = await fetch(`${N8N_BASE_URL}/webhook/${path}`);
    return (await answer.text()).includes('Did you mean');
  });
}

export const webhookUrl = (path: string): string => `${N8N_BASE_URL}/webhook/${path}`;

/** Whether this n8n is the test run's own: its limits are known then, and it can be stopped. */
export const isOwn = N8N_CONTROL_URL !== '';

/** Stops n8n as its service manager would, or starts it again; resolves when it has ended, or is ready. */
export async function control(action: 'stop' | 'start'): Promise<void> {
  const answer = await fetch(`${N8N_CONTROL_URL}/${action}`, { method: 'POST' });
  if (!answer.ok) throw new Error(`n8n did not ${action}: ${await answer.text()}`);
}
