import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { type CircuitBreaker, DEFAULT_CIRCUIT_BREAKER } from '../domain/circuit-breaker.ts';
import type { Pace } from '../domain/pace.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../domain/retry-policy.ts';
import { type Page, type PageRequest, timeCursor, toPage } from './cursor.ts';
import type { Tx } from './database.ts';
import { toPace } from './endpoint-rows.ts';
import type { SealedSecret, SecretBox } from './secret-box.ts';

interface Shared {
  name: string;
  url: string;
  timeoutMs: number;
  onAmbiguous: 'retry' | 'hold';
  retryWorkflowErrors: boolean;
  payloadLimitBytes: number | null;
  pace: Pace | null;
  /** The names of the events it is meant for; none: any. */
  events: string[];
  isActive: boolean;
}

export interface StoredEndpoint extends Shared {
  id: string;
  retryPolicy: RetryPolicy;
  circuitBreaker: CircuitBreaker;
  /** Their values are shown to nobody. */
  headerNames: string[];
  /** Whether there is a secret that verifies what comes back from it. */
  hasInboundSecret: boolean;
  /** Counts its changes. */
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** What an endpoint is given. Of policies, what is left out is the default. */
export interface EndpointSettings extends Shared {
  secret: string;
  retryPolicy: Partial<RetryPolicy>;
  circuitBreaker: Partial<CircuitBreaker>;
  headers: Record<string, string>;
}

/** Of an endpoint that is told nothing but where it is. */
const DEFAULTS: Omit<EndpointSettings, 'name' | 'url' | 'secret'> = {
  timeoutMs: 30_000,
  retryPolicy: {},
  onAmbiguous: 'retry',
  retryWorkflowErrors: true,
  payloadLimitBytes: null,
  headers: {},
  pace: null,
  circuitBreaker: {},
  events: [],
  isActive: true,
};

/** The columns of which `toEndpoint` makes an endpoint, of `webhook_endpoints e`. */
export const ENDPOINT_COLUMNS = sql.raw(
  `e.name, e.url, e.timeout_ms, e.retry_policy, e.on_ambiguous, e.retry_workflow_errors, e.payload_limit_bytes,
   e.header_names, e.pace_per_second, e.pace_concurrency, e.circuit_breaker, e.events,
   e.is_active AS endpoint_is_active, e.version AS endpoint_version, e.created_at AS endpoint_created_at,
   e.updated_at AS endpoint_updated_at,
   EXISTS (SELECT FROM endpoint_inbound_secrets s WHERE s.endpoint_id = e.id
     AND (s.expires_at IS NULL OR s.expires_at > now())) AS has_inbound_secret`,
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
  events: string[];
  endpoint_is_active: boolean;
  endpoint_version: number;
  endpoint_created_at: Date;
  endpoint_updated_at: Date;
  has_inbound_secret: boolean;
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
  hasInboundSecret: row.has_inbound_secret,
  pace: toPace(row),
  circuitBreaker: { ...DEFAULT_CIRCUIT_BREAKER, ...row.circuit_breaker },
  events: row.events,
  isActive: row.endpoint_is_active,
  version: row.endpoint_version,
  createdAt: row.endpoint_created_at,
  updatedAt: row.endpoint_updated_at,
});

/** An endpoint to be made. What is left out gets its default. */
export type NewEndpoint = { id: string; organizationId: string } & Pick<
  EndpointSettings,
  'name' | 'url' | 'secret'
> &
  Partial<EndpointSettings>;

/** @throws a unique violation when the organization has an endpoint of this name. */
export async function insertEndpoint(trx: Tx, box: SecretBox, endpoint: NewEndpoint): Promise<void> {
  const { id, organizationId, ...settings } = endpoint;
  const { secret, name, url, ...others } = { ...DEFAULTS, ...settings };
  const columns = { ...columnsOf(box, id, others), ...sealedSecret(box, id, secret) };
  await trx
    .insertInto('webhook_endpoints')
    .values({ id, organization_id: organizationId, name, url, retry_policy: '{}', ...columns })
    .execute();
}

/**
 * Changes an endpoint that is locked. What is left out stays.
 * @throws a unique violation when the organization has another endpoint of this name.
 */
export async function updateEndpoint(
  trx: Tx,
  box: SecretBox,
  { id, ...changes }: { id: string } & Partial<EndpointSettings>,
): Promise<void> {
  const { name, url, secret, ...others } = changes;
  await trx
    .updateTable('webhook_endpoints')
    .set({
      version: sql`version + 1`,
      updated_at: sql`now()`,
      ...(name !== undefined && { name }),
      ...(url !== undefined && { url }),
      ...(secret !== undefined && sealedSecret(box, id, secret)),
      ...columnsOf(box, id, others),
    })
    .where('id', '=', id)
    .execute();
}

/** The same, but what is left out goes back to its default. The secret is all that stays. */
export const replaceEndpoint = (
  trx: Tx,
  box: SecretBox,
  endpoint: { id: string; name: string; url: string } & Partial<EndpointSettings>,
): Promise<void> => updateEndpoint(trx, box, { ...DEFAULTS, ...endpoint });

