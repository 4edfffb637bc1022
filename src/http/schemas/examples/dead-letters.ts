import { ENDPOINT_URL, IDS } from './ids.ts';

export const deadLetter = {
  id: IDS.delivery,
  executionId: IDS.execution,
  workflowId: IDS.workflow,
  triggerId: IDS.trigger,
  endpoint: { id: IDS.endpoint, name: 'n8n orders', url: ENDPOINT_URL },
  run: 1,
  fallbackOf: null,
  fallbackStep: 0,
  outcome: 'connection_refused',
  statusCode: null,
  error: 'connect ECONNREFUSED 192.0.2.10:443',
  advice:
    'All attempts are used up: once the endpoint answers again, retry the execution with POST /api/executions/:id/retry.',
  attemptCount: 8,
  lastAttemptAt: '2026-03-10T09:52:41.207Z',
  createdAt: '2026-03-10T09:30:00.431Z',
  finishedAt: '2026-03-10T09:52:41.223Z',
};
