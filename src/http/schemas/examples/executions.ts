import { ENDPOINT_URL, FINISHED_AT, IDS, RECEIVED_AT } from './ids.ts';

export const executionSummary = {
  id: IDS.execution,
  workflowId: IDS.workflow,
  status: 'succeeded',
  triggerType: 'webhook',
  triggeredBy: null,
  triggeredAt: RECEIVED_AT,
  run: 1,
  outcome: 'delivered',
  confirmedBy: 'http',
  cancelRequestedAt: null,
  startedAt: '2026-03-10T09:30:00.431Z',
  finishedAt: FINISHED_AT,
  logId: IDS.log,
  replayOf: null,
  replayId: null,
};

const attempt = {
  attempt: 1,
  run: 1,
  result: 'succeeded',
  outcome: 'delivered',
  startedAt: '2026-03-10T09:30:00.436Z',
  durationMs: 71,
  statusCode: 200,
  error: null,
  advice: null,
  nextAttemptAt: null,
  request: {
    url: ENDPOINT_URL,
    headers: [
      { name: 'content-type', value: 'application/json' },
      { name: 'x-hookgate-execution-id', value: IDS.execution },
      { name: 'x-hookgate-attempt', value: '1' },
    ],
    bytes: 32,
  },
  response: {
    headers: [{ name: 'Content-Type', value: 'application/json; charset=utf-8' }],
    body: { message: 'Workflow was started' },
    bodyEncoding: 'json',
    truncated: false,
  },
};

const delivery = {
  id: IDS.delivery,
  triggerId: IDS.trigger,
  endpoint: { id: IDS.endpoint, name: 'n8n orders', url: ENDPOINT_URL },
  fallbackOf: null,
  fallbackStep: 0,
  isSuperseded: false,
  status: 'succeeded',
  run: 1,
  outcome: 'delivered',
  confirmedBy: 'http',
  nextAttemptAt: null,
  awaitedUntil: null,
  callback: null,
  n8nExecutionId: null,
  n8nExecutionUrl: null,
  createdAt: '2026-03-10T09:30:00.431Z',
  finishedAt: FINISHED_AT,
  attemptCount: 1,
  attempts: [attempt],
};

const moved = (seq: number, from: string | null, to: string, at: string) => ({
  seq,
  from,
  to,
  run: 1,
  outcome: to === 'succeeded' ? 'delivered' : null,
  at,
});

const queued = moved(0, null, 'queued', RECEIVED_AT);
const running = moved(1, 'queued', 'running', '2026-03-10T09:30:00.431Z');

export const execution = {
  ...executionSummary,
  result: null,
  input: null,
  log: { id: IDS.log, url: `/api/webhook-logs/${IDS.log}` },
  deliveries: [delivery],
  transitions: [queued, running, moved(2, 'running', 'succeeded', FINISHED_AT)],
};

const INVOICE = { invoice: 'R-1001' };

/** One whose trigger awaits a callback. */
export const confirmedExecution = {
  ...execution,
  outcome: 'confirmed',
  confirmedBy: 'callback',
  result: INVOICE,
  deliveries: [
    {
      ...delivery,
      outcome: 'confirmed',
      confirmedBy: 'callback',
      callback: {
        event: 'order.invoiced',
        eventId: '01991c2a-8a61-7b1f-9c05-3de81f60a4b7',
        status: 'success',
        effect: 'applied',
        n8nStatus: 'success',
        n8nExecutionId: '4711',
        attempt: 1,
        sentAt: '2026-03-10T09:30:02.000Z',
        at: '2026-03-10T09:30:02.118Z',
        error: null,
        advice: null,
        data: INVOICE,
      },
      n8nExecutionId: '4711',
      n8nExecutionUrl: '/api/n8n/executions/4711',
    },
  ],
  transitions: [
    queued,
    running,
    { ...moved(2, 'running', 'waiting', FINISHED_AT), outcome: 'delivered' },
    {
      ...moved(3, 'waiting', 'waiting', '2026-03-10T09:30:01.350Z'),
      outcome: 'progress',
      data: {
        event: 'order.checked',
        n8nStatus: 'running',
        n8nExecutionId: '4711',
        data: { step: 1, of: 2 },
      },
    },
    { ...moved(4, 'waiting', 'succeeded', '2026-03-10T09:30:02.118Z'), outcome: 'confirmed' },
  ],
};

const manualExecution = {
  ...execution,
  triggerType: 'manual',
  triggeredBy: `api_key:${IDS.apiKey}`,
  logId: null,
  input: { order: { id: 1001 } },
  log: null,
};

export const executeResult = { executionId: IDS.execution, jobId: IDS.execution, ...manualExecution };

export const executeInput = { input: { order: { id: 1001 } } };

export const executeAccepted = {
  success: true,
  message: 'Workflow execution started',
  workflowId: IDS.workflow,
  executionId: IDS.execution,
  jobId: IDS.execution,
  timestamp: RECEIVED_AT,
};

const failedDelivery = {
  ...delivery,
  status: 'pending',
  run: 2,
  outcome: null,
  confirmedBy: null,
  nextAttemptAt: '2026-03-10T10:02:11.000Z',
  finishedAt: null,
  attempts: [
    {
      ...attempt,
      result: 'failed',
      outcome: 'refused',
      statusCode: 400,
      advice: 'The endpoint refuses this request: sending it again will not help.',
    },
  ],
};

/** As the call that retries it answers it. */
export const retriedExecution = {
  ...execution,
  status: 'queued',
  run: 2,
  outcome: null,
  confirmedBy: null,
  finishedAt: null,
  deliveries: [failedDelivery],
  transitions: [
    queued,
    running,
    { ...moved(2, 'running', 'failed', FINISHED_AT), outcome: 'refused' },
    { ...moved(3, 'failed', 'queued', '2026-03-10T10:02:11.000Z'), run: 2 },
  ],
};

export const cancelledExecution = {
  ...execution,
  status: 'cancelled',
  outcome: 'cancelled',
  confirmedBy: null,
  startedAt: null,
  deliveries: [],
  transitions: [queued, { ...moved(1, 'queued', 'cancelled', FINISHED_AT), outcome: 'cancelled' }],
};
