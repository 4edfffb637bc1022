import type { ColumnType, Generated } from 'kysely';
import type {
  ConfirmedBy,
  DeliveryState,
  ExecutionState,
  ReplayKind,
  ReplayState,
  TriggerType,
} from '../domain/states.ts';
import type { StoredProgress } from './callback-text.ts';

/** The rows as Postgres has them. Nothing outside src/store sees these names. */
export interface Tables {
  organizations: OrganizationRow;
  api_keys: ApiKeyRow;
  workflows: WorkflowRow;
  webhook_secrets: WebhookSecretRow;
  webhook_endpoints: WebhookEndpointRow;
  workflow_triggers: WorkflowTriggerRow;
  webhook_logs: WebhookLogRow;
  webhook_refusal_counts: WebhookRefusalCountRow;
  workflow_executions: WorkflowExecutionRow;
  deliveries: DeliveryRow;
  delivery_attempts: DeliveryAttemptRow;
  execution_transitions: ExecutionTransitionRow;
  idempotency_keys: IdempotencyKeyRow;
  endpoint_gates: EndpointGateRow;
  endpoint_inbound_secrets: EndpointInboundSecretRow;
  webhook_events: WebhookEventRow;
  webhook_event_attempts: WebhookEventAttemptRow;
  replays: ReplayRow;
  data_sync_configs: DataSyncConfigRow;
  sync_records: SyncRecordRow;
  sync_conflicts: SyncConflictRow;
  sync_runs: SyncRunRow;
}

type Json<T> = ColumnType<T, string, string>;
type CreatedAt = ColumnType<Date, never, never>;

interface OrganizationRow {
  id: string;
  name: string;
  slug: string;
  created_at: CreatedAt;
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
}

interface WebhookRefusalCountRow {
  organization_id: string;
  workflow_id: string;
  minute: Date;
  error_code: string;
  count: string;
}

interface WorkflowExecutionRow {
  id: string;
  organization_id: string;
  workflow_id: string;
  log_id: string | null;
  trigger_type: TriggerType;
  triggered_by: string | null;
  input: Buffer | null;
  state: Generated<ExecutionState>;
  run: Generated<number>;
  seq: Generated<number>;
  outcome: string | null;
  confirmed_by: ConfirmedBy | null;
  cancel_requested_at: Date | null;
  enqueued_at: Date | null;
  created_at: ColumnType<Date, Date | undefined, never>;
  started_at: Date | null;
  finished_at: Date | null;
  replay_of: string | null;
  replay_id: string | null;
  redrive_id: string | null;
  hops: Generated<number>;
}

interface ReplayRow {
  id: string;
  organization_id: string;
  kind: Generated<ReplayKind>;
  filter: Json<Record<string, unknown>>;
  rate_per_second: number;
  state: Generated<ReplayState>;
  total: number;
  total_bounded: Generated<boolean>;
  replayed: Generated<number>;
  skipped: Generated<number>;
  last_log_id: string | null;
  until_log_id: string;
  next_step_at: Generated<Date>;
  requested_by: string;
  created_at: CreatedAt;
  finished_at: Date | null;
}

interface DeliveryRow {
  id: string;
  organization_id: string;
  execution_id: string;
  trigger_id: string;
  endpoint_id: string;
  state: DeliveryState;
  run: Generated<number>;
  attempts: Generated<number>;
  run_attempts: Generated<number>;
  next_attempt_at: Date | null;
  enqueued_at: Date | null;
  gate: 'held' | 'admitted' | 'passing' | null;
  is_undecided: Generated<boolean>;
  lease_token: string | null;
  lease_until: Date | null;
  outcome: string | null;
  confirmed_by: ConfirmedBy | null;
  callback: Json<Record<string, unknown>> | null;
  early_callback: 'success' | 'failure' | null;
  awaited_until: Date | null;
  n8n_execution_id: string | null;
  n8n_workflow_id: string | null;
  fallback_of: string | null;
  fallback_step: Generated<number>;
  is_superseded: Generated<boolean>;
  created_at: CreatedAt;
  finished_at: Date | null;
}

interface DeliveryAttemptRow {
  organization_id: string;
  delivery_id: string;
  attempt: number;
  run: number;
  started_at: Date;
  duration_ms: number | null;
  outcome: string;
  result: 'succeeded' | 'failed' | 'ambiguous';
  status_code: number | null;
  error: string | null;
  advice: string | null;
  request_url: string;
  request_headers: Json<[string, string][]> | null;
  request_bytes: number | null;
  response_headers: Json<[string, string][]> | null;
  response_body: Buffer | null;
  response_truncated: Generated<boolean>;
  next_attempt_at: Date | null;
}

