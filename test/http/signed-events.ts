import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import type { App } from '../../src/http/app.ts';
import type { Database } from '../../src/store/database.ts';
import { type Answer, type Json, N8N_SECRET } from './management.ts';

export const EVENTS = '/api/webhooks/n8n';

export type Key = string | Buffer;

/** The headers of a signature over the bytes alone. */
export const signedHex = (body: string | Buffer, key: Key = N8N_SECRET): Record<string, string> => ({
  'x-webhook-signature': createHmac('sha256', key).update(body).digest('hex'),
});

interface StandardOptions {
  key?: Key;
  id?: string;
  /** Unix seconds. */
  timestamp?: number | string;
}

/** The headers of Standard Webhooks. */
export function signedStandard(
  body: string | Buffer,
  { key = N8N_SECRET, id = 'msg_1', timestamp = Math.floor(Date.now() / 1_000) }: StandardOptions = {},
): Record<string, string> {
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` };
}

export interface SendOptions {
  /** In place of those of a right signature in hex. */
  signature?: Record<string, string>;
  headers?: Record<string, string>;
  query?: string;
}

/** Sends an event as n8n does; one that is text or bytes as it is. */
export async function sendEvent(
  app: App,
  event: unknown,
  { signature, headers = {}, query = '' }: SendOptions = {},
): Promise<Answer> {
  const payload = typeof event === 'string' || Buffer.isBuffer(event) ? event : JSON.stringify(event);
  const response = await app.inject({
    method: 'POST',
    url: `${EVENTS}${query}`,
    headers: { 'content-type': 'application/json', ...(signature ?? signedHex(payload)), ...headers },
    payload,
  });
  const json = JSON.parse(response.body) as Json;
  return { status: response.statusCode, headers: response.headers, json, text: response.body };
}

export interface EventRow {
  id: string;
  organization_id: string;
  event: string;
  state: string;
  outcome: string;
  endpoint_id: string | null;
  workflow_id: string | null;
  execution_id: string | null;
  delivery_id: string | null;
  webhook_id: string | null;
  body: Buffer | null;
  body_bytes: number;
  signature_scheme: string | null;
  signature_verdict: string;
  status_code: number;
  error_code: string | null;
}

/** All events that came in, oldest first. */
export async function inboundEvents(db: Database): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    SELECT * FROM webhook_events WHERE direction = 'in' ORDER BY created_at, id`.execute(db);
  return rows;
}
