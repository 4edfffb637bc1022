import type { Settings } from '../../config.ts';
import { lineOf } from '../errors.ts';
import { fetchJson } from './fetch-json.ts';
import { type Finding, findings } from './finding.ts';

const { ok, warning, broken } = findings('n8n');

export async function checkN8n({ n8n }: Settings): Promise<Finding[]> {
  if (n8n === null) {
    return [
      warning('N8N_BASE_URL is not set.', 'Set it when n8n is on a private address: those are refused.'),
    ];
  }
  const { baseUrl, apiKey } = n8n;
  try {
    const { status } = await fetchJson(`${baseUrl}/healthz`);
    if (status !== 200) {
      const mend = 'Check that N8N_BASE_URL is the address of n8n itself, without a path of its webhooks.';
      return [broken(`${baseUrl}/healthz answered ${status}.`, mend)];
    }
    return [ok(`n8n answers at ${baseUrl}.`), await checkApi(baseUrl, apiKey)];
  } catch (error) {
    const mend =
      'Check N8N_BASE_URL, and that n8n runs and this machine reaches it. Deliveries are retried meanwhile.';
    return [broken(`n8n does not answer at ${baseUrl} (${lineOf(error)}).`, mend)];
  }
}

async function checkApi(baseUrl: string, apiKey: string | null): Promise<Finding> {
  if (apiKey === null) {
    return ok('N8N_API_KEY is not set: deliveries need none, looking into n8n does.');
  }
  const { status } = await fetchJson(`${baseUrl}/api/v1/workflows?limit=1`, { 'x-n8n-api-key': apiKey });
  if (status === 200) return ok('Its public API accepts N8N_API_KEY.');
  if (status === 401) {
    return broken('Its public API refuses N8N_API_KEY.', 'Make a new key in n8n under Settings, n8n API.');
  }
  if (status === 403) {
    return broken('N8N_API_KEY may not list workflows.', 'Give the key the scope workflow:list in n8n.');
  }
  return broken(
    `Its public API answered ${status}.`,
    status === 404 ? 'It is switched off: remove N8N_PUBLIC_API_DISABLED from n8n.' : "See n8n's log.",
  );
}
