import type { RunSettings } from '../config.ts';
import { isBelow } from '../domain/endpoint-url.ts';
import type { AskN8n } from '../execute/n8n-outcome.ts';
import type { IsN8nFull } from '../execute/name-timeout.ts';
import type { N8nAccess } from '../http/management/n8n-access.ts';
import { createN8nApi } from '../n8n/client.ts';
import { createAskN8n } from '../n8n/delivery-outcome.ts';
import { createN8nHealth, type N8nHealth } from '../n8n/health.ts';

/** n8n's public API, where the settings say enough to call it. */
export function openN8n({ n8n }: Pick<RunSettings, 'n8n'>): N8nAccess {
  if (n8n === null) return { api: null, missing: ['N8N_BASE_URL', 'N8N_API_KEY'], shared: false };
  const { baseUrl, webhookUrl, apiKey, shared } = n8n;
  if (apiKey === null) return { api: null, missing: ['N8N_API_KEY'], shared };
  return { api: createN8nApi({ baseUrl, webhookUrl, apiKey }), missing: [], shared };
}

/** null: a setting is missing. */
export const openAskN8n = ({ api }: N8nAccess): AskN8n | null => (api === null ? null : createAskN8n(api));

/** null: a setting is missing. Of addresses that are not n8n's nobody asks, and what n8n does not say it is not. */
export function openIsN8nFull({ api }: N8nAccess, { n8n }: Pick<RunSettings, 'n8n'>): IsN8nFull | null {
  if (api === null || n8n === null) return null;
  return async (endpointUrl) => {
    if (!isBelow(endpointUrl, n8n.webhookUrl)) return false;
    const queued = await api.hasQueuedExecutions();
    return queued.status === 'ok' && queued.value;
  };
}

/** Whether n8n is there, which needs no key to be asked; null: there is none. */
export const openN8nHealth = ({ n8n }: Pick<RunSettings, 'n8n'>): N8nHealth | null =>
  n8n === null ? null : createN8nHealth({ baseUrl: n8n.baseUrl });
