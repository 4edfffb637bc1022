import type { RunSettings } from '../config.ts';
import type { N8nAccess } from '../http/management/n8n-access.ts';
import { createN8nApi } from '../n8n/client.ts';

/** n8n's public API, where the settings say enough to call it. */
export function openN8n({ n8n }: Pick<RunSettings, 'n8n'>): N8nAccess {
  if (n8n === null) return { api: null, missing: ['N8N_BASE_URL', 'N8N_API_KEY'], shared: false };
  const { baseUrl, webhookUrl, apiKey, shared } = n8n;
  if (apiKey === null) return { api: null, missing: ['N8N_API_KEY'], shared };
  return { api: createN8nApi({ baseUrl, webhookUrl, apiKey }), missing: [], shared };
}