interface ExecutionTransitionRow {
  organization_id: string;
  execution_id: string;
  seq: number;
  from_state: ExecutionState | null;
  to_state: ExecutionState;
  run: number;
  outcome: string | null;
  at: CreatedAt;
  data: StoredProgress | null;
}

interface IdempotencyKeyRow {
  organization_id: string;
  workflow_id: string;
  key: string;
  body_sha256: Buffer;
  execution_id: string;
  expires_at: Date;
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

interface WebhookEventRow {
  id: string;
  organization_id: string;
  direction: 'in' | 'out';
  event: string;
  state:
    | 'processed'
    | 'refused'
    | 'pending'
    | 'sending'
    | 'retrying'
    | 'succeeded'
    | 'failed'
    | 'dead_lettered';
  outcome: string | null;
  endpoint_id: string | null;
  workflow_id: string | null;
  execution_id: string | null;
  delivery_id: string | null;
  webhook_id: string | null;
  body: Buffer | null;
  body_bytes: number;
  signature_scheme: string | null;
  signature_verdict: string | null;
  source_ip: string | null;
  status_code: number | null;
  error_code: string | null;
  duration_ms: number | null;
  run: Generated<number>;
  attempts: Generated<number>;
  run_attempts: Generated<number>;
  next_attempt_at: Date | null;
  lease_token: string | null;
  gate: 'held' | 'admitted' | 'passing' | null;
  created_at: CreatedAt;
  finished_at: Date | null;
}

interface WebhookEventAttemptRow {
  organization_id: string;
  event_id: string;
  attempt: number;
  run: number;
  started_at: Date;
  duration_ms: number | null;
  outcome: string;
  result: 'succeeded' | 'failed' | 'ambiguous';
  status_code: number | null;
  error: string | null;
  advice: string | null;
  response_body: Buffer | null;
  response_truncated: Generated<boolean>;
  next_attempt_at: Date | null;
}

interface DataSyncConfigRow {
  id: string;
  organization_id: string;
  entity: string;
  direction: 'inbound' | 'outbound' | 'bidirectional';
  endpoint_id: string | null;
  key_path: string | null;
  mapping_outbound: string | null;
  mapping_inbound: string | null;
  conflict_policy: 'last_write_wins' | 'manual';
  is_active: Generated<boolean>;
  change_seq: Generated<string>;
  clock: string | null;
  send_at: Date | null;
  unsent_event_ids: Generated<string[]>;
  version: Generated<number>;
  created_at: CreatedAt;
  updated_at: Generated<Date>;
}

interface SyncRecordRow {
  organization_id: string;
  config_id: string;
  key: string;
  data: Json<Record<string, unknown>> | null;
  is_deleted: Generated<boolean>;
  version: number;
  clock: string;
  origin: 'local' | 'remote';
  local_version: Generated<number>;
  remote_clock: string | null;
  change_seq: string;
  changed_at: Date;
  outbound: 'queued' | 'pending' | 'failed' | null;
  outbound_error: string | null;
  event_id: string | null;
}

interface SyncConflictRow {
  id: string;
  organization_id: string;
  config_id: string;
  key: string;
  state: Generated<'open' | 'resolved'>;
  local_data: Json<Record<string, unknown>> | null;
  local_version: number;
  local_clock: string;
  remote_data: Json<Record<string, unknown>> | null;
  remote_clock: string;
  base_version: number | null;
  resolution: 'local' | 'remote' | 'merged' | null;
  resolved_version: number | null;
  resolved_by: string | null;
  created_at: CreatedAt;
  resolved_at: Date | null;
}

interface SyncRunRow {
  id: string;
  organization_id: string;
  config_id: string;
  direction: 'inbound' | 'outbound';
  state: Generated<'running' | 'paused' | 'completed' | 'cancelled'>;
  total: number | null;
  done: Generated<number>;
  failed: Generated<number>;
  last_key: string | null;
  is_walked: Generated<boolean>;
  unsent: Json<[eventId: string, records: number][]>;
  next_step_at: Generated<Date>;
  requested_by: string;
  created_at: CreatedAt;
  finished_at: Date | null;
}
