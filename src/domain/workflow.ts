import type { RetryPolicy } from './retry-policy.ts';
import type { TriggerType } from './states.ts';
import type { AuthType, WebhookConfig } from './webhook-config.ts';

/** A secret in the clear. `expiresAt` is in unix milliseconds; null means it does not expire. */
export interface WebhookSecret {
  id: string;
  secret: string;
  expiresAt: number | null;
}

export interface Endpoint {
  id: string;
  url: string;
  /** Signs what goes out to it. */
  secret: string;
  timeoutMs: number;
  retryPolicy: RetryPolicy;
  onAmbiguous: 'retry' | 'hold';
  retryWorkflowErrors: boolean;
  payloadLimitBytes: number | null;
  isActive: boolean;
}

export interface Trigger {
  id: string;
  triggerTypes: TriggerType[];
  forward: 'request' | 'envelope';
  endpoint: Endpoint;
}

/** A workflow as receiving and executing need it: everything at one moment, secrets in the clear. */
export interface WorkflowSnapshot {
  id: string;
  organizationId: string;
  isActive: boolean;
  webhookEnabled: boolean;
  authType: AuthType;
  config: WebhookConfig;
  secrets: WebhookSecret[];
  triggers: Trigger[];
}
