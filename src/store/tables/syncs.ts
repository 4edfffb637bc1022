import type { Generated } from 'kysely';
import type { CreatedAt, Json } from './columns.ts';

/** What is kept in step with another system. */
export interface SyncTables {
  data_sync_configs: DataSyncConfigRow;
  sync_records: SyncRecordRow;
  sync_conflicts: SyncConflictRow;
  sync_runs: SyncRunRow;
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
