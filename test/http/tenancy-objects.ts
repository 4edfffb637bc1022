import { eventually } from '../helpers/eventually.ts';
import type { Journey } from '../helpers/journey.ts';
import { startReceiver } from '../helpers/receiver.ts';
import type { Test } from '../helpers/tap.ts';
import { SYNC_BODIES, syncObjects } from './tenancy-sync.ts';

/** An organization with a key that may do everything in it. */
export interface Tenant {
  name: string;
  organizationId: string;
  key: string;
  /** One that is never deleted: what other objects belong to. */
  workflowId: string;
  /** Of the service. */
  url: string;
}

export interface CallAnswer {
  status: number;
  /** Parsed when it is JSON. */
  json: Record<string, unknown>;
  /** null: an event stream, of which nothing is read. */
  text: string | null;
}

export interface TenantCall {
  method: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A call with the key of a tenant. */
export async function callAs(
  { url, key }: Pick<Tenant, 'url' | 'key'>,
  { method, path, body, headers }: TenantCall,
): Promise<CallAnswer> {
  // An event stream goes on for as long as anybody reads it.
  const reading = new AbortController();
  const response = await fetch(new URL(path, url), {
    method,
    signal: reading.signal,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { status } = response;
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) {
    reading.abort();
    return { status, json: {}, text: null };
  }
  const text = await response.text();
  const isJson = /^application\/(problem\+)?json/.test(type);
  return { status, json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {}, text };
}

async function must(tenant: Pick<Tenant, 'url' | 'key'>, call: TenantCall): Promise<Record<string, unknown>> {
  const { status, json } = await callAs(tenant, call);
  if (status < 300) return json;
  throw new Error(`${call.method} ${call.path} answered ${status}: ${JSON.stringify(json)}`);
}

/** A new organization with a key and a workflow whose webhook is open. */
export async function newTenant(t: Test, { url, adminKey }: Journey, name: string): Promise<Tenant> {
  const admin = { url, key: adminKey };
  const receiver = await startReceiver(t);
  const made = await must(admin, { method: 'POST', path: '/api/organizations', body: { name } });
  const organizationId = String(made.id);
  const issued = await must(admin, {
    method: 'POST',
    path: '/api/api-keys',
    body: { name: 'all', scopes: ['admin'] },
    headers: { 'x-organization-id': organizationId },
  });
  const tenant = { name, organizationId, key: String(issued.key), workflowId: '', url };
  const triggers = [{ endpoint: { url: receiver.url } }];
  return { ...tenant, workflowId: await workflow(tenant, { webhook: { authType: 'none' }, triggers }) };
}

async function workflow(tenant: Tenant, settings: object = { webhook: {} }): Promise<string> {
  const body = { name: 'a', ...settings };
  return String((await must(tenant, { method: 'POST', path: '/api/workflows', body })).id);
}

export const received = (tenant: Tenant) =>
  must(tenant, { method: 'POST', path: `/api/webhooks/${tenant.workflowId}`, body: { a: 1 } });

/** Gives a delivery of the tenant's workflow up, and tells of it. */
export async function givenUp(tenant: Tenant): Promise<void> {
  const { workflowId } = tenant;
  // Not allowed as an address to deliver to: refused at once, wherever this runs.
  const endpoint = { url: 'http://127.0.0.1:1/', retryPolicy: { maxAttempts: 1 } };
  const told = await must(tenant, { method: 'POST', path: '/api/webhook-endpoints', body: endpoint });
  const fallback = [{ type: 'alert', endpointId: told.id }, { type: 'dead_letter' }];
  const body = { workflowId, triggerTypes: ['manual'], endpoint, fallback };
  await must(tenant, { method: 'POST', path: '/api/workflow-triggers', body });
  const path = `/api/workflows/${workflowId}/execute`;
  const { executionId } = await must(tenant, { method: 'POST', path, body: {} });
  await eventually('it is given up', async () => {
    const { json } = await callAs(tenant, { method: 'GET', path: `/api/executions/${executionId}` });
    return json.status === 'dead_lettered';
  });
}

/** Of a tenant of whom something was given up: that much is unusual from now on, and somebody notices. */
export async function alerted(tenant: Tenant): Promise<void> {
  const { workflowId } = tenant;
  const alerts = { executionFailures: { rate: 0.01, minimum: 1 } };
  await must(tenant, { method: 'PATCH', path: `/api/workflows/${workflowId}/webhook`, body: { alerts } });
  await eventually('it is found unusual', async () => {
    const { data } = await must(tenant, { method: 'GET', path: `/api/alerts?workflowId=${workflowId}` });
    return (data as unknown[]).length > 0;
  });
}

async function apiKey(tenant: Tenant): Promise<string> {
  const body = { name: 'a', scopes: ['logs:read'] };
  return String((await must(tenant, { method: 'POST', path: '/api/api-keys', body })).id);
}

const ENDPOINT = { url: 'https://n8n.example.com/webhook/orders' };

async function endpoint(tenant: Tenant): Promise<string> {
  const call = { method: 'POST', path: '/api/webhook-endpoints', body: ENDPOINT };
  return String((await must(tenant, call)).id);
}

/** Of a workflow of its own: what is sent to the tenant's goes where it can be received. */
async function trigger(tenant: Tenant): Promise<string> {
  const body = { workflowId: await workflow(tenant), endpoint: ENDPOINT };
  return String((await must(tenant, { method: 'POST', path: '/api/workflow-triggers', body })).id);
}

async function replay(tenant: Tenant): Promise<string> {
  await received(tenant);
  const body = { filter: { workflowId: tenant.workflowId }, ratePerSecond: 1 };
  return String((await must(tenant, { method: 'POST', path: '/api/webhook-logs/retry', body })).id);
}

async function event(tenant: Tenant): Promise<string> {
  const body = { endpointId: await endpoint(tenant), event: 'order.created', data: {} };
  return String((await must(tenant, { method: 'PATCH', path: '/api/webhooks/n8n', body })).eventId);
}

/** What is one for the whole installation, and so for the default organization only: no tenant has objects there. */
export const INSTALLATION = '/api/n8n/';

/** How to make the object that a parameter stands for, by the path as far as that parameter. */
export const OBJECTS: Record<string, (tenant: Tenant) => Promise<string>> = {
  '/api/workflows/{id}': (tenant) => workflow(tenant),
  '/api/executions/{id}': async (tenant) => String((await received(tenant)).executionId),
  '/api/webhook-logs/{id}': async (tenant) => String((await received(tenant)).logId),
  '/api/replays/{id}': replay,
  '/api/api-keys/{id}': apiKey,
  '/api/webhook-endpoints/{id}': endpoint,
  '/api/webhook-events/{id}': event,
  '/api/workflow-triggers/{id}': trigger,
  ...syncObjects(must),
};

/** Bodies that are valid, by operation; `{}` for those not named. */
export const BODIES: Record<string, unknown> = {
  changeWorkflow: { name: 'b' },
  changeWebhookSettings: { enabled: true },
  changeWebhookEndpoint: { timeoutMs: 1_000 },
  changeWorkflowTrigger: { forward: 'envelope' },
  ...SYNC_BODIES,
};
