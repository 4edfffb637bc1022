import { CREATED_AT, ENDPOINT_URL, FINISHED_AT, IDS, RECEIVED_AT } from './ids.ts';
import { workflow, workflowOnce } from './workflows.ts';

const N8N_WORKFLOW_ID = 'ihoqPgiow13Smf7v';

export const n8nWebhook = {
  nodeName: 'Webhook',
  path: 'orders',
  pathParameters: [],
  methods: ['POST'],
  authentication: 'headerAuth',
  responseMode: 'onReceived',
  productionUrl: ENDPOINT_URL,
};

export const n8nWorkflow = {
  id: N8N_WORKFLOW_ID,
  name: 'New order',
  isActive: true,
  createdAt: CREATED_AT,
  updatedAt: CREATED_AT,
  webhooks: [n8nWebhook],
};

export const n8nWorkflows = {
  data: [n8nWorkflow],
  nextCursor: null,
  isComplete: true,
  skipped: 0,
  readAt: RECEIVED_AT,
};

export const n8nRegistration = {
  nodeName: 'Webhook',
  workflow: { name: 'Orders', webhook: { authType: 'hmac' } },
  endpoint: { headers: { 'x-n8n-token': 'a-credential-of-the-webhook-node' }, pace: { perSecond: 20 } },
};

export const n8nRegistered = {
  workflow: workflowOnce,
  endpointId: IDS.endpoint,
  triggerId: IDS.trigger,
  webhook: n8nWebhook,
  warnings: [],
};

/** As the second call of the same answers it. */
export const n8nRegisteredBefore = { ...n8nRegistered, workflow };

export const n8nExecution = {
  id: '4711',
  workflowId: N8N_WORKFLOW_ID,
  status: 'error',
  mode: 'webhook',
  startedAt: RECEIVED_AT,
  stoppedAt: FINISHED_AT,
  waitTill: null,
  retryOf: null,
  retrySuccessId: null,
  error: { message: 'The service refused the connection', nodeName: 'HTTP Request' },
};

export const n8nRetried = {
  succeeded: true,
  execution: {
    ...n8nExecution,
    id: '4712',
    status: 'success',
    mode: 'retry',
    retryOf: '4711',
    error: null,
  },
};
