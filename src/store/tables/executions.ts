import type { ColumnType, Generated } from 'kysely';
import type {
  ConfirmedBy,
  DeliveryState,
  ExecutionState,
  ReplayKind,
  ReplayState,
  TriggerType,
} from '../../domain/states.ts';
import type { StoredProgress } from '../callback-text.ts';
import type { CreatedAt, Json } from './columns.ts';

/** What was begun, how it went, and what it was told. */
export interface ExecutionTables {
  workflow_executions: WorkflowExecutionRow;
  replays: ReplayRow;
  deliveries: DeliveryRow;
  delivery_attempts: DeliveryAttemptRow;
  execution_transitions: ExecutionTransitionRow;
  idempotency_keys: IdempotencyKeyRow;
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
