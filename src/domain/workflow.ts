import type { AwaitCallback } from './await-callback.ts';
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
  /** null: n8n's 2xx is a success. */
  awaitCallback: AwaitCallback | null;
  /** One that is not takes no executions; its deliveries under way go on. */
  isActive: boolean;
  endpoint: Endpoint;
  /** The endpoints among its fallback actions, in no particular order. */
  fallbackEndpoints: Endpoint[];
}

/** The trigger as it is for a delivery to this endpoint: its own, or one of its fallbacks. undefined: it is neither. */
export function triggerToward(trigger: Trigger, endpointId: string): Trigger | undefined {
  if (trigger.endpoint.id === endpointId) return trigger;
  const endpoint = trigger.fallbackEndpoints.find(({ id }) => id === endpointId);
  return endpoint && { ...trigger, endpoint };
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
