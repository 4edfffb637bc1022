import { type CircuitBreaker, DEFAULT_CIRCUIT_BREAKER } from '../domain/circuit-breaker.ts';
import type { Pace } from '../domain/pace.ts';
import { DEFAULT_RETRY_POLICY } from '../domain/retry-policy.ts';
import type { Endpoint } from '../domain/workflow.ts';

/** What a row of webhook_endpoints says in the clear. */
export interface EndpointSettingsRow {
  id: string;
  url: string;
  timeout_ms: number;
  retry_policy: object;
  on_ambiguous: 'retry' | 'hold';
  retry_workflow_errors: boolean;
  payload_limit_bytes: number | null;
  pace_per_second: number | null;
  pace_concurrency: number | null;
  circuit_breaker: Partial<CircuitBreaker>;
  is_active: boolean;
}

export const toEndpointSettings = (row: EndpointSettingsRow): Omit<Endpoint, 'secret' | 'headers'> => ({
  id: row.id,
  url: row.url,
  timeoutMs: row.timeout_ms,
  retryPolicy: { ...DEFAULT_RETRY_POLICY, ...row.retry_policy },
  onAmbiguous: row.on_ambiguous,
  retryWorkflowErrors: row.retry_workflow_errors,
  payloadLimitBytes: row.payload_limit_bytes,
  pace: toPace(row),
  circuitBreaker: { ...DEFAULT_CIRCUIT_BREAKER, ...row.circuit_breaker },
  isActive: row.is_active,
});

/** null: as fast as they come. */
export function toPace(row: {
  pace_per_second: number | null;
  pace_concurrency: number | null;
}): Pace | null {
  const { pace_per_second: perSecond, pace_concurrency: concurrency } = row;
  if (perSecond === null && concurrency === null) return null;
  return { ...(perSecond !== null && { perSecond }), ...(concurrency !== null && { concurrency }) };
}
