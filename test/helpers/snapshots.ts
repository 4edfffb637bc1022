import { DEFAULT_CIRCUIT_BREAKER } from '../../src/domain/circuit-breaker.ts';
import { newId, newWorkflowId } from '../../src/domain/ids.ts';
import { DEFAULT_RETRY_POLICY } from '../../src/domain/retry-policy.ts';
import type { Endpoint, Trigger, WorkflowSnapshot } from '../../src/domain/workflow.ts';

/** A workflow as memory has it: active, and open to everybody. */
export const workflowSnapshot = (overrides: Partial<WorkflowSnapshot> = {}): WorkflowSnapshot => ({
  id: newWorkflowId(),
  organizationId: newId(),
  isActive: true,
  webhookEnabled: true,
  authType: 'none',
  config: {},
  secrets: [],
  triggers: [],
  ...overrides,
});

export const triggerTo = (endpoint: Partial<Endpoint> = {}, overrides: Partial<Trigger> = {}): Trigger => ({
  id: newId(),
  triggerTypes: ['webhook', 'manual'],
  forward: 'request',
  filter: null,
  transform: null,
  awaitCallback: null,
  isActive: true,
  endpoint: {
    id: newId(),
    url: 'http://127.0.0.1:9/',
    secret: 'the-secret-of-the-endpoint',
    timeoutMs: 1_000,
    retryPolicy: DEFAULT_RETRY_POLICY,
    onAmbiguous: 'retry',
    retryWorkflowErrors: false,
    payloadLimitBytes: null,
    headers: {},
    pace: null,
    circuitBreaker: DEFAULT_CIRCUIT_BREAKER,
    isActive: true,
    ...endpoint,
  },
  fallbackEndpoints: [],
  ...overrides,
});
