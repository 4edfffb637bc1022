import { IDS } from './ids.ts';

const EVENT_ID = '01991d02-6f1c-7a35-8b0e-2d9c4471e5f3';
const CREATED_AT = '2026-03-10T11:02:17.308Z';
const FINISHED_AT = '2026-03-10T11:02:19.114Z';

export const eventInput = {
  endpoint: 'n8n orders',
  event: 'order.refunded',
  data: { orderId: 4711, amount: 19.9 },
};

export const eventAccepted = {
  success: true,
  eventId: EVENT_ID,
  endpointId: IDS.endpoint,
  event: 'order.refunded',
  timestamp: CREATED_AT,
};

const links = {
  endpoint: `/api/webhook-endpoints/${IDS.endpoint}`,
  workflow: null,
  execution: null,
};

export const eventSummary = {
  id: EVENT_ID,
  direction: 'out',
  event: 'order.refunded',
  state: 'succeeded',
  outcome: 'delivered',
  endpointId: IDS.endpoint,
  workflowId: null,
  executionId: null,
  deliveryId: null,
  webhookId: null,
  size: 138,
  signature: null,
  sourceIp: null,
  statusCode: 200,
  errorCode: null,
  durationMs: 41,
  run: 1,
  attemptCount: 2,
  isHeld: false,
  nextAttemptAt: null,
  createdAt: CREATED_AT,
  finishedAt: FINISHED_AT,
  links,
};

const attempt = {
  attempt: 1,
  run: 1,
  startedAt: '2026-03-10T11:02:17.320Z',
  durationMs: 12,
  result: 'failed',
  outcome: 'connection_refused',
  statusCode: null,
  error: 'connect ECONNREFUSED 192.0.2.10:443',
  advice: null,
  response: null,
  nextAttemptAt: '2026-03-10T11:02:19.060Z',
};

export const webhookEvent = {
  ...eventSummary,
  body: { eventId: EVENT_ID, event: 'order.refunded', timestamp: CREATED_AT, data: eventInput.data },
  bodyEncoding: 'json',
  attempts: [
    attempt,
    {
      ...attempt,
      attempt: 2,
      startedAt: '2026-03-10T11:02:19.073Z',
      durationMs: 41,
      result: 'succeeded',
      outcome: 'delivered',
      statusCode: 200,
      error: null,
      response: { body: { message: 'Workflow was started' }, bodyEncoding: 'json', truncated: false },
      nextAttemptAt: null,
    },
  ],
};

export const retriedEvent = {
  ...webhookEvent,
  state: 'pending',
  outcome: null,
  run: 2,
  attemptCount: 1,
  statusCode: null,
  durationMs: 12,
  nextAttemptAt: '2026-03-10T12:00:00.000Z',
  finishedAt: null,
  attempts: [{ ...attempt, nextAttemptAt: null }],
};

const none = { count: 0, bounded: false };

export const n8nStatus = {
  timestamp: '2026-03-10T11:05:00.000Z',
  n8n: { status: 'ok', latencyMs: 6, detail: null, checkedAt: '2026-03-10T11:04:59.120Z' },
  queue: { depth: 3, due: 4, held: 120, waiting: 2, bounded: false },
  endpoints: {
    data: [
      { id: IDS.endpoint, name: 'n8n orders', isActive: true, circuit: { state: 'closed', openUntil: null } },
    ],
    more: false,
  },
  events: { received: 412, refused: 1, sent: 38, failed: 0, bounded: false, waiting: none },
  executions: {
    queued: none,
    running: { count: 4, bounded: false },
    retrying: { count: 1, bounded: false },
    waiting: { count: 2, bounded: false },
    succeeded: { count: 10_000, bounded: true },
    failed: { count: 3, bounded: false },
    cancelled: none,
    dead_lettered: none,
  },
};
