import { CREATED_AT, ENDPOINT_URL, FINISHED_AT, IDS } from './ids.ts';

export const endpointInput = {
  url: ENDPOINT_URL,
  name: 'n8n orders',
  timeoutMs: 30_000,
  headers: { 'x-n8n-token': 'a-credential-of-the-webhook-node' },
  pace: { perSecond: 20, concurrency: 5 },
};

/** By the path that n8n shows of the webhook node. */
export const endpointRegistration = {
  name: 'n8n orders',
  path: 'orders',
  headers: { 'x-n8n-token': 'a-credential-of-the-webhook-node' },
  pace: { perSecond: 20, concurrency: 5 },
};

export const endpointChanges = { pace: { perSecond: 50 }, headers: {} };

const SECRET = 'whsec_c2lnbnMtd2hhdC1nb2VzLW91dC10by10aGlzLW4=';
const INBOUND_SECRET = 'whsec_dmVyaWZpZXMtd2hhdC1jb21lcy1iYWNrLWZyb20=';

export const endpoint = {
  id: IDS.endpoint,
  name: 'n8n orders',
  url: ENDPOINT_URL,
  timeoutMs: 30_000,
  retryPolicy: { maxAttempts: 8, baseMs: 1_000, capMs: 900_000 },
  onAmbiguous: 'retry',
  retryWorkflowErrors: false,
  payloadLimitBytes: 16_777_216,
  headerNames: ['x-n8n-token'],
  hasInboundSecret: true,
  pace: { perSecond: 20, concurrency: 5 },
  circuitBreaker: {
    enabled: true,
    failureRate: 0.5,
    minimumAttempts: 20,
    windowSeconds: 60,
    openSeconds: 30,
  },
  events: ['order.created'],
  isActive: true,
  createdAt: CREATED_AT,
  updatedAt: CREATED_AT,
};

/** As the call that generated the secret answers it. */
export const endpointOnce = { ...endpoint, secret: SECRET };

/** The same, of one that was made by itself. */
export const endpointCreated = { ...endpointOnce, inboundSecret: INBOUND_SECRET };

export const inboundSecretRotation = { overlapSeconds: 86_400 };

export const inboundSecretRotated = {
  id: IDS.secret,
  secret: INBOUND_SECRET,
  previousExpiresAt: FINISHED_AT,
};

export const endpointSecret = { endpointId: IDS.endpoint, secret: SECRET };

export const trigger = {
  id: IDS.trigger,
  triggerTypes: ['webhook', 'manual'],
  forward: 'request',
  filter: null,
  transform: null,
  awaitCallback: { deadlineSeconds: 3_600, onOverdue: 'fail', confirm: 'callback' },
  fallback: [
    { type: 'endpoint', endpointId: IDS.fallbackEndpoint },
    { type: 'alert' },
    { type: 'dead_letter' },
  ],
  isActive: true,
  endpoint,
};

export const triggerInput = {
  workflowId: IDS.workflow,
  endpointId: IDS.endpoint,
  forward: 'envelope',
  filter: 'body.order.total > 100',
  awaitCallback: { deadlineSeconds: 600, onOverdue: 'retry' },
  fallback: [{ type: 'alert' }, { type: 'dead_letter' }],
};

export const triggerChanges = { filter: null, transform: '{ "order": body.order.id }' };

export const workflowTrigger = {
  ...trigger,
  workflowId: IDS.workflow,
  createdAt: CREATED_AT,
  updatedAt: CREATED_AT,
};
