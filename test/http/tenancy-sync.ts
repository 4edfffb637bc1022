import { createHmac } from 'node:crypto';
import type { CallAnswer, Tenant, TenantCall } from './tenancy-objects.ts';

type Must = (tenant: Tenant, call: TenantCall) => Promise<CallAnswer['json']>;

interface Sync {
  path: string;
  id: string;
  endpointId: string;
}

/** The parts of a data sync, each in the one that was made last: a walk makes what comes first in a path first. */
export function syncObjects(must: Must): Record<string, (tenant: Tenant) => Promise<string>> {
  const last = new Map<Tenant, Sync>();
  const latest = (tenant: Tenant): Sync => {
    const sync = last.get(tenant);
    if (sync === undefined) throw new Error(`${tenant.name} has no data sync yet`);
    return sync;
  };

  async function config(tenant: Tenant): Promise<string> {
    const url = 'https://n8n.example.com/webhook/sync';
    const endpoint = await must(tenant, { method: 'POST', path: '/api/webhook-endpoints', body: { url } });
    const endpointId = String(endpoint.id);
    const body = { entity: 'a', direction: 'bidirectional', conflictPolicy: 'manual', endpointId };
    const id = String((await must(tenant, { method: 'POST', path: '/api/data-sync-configs', body })).id);
    last.set(tenant, { id, endpointId, path: `/api/data-sync-configs/${id}` });
    return id;
  }

  async function record(tenant: Tenant): Promise<string> {
    const path = `${latest(tenant).path}/records/key`;
    return String((await must(tenant, { method: 'PUT', path, body: { data: { a: 1 } } })).key);
  }

  async function conflict(tenant: Tenant): Promise<string> {
    const { id, path, endpointId } = latest(tenant);
    await record(tenant);
    const secrets = `/api/webhook-endpoints/${endpointId}/inbound-secret`;
    const { secret } = await must(tenant, { method: 'POST', path: secrets, body: {} });
    const body = { event: 'sync.record', data: { config: id, key: 'key', data: { a: 2 } } };
    const signature = createHmac('sha256', String(secret)).update(JSON.stringify(body)).digest('hex');
    const headers = { 'x-webhook-signature': signature, 'x-hookgate-endpoint': endpointId };
    await must(tenant, { method: 'POST', path: '/api/webhooks/n8n', body, headers });
    const { data } = await must(tenant, { method: 'GET', path: `${path}/conflicts` });
    return String((data as { id: string }[])[0]?.id);
  }

  async function run(tenant: Tenant): Promise<string> {
    return String((await must(tenant, { method: 'POST', path: `${latest(tenant).path}/sync` })).id);
  }

  return {
    '/api/data-sync-configs/{id}': config,
    '/api/data-sync-configs/{id}/records/{key}': record,
    '/api/data-sync-configs/{id}/conflicts/{conflictId}': conflict,
    '/api/data-sync-configs/{id}/runs/{runId}': run,
  };
}

/** Bodies that are valid, by operation. */
export const SYNC_BODIES: Record<string, unknown> = {
  changeDataSyncConfig: { isActive: false },
  putSyncRecord: { data: { a: 1 } },
  resolveSyncConflict: { choose: 'local' },
};
