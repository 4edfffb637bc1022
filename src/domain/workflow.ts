import type { CircuitBreaker } from './circuit-breaker.ts';
import type { Pace } from './pace.ts';
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
  /** Sent with every delivery, in place of the sender's headers of the same names. Credentials: never shown, never logged. */
  headers: Record<string, string>;
  pace: Pace | null;
  circuitBreaker: CircuitBreaker;
  isActive: boolean;
}

export interface Trigger {
  id: string;
  triggerTypes: TriggerType[];
  forward: 'request' | 'envelope';
  /** JSONata: which executions it takes; null: all. */
  filter: string | null;
  /** JSONata: what is sent instead of what came; null: that. */
  transform: string | null;
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
