import { createHmac, randomBytes } from 'node:crypto';
import type { Test } from '../helpers/tap.ts';
import { outboxOf } from '../n8n/sync-store.ts';
import {
  ADMIN_KEY,
  type Answer,
  clientOf,
  idOf,
  insertOrganization,
  lendApi,
  N8N_SECRET,
} from './management.ts';

export const FAMILY = '/api/data-sync-configs';
export const NOBODY = '00000000-0000-4000-8000-000000000000';

/** The API as the default organization calls it, whose n8n signs with N8N_WEBHOOK_SECRET, and a data sync. */
export async function setUpSync(t: Test, settings: object = {}) {
  const { database: _database, ...instance } = await lendApi(t);
  const { db } = instance;
  const call = clientOf(instance.app, ADMIN_KEY);
  const made = await call('POST', '/api/webhook-endpoints', {
    body: { url: 'https://n8n.example.com/webhook/sync' },
  });
  const endpointId = idOf(made);
  const create = (more: object = {}) =>
    call('POST', FAMILY, { body: { entity: 'contacts', direction: 'bidirectional', endpointId, ...more } });
  const config = await create(settings);
  const path = `${FAMILY}/${idOf(config)}`;

  /** An event of n8n's, signed. */
  const send = async (
    event: string,
    data: object,
    { id = randomBytes(8).toString('hex') } = {},
  ): Promise<Answer> => {
    const body = JSON.stringify({ event, data });
    const signature = createHmac('sha256', N8N_SECRET).update(body).digest('hex');
    const response = await instance.app.inject({
      method: 'POST',
      url: '/api/webhooks/n8n',
      headers: { 'content-type': 'application/json', 'x-webhook-signature': signature, 'webhook-id': id },
      payload: body,
    });
    const { statusCode: status, headers, body: text } = response;
    return { status, headers, text, json: JSON.parse(text) as Answer['json'] };
  };
  return {
    ...instance,
    call,
    endpointId,
    create,
    config,
    configId: idOf(config),
    path,
    send,
    /** A change from there of one record. */
    change: (data: object) => send('sync.record', { config: idOf(config), ...data }),
    put: (key: string, data: object, headers: Record<string, string> = {}) =>
      call('PUT', `${path}/records/${encodeURIComponent(key)}`, { body: { data }, headers }),
    show: (key: string) => call('GET', `${path}/records/${encodeURIComponent(key)}`),
    outbox: () => outboxOf(db, endpointId),
    stranger: async () => clientOf(instance.app, (await insertOrganization(db)).key),
  };
}
