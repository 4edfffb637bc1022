import type { ColumnType, Generated } from 'kysely';
import type { Finding } from '../domain/diagnosis.ts';
import type { CreatedAt, Json } from './tables/columns.ts';
import type { EventTables } from './tables/events.ts';
import type { ExecutionTables } from './tables/executions.ts';
import type { SenderTables } from './tables/senders.ts';
import type { SyncTables } from './tables/syncs.ts';

/** The rows as Postgres has them. Nothing outside src/store sees these names. */
export interface Tables extends SenderTables, ExecutionTables, EventTables, SyncTables {
  organizations: OrganizationRow;
  api_keys: ApiKeyRow;
  workflows: WorkflowRow;
  webhook_secrets: WebhookSecretRow;
  webhook_endpoints: WebhookEndpointRow;
  workflow_triggers: WorkflowTriggerRow;
  webhook_logs: WebhookLogRow;
  webhook_refusal_counts: WebhookRefusalCountRow;
  endpoint_gates: EndpointGateRow;
  endpoint_inbound_secrets: EndpointInboundSecretRow;
}

interface OrganizationRow {
  id: string;
  name: string;
  slug: string;
  created_at: CreatedAt;
  budgets: ColumnType<Record<string, unknown>, string | undefined, string>;
}

interface ApiKeyRow {
  id: string;
  organization_id: string;
  name: string;
  prefix: string;
  key_sha256: Buffer;
  scopes: string[];
  created_at: CreatedAt;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
}

interface WorkflowRow {
  id: string;
  organization_id: string;
  name: string;
  description: string | null;
  is_active: boolean;
  webhook_enabled: boolean;
  webhook_auth_type: string;
  webhook_config: Json<Record<string, unknown>>;
  version: Generated<number>;
  created_at: CreatedAt;
  updated_at: Generated<Date>;
  deleted_at: Date | null;
}

interface WebhookSecretRow {
  id: string;
  organization_id: string;
  workflow_id: string;
  ciphertext: Buffer;
  encryption_key_id: string;
  created_at: CreatedAt;
  expires_at: Date | null;
  last_used_at: Date | null;
}

interface WebhookEndpointRow {
  id: string;
  organization_id: string;
  name: string;
  url: string;
  secret_ciphertext: Buffer;
  encryption_key_id: string;
  timeout_ms: Generated<number>;
  retry_policy: Json<Record<string, unknown>>;
  on_ambiguous: Generated<'retry' | 'hold'>;
  retry_workflow_errors: Generated<boolean>;
  payload_limit_bytes: number | null;
  is_active: Generated<boolean>;
  headers_ciphertext: Buffer | null;
  headers_key_id: string | null;
  header_names: Generated<string[]>;
  pace_per_second: number | null;
  pace_concurrency: number | null;
  circuit_breaker: ColumnType<Record<string, unknown>, string | undefined, string>;
  events: Generated<string[]>;
  version: Generated<number>;
  created_at: CreatedAt;
  updated_at: Generated<Date>;
}

interface WorkflowTriggerRow {
  id: string;
  organization_id: string;
  workflow_id: string;
  endpoint_id: string;
  trigger_types: string[];
  forward: Generated<'request' | 'envelope'>;
  is_active: Generated<boolean>;
  filter: string | null;
  transform: string | null;
  await_callback: ColumnType<Record<string, unknown> | null, string | null | undefined, string | null>;
  fallback: ColumnType<Record<string, unknown>[], string | undefined, string>;
  version: Generated<number>;
  created_at: CreatedAt;
  updated_at: Generated<Date>;
}

interface WebhookLogRow {
  id: string;
  organization_id: string;
  workflow_id: string;
  execution_id: string | null;
  received_at: Date;
  request_id: string;
  method: string;
  query: string;
  headers: Json<[string, string][]>;
  body: Buffer | null;
  body_bytes: number;
  source_ip: string;
  status_code: number;
  error_code: string | null;
  answered_status: number | null;
  is_duplicate: Generated<boolean>;
  handshake: string | null;
  diagnosis: ColumnType<Finding[] | null, string | null | undefined, string | null>;
}

interface WebhookRefusalCountRow {
  organization_id: string;
  workflow_id: string;
  minute: Date;
  error_code: string;
  count: string;
}

interface EndpointGateRow {
  endpoint_id: string;
  organization_id: string;
  circuit: Generated<'closed' | 'open' | 'half_open'>;
  open_until: Date | null;
  probe_delivery_id: string | null;
  window_started_at: Generated<Date>;
  closed_at: Date | null;
  attempts: Generated<number>;
  failures: Generated<number>;
  next_slot_at: Generated<Date>;
  last_slot_at: Date | null;
  release_at: Date | null;
  version: Generated<string>;
  line_version: Generated<string>;
}

interface EndpointInboundSecretRow {
  id: string;
  organization_id: string;
  endpoint_id: string;
  ciphertext: Buffer;
  encryption_key_id: string;
  created_at: CreatedAt;
  expires_at: Date | null;
}
