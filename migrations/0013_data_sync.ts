import { type Kysely, sql } from 'kysely';

/** What is kept in step with another system: what to sync and how, the records, what is in conflict, and full syncs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createConfigs(db);
  await createRecords(db);
  await createConflicts(db);
  await createRuns(db);
  const rights: Record<string, string> = {
    data_sync_configs: 'SELECT, INSERT, UPDATE, DELETE',
    sync_records: 'SELECT, INSERT, UPDATE',
    sync_conflicts: 'SELECT, INSERT, UPDATE',
    sync_runs: 'SELECT, INSERT, UPDATE',
  };
  for (const [table, granted] of Object.entries(rights)) {
    await sql`ALTER TABLE ${sql.table(table)} ENABLE ROW LEVEL SECURITY`.execute(db);
    await sql`
      CREATE POLICY tenant ON ${sql.table(table)} TO hookgate_tenant
      USING (organization_id = current_organization_id())
      WITH CHECK (organization_id = current_organization_id())`.execute(db);
    await sql`GRANT ${sql.raw(granted)} ON ${sql.table(table)} TO hookgate_tenant`.execute(db);
  }
}

async function createConfigs(db: Kysely<unknown>): Promise<void> {
  // change_seq: given to the last change of a record, under this row's lock, so that changes become visible in its order.
  // clock: the greatest that was given or seen. An endpoint that is deleted takes no records with it: they wait.
  // send_at: when to look next for records that wait to be sent; unsent_event_ids: the events that such looks made.
  await sql`
    CREATE TABLE data_sync_configs (
      id uuid PRIMARY KEY,
      organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
      entity text NOT NULL CHECK (length(entity) BETWEEN 1 AND 200),
      direction text NOT NULL CHECK (direction IN ('inbound', 'outbound', 'bidirectional')),
      endpoint_id uuid,
      key_path text,
      mapping_outbound text,
      mapping_inbound text,
      conflict_policy text NOT NULL CHECK (conflict_policy IN ('last_write_wins', 'manual')),
      is_active boolean NOT NULL DEFAULT true,
      change_seq bigint NOT NULL DEFAULT 0,
      clock text COLLATE "C",
      send_at timestamptz,
      unsent_event_ids uuid[] NOT NULL DEFAULT '{}',
      version integer NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (organization_id, id),
      FOREIGN KEY (organization_id, endpoint_id) REFERENCES webhook_endpoints (organization_id, id)
        ON DELETE SET NULL (endpoint_id)
    ) WITH (fillfactor = 70)`.execute(db);
  await sql`
    CREATE INDEX data_sync_configs_endpoint ON data_sync_configs (endpoint_id)`.execute(db);
  await sql`
    CREATE INDEX data_sync_configs_due ON data_sync_configs (send_at) WHERE send_at IS NOT NULL`.execute(db);
}

async function createRecords(db: Kysely<unknown>): Promise<void> {
  // A deleted one stays, without data: so that a change from before its deletion does not bring it back.
  // local_version: of the last change made here; remote_clock: of the last change from there that was taken.
  // outbound: what became of the last change on its way out; empty: it is not to go out.
  // json, not jsonb: a record comes out as it went in, the order of its members and NUL characters included.
  await sql`
    CREATE TABLE sync_records (
      organization_id uuid NOT NULL,
      config_id uuid NOT NULL,
      key text COLLATE "C" NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
      data json,
      is_deleted boolean NOT NULL DEFAULT false,
      version integer NOT NULL,
      clock text COLLATE "C" NOT NULL,
      origin text NOT NULL CHECK (origin IN ('local', 'remote')),
      local_version integer NOT NULL DEFAULT 0,
      remote_clock text COLLATE "C",
      change_seq bigint NOT NULL,
      changed_at timestamptz NOT NULL,
      outbound text CHECK (outbound IN ('queued', 'pending', 'failed')),
      outbound_error text,
      event_id uuid,
      PRIMARY KEY (config_id, key),
      UNIQUE (config_id, change_seq),
      CHECK (is_deleted = (data IS NULL)),
      FOREIGN KEY (organization_id, config_id) REFERENCES data_sync_configs (organization_id, id) ON DELETE CASCADE
    ) WITH (fillfactor = 85)`.execute(db);
  await sql`
    CREATE INDEX sync_records_unsent ON sync_records (config_id, outbound, change_seq)
    WHERE outbound IN ('pending', 'failed')`.execute(db);
}

async function createConflicts(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE sync_conflicts (
      id uuid PRIMARY KEY,
      organization_id uuid NOT NULL,
      config_id uuid NOT NULL,
      key text COLLATE "C" NOT NULL,
      state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'resolved')),
      local_data json,
      local_version integer NOT NULL,
      local_clock text NOT NULL,
      remote_data json,
      remote_clock text COLLATE "C" NOT NULL,
      base_version integer,
      resolution text CHECK (resolution IN ('local', 'remote', 'merged')),
      resolved_version integer,
      resolved_by text,
      created_at timestamptz NOT NULL DEFAULT now(),
      resolved_at timestamptz,
      UNIQUE (organization_id, id),
      UNIQUE (config_id, key, remote_clock),
      CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)),
      FOREIGN KEY (organization_id, config_id) REFERENCES data_sync_configs (organization_id, id) ON DELETE CASCADE
    )`.execute(db);
  await sql`
    CREATE INDEX sync_conflicts_state ON sync_conflicts (config_id, state, id)`.execute(db);
  await sql`
    CREATE INDEX sync_conflicts_newest ON sync_conflicts (config_id, id)`.execute(db);
}

async function createRuns(db: Kysely<unknown>): Promise<void> {
  // unsent: the batches in the outbox, as [event id, number of records]. last_key: how far the walk has come.
  await sql`
    CREATE TABLE sync_runs (
      id uuid PRIMARY KEY,
      organization_id uuid NOT NULL,
      config_id uuid NOT NULL,
      direction text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
      state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'paused', 'completed', 'cancelled')),
      total integer,
      done integer NOT NULL DEFAULT 0,
      failed integer NOT NULL DEFAULT 0,
      last_key text COLLATE "C",
      is_walked boolean NOT NULL DEFAULT false,
      unsent jsonb NOT NULL DEFAULT '[]',
      next_step_at timestamptz NOT NULL DEFAULT now(),
      requested_by text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz,
      UNIQUE (organization_id, id),
      CHECK ((state IN ('running', 'paused')) = (finished_at IS NULL)),
      FOREIGN KEY (organization_id, config_id) REFERENCES data_sync_configs (organization_id, id) ON DELETE CASCADE
    ) WITH (fillfactor = 70)`.execute(db);
  await sql`
    CREATE UNIQUE INDEX sync_runs_one ON sync_runs (config_id) WHERE state IN ('running', 'paused')`.execute(
    db,
  );
  await sql`CREATE INDEX sync_runs_newest ON sync_runs (config_id, id)`.execute(db);
  await sql`
    CREATE INDEX sync_runs_due ON sync_runs (next_step_at) WHERE state = 'running' AND direction = 'outbound'`.execute(
    db,
  );
}
