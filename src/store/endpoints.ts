import { sql } from 'kysely';
import { type CircuitBreaker, DEFAULT_CIRCUIT_BREAKER } from '../domain/circuit-breaker.ts';
import type { Pace } from '../domain/pace.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../domain/retry-policy.ts';
import type { Tx } from './database.ts';
import type { SealedSecret, SecretBox } from './secret-box.ts';

export interface StoredEndpoint {
  id: string;
  name: string;
  url: string;
  timeoutMs: number;
  retryPolicy: RetryPolicy;
  onAmbiguous: 'retry' | 'hold';
  retryWorkflowErrors: boolean;
  payloadLimitBytes: number | null;
  /** Their values are shown to nobody. */
  headerNames: string[];
  pace: Pace | null;
  circuitBreaker: CircuitBreaker;
  isActive: boolean;
}

/** An endpoint to be made. What is undefined gets the table's default. */
export interface NewEndpoint {
  id: string;
  organizationId: string;
  name: string;
  url: string;
  secret: string;
  timeoutMs?: number | undefined;
  retryPolicy?: Partial<RetryPolicy> | undefined;
  onAmbiguous?: 'retry' | 'hold' | undefined;
  retryWorkflowErrors?: boolean | undefined;
  payloadLimitBytes?: number | null | undefined;
  headers?: Record<string, string> | undefined;
  pace?: Pace | null | undefined;
  circuitBreaker?: Partial<CircuitBreaker> | undefined;
}

/** The columns of which `toEndpoint` makes an endpoint, of `webhook_endpoints e`. */
export const ENDPOINT_COLUMNS = sql.raw(
  `e.name, e.url, e.timeout_ms, e.retry_policy, e.on_ambiguous, e.retry_workflow_errors, e.payload_limit_bytes,
   e.header_names, e.pace_per_second, e.pace_concurrency, e.circuit_breaker, e.is_active`,
);

export interface EndpointRow {
  name: string;
  url: string;
  timeout_ms: number;
  retry_policy: Partial<RetryPolicy>;
  on_ambiguous: 'retry' | 'hold';
  retry_workflow_errors: boolean;
  payload_limit_bytes: number | null;
  header_names: string[];
  pace_per_second: number | null;
  pace_concurrency: number | null;
  circuit_breaker: Partial<CircuitBreaker>;
  is_active: boolean;
}

export const toEndpoint = (id: string, row: EndpointRow): StoredEndpoint => ({
  id,
  name: row.name,
  url: row.url,
  timeoutMs: row.timeout_ms,
  retryPolicy: { ...DEFAULT_RETRY_POLICY, ...row.retry_policy },
  onAmbiguous: row.on_ambiguous,
  retryWorkflowErrors: row.retry_workflow_errors,
  payloadLimitBytes: row.payload_limit_bytes,
  headerNames: row.header_names,
  pace: toPace(row),
  circuitBreaker: { ...DEFAULT_CIRCUIT_BREAKER, ...row.circuit_breaker },
  isActive: row.is_active,
});

/** null: as fast as it can be called. */
export function toPace(row: {
  pace_per_second: number | null;
  pace_concurrency: number | null;
}): Pace | null {
  const { pace_per_second: perSecond, pace_concurrency: concurrency } = row;
  if (perSecond === null && concurrency === null) return null;
  return { ...(perSecond !== null && { perSecond }), ...(concurrency !== null && { concurrency }) };
}

/** @throws a unique violation when the organization has an endpoint of this name. */
export async function insertEndpoint(trx: Tx, box: SecretBox, endpoint: NewEndpoint): Promise<void> {
  const sealed = box.seal(endpoint.secret, endpoint.id);
  const { pace } = endpoint;
  await trx
    .insertInto('webhook_endpoints')
    .values({
      id: endpoint.id,
      organization_id: endpoint.organizationId,
      name: endpoint.name,
      url: endpoint.url,
      secret_ciphertext: sealed.ciphertext,
      encryption_key_id: sealed.encryptionKeyId,
      retry_policy: JSON.stringify(endpoint.retryPolicy ?? {}),
      circuit_breaker: JSON.stringify(endpoint.circuitBreaker ?? {}),
      pace_per_second: pace?.perSecond ?? null,
      pace_concurrency: pace?.concurrency ?? null,
      ...sealedHeaders(box, endpoint.id, endpoint.headers ?? {}),
      payload_limit_bytes: endpoint.payloadLimitBytes ?? null,
      ...(endpoint.timeoutMs !== undefined && { timeout_ms: endpoint.timeoutMs }),
      ...(endpoint.onAmbiguous !== undefined && { on_ambiguous: endpoint.onAmbiguous }),
      ...(endpoint.retryWorkflowErrors !== undefined && {
        retry_workflow_errors: endpoint.retryWorkflowErrors,
      }),
    })
    .execute();
}

/** Bound to the endpoint, and not to be mistaken for its secret. */
const headersOf = (endpointId: string): string => `${endpointId} headers`;

/** The columns that hold configured headers. */
export function sealedHeaders(box: SecretBox, endpointId: string, headers: Record<string, string>) {
  const names = Object.keys(headers);
  if (names.length === 0) return { headers_ciphertext: null, headers_key_id: null, header_names: [] };
  const sealed = box.seal(JSON.stringify(headers), headersOf(endpointId));
  return {
    headers_ciphertext: sealed.ciphertext,
    headers_key_id: sealed.encryptionKeyId,
    header_names: names,
  };
}

/** @throws when the key is unknown or the ciphertext was changed or moved. */
export const openHeaders = (
  box: SecretBox,
  endpointId: string,
  sealed: SealedSecret | null,
): Record<string, string> =>
  sealed === null ? {} : (JSON.parse(box.open(sealed, headersOf(endpointId))) as Record<string, string>);

/** Which of these endpoints the organization has. */
export async function findEndpointIds(trx: Tx, ids: string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM webhook_endpoints WHERE id = ANY (${ids}::uuid[])`.execute(trx);
  return new Set(rows.map((row) => row.id));
}