function columnsOf(
  box: SecretBox,
  id: string,
  settings: Partial<Omit<EndpointSettings, 'name' | 'url' | 'secret'>>,
) {
  const { timeoutMs, retryPolicy, onAmbiguous, retryWorkflowErrors, payloadLimitBytes } = settings;
  const { headers, pace, circuitBreaker, events, isActive } = settings;
  return {
    ...(timeoutMs !== undefined && { timeout_ms: timeoutMs }),
    ...(retryPolicy !== undefined && { retry_policy: JSON.stringify(retryPolicy) }),
    ...(onAmbiguous !== undefined && { on_ambiguous: onAmbiguous }),
    ...(retryWorkflowErrors !== undefined && { retry_workflow_errors: retryWorkflowErrors }),
    ...(payloadLimitBytes !== undefined && { payload_limit_bytes: payloadLimitBytes }),
    ...(headers !== undefined && sealedHeaders(box, id, headers)),
    ...(pace !== undefined && {
      pace_per_second: pace?.perSecond ?? null,
      pace_concurrency: pace?.concurrency ?? null,
    }),
    ...(circuitBreaker !== undefined && { circuit_breaker: JSON.stringify(circuitBreaker) }),
    ...(events !== undefined && { events }),
    ...(isActive !== undefined && { is_active: isActive }),
  };
}

function sealedSecret(box: SecretBox, endpointId: string, secret: string) {
  const sealed = box.seal(secret, endpointId);
  return { secret_ciphertext: sealed.ciphertext, encryption_key_id: sealed.encryptionKeyId };
}

/** Bound to the endpoint, and not to be mistaken for its secret. */
const headersOf = (endpointId: string): string => `${endpointId} headers`;

/** The columns that hold configured headers. */
function sealedHeaders(box: SecretBox, endpointId: string, headers: Record<string, string>) {
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

type ListedRow = EndpointRow & { id: string; created_us: string };

export async function findEndpoint(trx: Tx, id: string): Promise<StoredEndpoint | null> {
  const { rows } = await sql<ListedRow>`
    SELECT e.id, ${ENDPOINT_COLUMNS} FROM webhook_endpoints e WHERE e.id = ${id}`.execute(trx);
  return rows[0] === undefined ? null : toEndpoint(rows[0].id, rows[0]);
}

/** The secret that signs what goes out to an endpoint. */
export async function openEndpointSecret(trx: Tx, box: SecretBox, id: string): Promise<string> {
  const { rows } = await sql<{ secret_ciphertext: Buffer; encryption_key_id: string }>`
    SELECT secret_ciphertext, encryption_key_id FROM webhook_endpoints WHERE id = ${id}`.execute(trx);
  const [row] = rows;
  if (row === undefined) throw new Error(`there is no endpoint ${id} to open the secret of`);
  return box.open({ ciphertext: row.secret_ciphertext, encryptionKeyId: row.encryption_key_id }, id);
}

export async function findEndpointId(trx: Tx, name: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM webhook_endpoints WHERE name = ${name}`.execute(trx);
  return rows[0]?.id ?? null;
}

/** Whether `workflow_triggers t` leads to an endpoint: to send there, or as one of its fallback actions. */
export const leadsTo = (endpointId: string): RawBuilder<SqlBool> => sql`(t.endpoint_id = ${endpointId}::uuid
  OR t.fallback @> jsonb_build_array(jsonb_build_object('endpointId', ${endpointId}::uuid)))`;

/** The endpoints that fallback actions name, read once and not for each endpoint. */
const FALLBACK_ENDPOINTS = sql`(SELECT (action ->> 'endpointId')::uuid
  FROM workflow_triggers t JOIN workflows w ON w.id = t.workflow_id, jsonb_array_elements(t.fallback) AS action
  WHERE w.deleted_at IS NULL AND action ->> 'endpointId' IS NOT NULL)`;

export interface EndpointFilter {
  /** A part of the name, in any case. */
  name?: string | undefined;
  isActive?: boolean | undefined;
  /** Whether no trigger of any workflow leads to it. */
  unused?: boolean | undefined;
}

const cursors = timeCursor('webhook_endpoints');

export async function listEndpoints(
  trx: Tx,
  { name, isActive, unused }: EndpointFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<StoredEndpoint>> {
  const [micros, id] = cursor === undefined ? [] : cursors.decode(cursor);
  const after =
    micros === undefined
      ? sql`true`
      : sql`(e.created_at, e.id) < (timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond', ${id}::uuid)`;
  // Not LIKE, in which a % or _ that somebody searches for would be a wildcard.
  const named = name === undefined ? sql`true` : sql`strpos(lower(e.name), lower(${name})) > 0`;
  const active = isActive === undefined ? sql`true` : sql`e.is_active = ${isActive}`;
  const used = sql`(EXISTS (SELECT FROM workflow_triggers t JOIN workflows w ON w.id = t.workflow_id
    WHERE t.endpoint_id = e.id AND w.deleted_at IS NULL) OR e.id IN ${FALLBACK_ENDPOINTS})`;
  const use = unused === undefined ? sql`true` : unused ? sql`NOT ${used}` : used;
  const { rows } = await sql<ListedRow>`
    SELECT e.id, ${ENDPOINT_COLUMNS}, (extract(epoch FROM e.created_at) * 1000000)::bigint::text AS created_us
    FROM webhook_endpoints e WHERE ${after} AND ${named} AND ${active} AND ${use}
    ORDER BY e.created_at DESC, e.id DESC LIMIT ${limit + 1}`.execute(trx);
  return toPage(rows, limit, {
    item: (row) => toEndpoint(row.id, row),
    cursor: (row) => cursors.encode(row.created_us, row.id),
  });
}
