import { createHmac } from 'node:crypto';
import type { DemoApi, DemoExecution, DemoWorkflow } from './api.ts';

const NAME = 'Hookgate demo';
const JOURNEY_LIMIT_MS = 30_000;

/** Makes the demo's workflow anew: the one of an earlier run points at a receiver that is gone. */
export async function createDemoWorkflow(api: DemoApi, endpointUrl: string): Promise<DemoWorkflow> {
  const { data } = await api.call<{ data: DemoWorkflow[] }>('GET', '/api/workflows?limit=200');
  for (const old of data.filter((workflow) => workflow.name === NAME)) {
    await api.call('DELETE', `/api/workflows/${old.id}`);
  }
  return api.call<DemoWorkflow>('POST', '/api/workflows', {
    name: NAME,
    description: 'Made by "npm run demo"; replaced by its next run.',
    webhook: { authType: 'hmac' },
    triggers: [{ endpoint: { url: endpointUrl } }],
  });
}

interface Accepted {
  executionId: string;
  logId: string;
}

/** Sends one signed webhook and follows it to its end, telling each step. */
export async function sendAndFollow(
  api: DemoApi,
  workflow: DemoWorkflow,
  say: (line: string) => void,
): Promise<DemoExecution> {
  const body = JSON.stringify({ event: 'order.created', order: { id: 1001, total: '42.00' } });
  const signature = createHmac('sha256', workflow.webhook.secret ?? '')
    .update(body)
    .digest('hex');
  say(`sent       POST ${workflow.webhook.url}`);
  say(`           x-webhook-signature: ${signature.slice(0, 16)}...`);
  const startedAt = performance.now();
  const response = await fetch(workflow.webhook.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-webhook-signature': signature },
    body,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`The webhook was answered ${response.status}: ${text}`);
  const accepted = JSON.parse(text) as Accepted;
  say(
    `accepted   ${response.status} in ${Math.round(performance.now() - startedAt)} ms: verified and committed`,
  );
  say(`log        ${accepted.logId}`);
  say(`execution  ${accepted.executionId}`);
  const execution = await api.waitForEnd(accepted.executionId, JOURNEY_LIMIT_MS);
  for (const { attempts } of execution.deliveries) {
    for (const attempt of attempts) {
      say(
        `attempt ${attempt.attempt}  ${attempt.outcome}, HTTP ${attempt.statusCode ?? '-'}, ${attempt.durationMs ?? '-'} ms`,
      );
      if (attempt.response) say(`answer     ${JSON.stringify(attempt.response.body)}`);
    }
  }
  say(`status     ${execution.status}`);
  return execution;
}
