import type { N8nAccess } from '../../src/http/management/n8n-access.ts';
import { createN8nApi } from '../../src/n8n/client.ts';
import { openTestDatabase } from '../helpers/database.ts';
import type { Test } from '../helpers/tap.ts';
import { API_KEY, n8nWorkflow, startStandIn, webhook } from '../n8n/stand-in.ts';
import { ADMIN_KEY, type Answer, type Client, clientOf, type Json, startInstance } from './management.ts';

export const post = (name: string, path: string, more: object = {}) =>
  webhook(name, { httpMethod: 'POST', path, ...more });

/** The API with an n8n, called as the default organization: with the admin key. */
export async function setUpN8n(t: Test, access: Partial<N8nAccess> = {}) {
  const n8n = await startStandIn(t);
  const api = createN8nApi({ baseUrl: n8n.url, webhookUrl: `${n8n.url}/webhook`, apiKey: API_KEY });
  t.teardown(() => api.close());
  const { db } = await openTestDatabase(t);
  const { app } = await startInstance(t, db, { n8nAccess: { api, missing: [], shared: false, ...access } });
  const add = (...args: Parameters<typeof n8nWorkflow>): string => {
    const made = n8nWorkflow(...args);
    n8n.workflows.push(made);
    return made.id;
  };
  return { n8n, db, app, call: clientOf(app, ADMIN_KEY), add };
}

export const register = (call: Client, id: string, body?: unknown) =>
  call('POST', `/api/n8n/workflows/${id}/register`, { body });

export const workflowOf = (answer: Answer) =>
  answer.json.workflow as Json & { triggers: Json[]; webhook: Json };
