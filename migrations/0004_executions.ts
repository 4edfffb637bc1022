import { type Kysely, sql } from 'kysely';

/** What was run: executions, their deliveries and attempts, and every move between states. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE workflow_executions (
      id uuid PRIMARY KEY,
      organization_id uuid NOT NULL,
      workflow_id uuid NOT NULL,
      log_id uuid,
      trigger_type text NOT NULL CHECK (trigger_type IN ('webhook', 'manual', 'n8n')),
      triggered_by text,
      input bytea,
      state text NOT NULL DEFAULT 'queued' CHECK (state IN (
        'queued', 'running', 'retrying', 'waiting', 'succeeded', 'failed', 'cancelled', 'dead_lettered')),
      run integer NOT NULL DEFAULT 1,
      seq integer NOT NULL DEFAULT 0,
      outcome text,
      confirmed_by text CHECK (confirmed_by IN ('http', 'callback', 'api')),
      cancel_requested_at timestamptz,
      enqueued_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      started_at timestamptz,
      finished_at timestamptz,
      UNIQUE (organization_id, id),
      FOREIGN KEY (organization_id, workflow_id) REFERENCES workflows (organization_id, id) ON DELETE CASCADE
    ) WITH (fillfactor = 85)`.execute(db);
  await sql`
    CREATE INDEX workflow_executions_workflow ON workflow_executions (organization_id, workflow_id, id)`.execute(
    db,
  );
  await sql`CREATE INDEX workflow_executions_state ON workflow_executions (organization_id, state, id)`.execute(
    db,
  );
  // Partial, so that webhooks, which are nearly all of it and must be stored fast, do not pay for it.
  await sql`
    CREATE INDEX workflow_executions_trigger ON workflow_executions (organization_id, trigger_type, id)
    WHERE trigger_type <> 'webhook'`.execute(db);
  await sql`CREATE INDEX workflow_executions_due ON workflow_executions (id) WHERE state = 'queued'`.execute(
    db,
  );

  await sql`
    CREATE TABLE deliveries (
      id uuid PRIMARY KEY,
      organization_id uuid NOT NULL,
      execution_id uuid NOT NULL,
      trigger_id uuid NOT NULL,
      endpoint_id uuid NOT NULL,
      state text NOT NULL CHECK (state IN (
        'pending', 'sending', 'retrying', 'waiting', 'succeeded', 'failed', 'cancelled', 'dead_lettered')),
      run integer NOT NULL DEFAULT 1,
      attempts integer NOT NULL DEFAULT 0,
      run_attempts integer NOT NULL DEFAULT 0,
      next_attempt_at timestamptz,
      enqueued_at timestamptz,
      lease_token uuid,
      lease_until timestamptz,
      outcome text,
      confirmed_by text CHECK (confirmed_by IN ('http', 'callback', 'api')),
      created_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz,
      UNIQUE (organization_id, id),
      UNIQUE (execution_id, trigger_id),
      CHECK ((state = 'sending') = (lease_token IS NOT NULL)),
      FOREIGN KEY (organization_id, execution_id) REFERENCES workflow_executions (organization_id, id) ON DELETE CASCADE
    ) WITH (fillfactor = 85)`.execute(db);
  // What the relay reads: open deliveries only, oldest due first. A live lease pushes next_attempt_at ahead.
  await sql`
    CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE next_attempt_at IS NOT NULL`.execute(
    db,
  );

  await sql`
    CREATE TABLE delivery_attempts (
      organization_id uuid NOT NULL,
      delivery_id uuid NOT NULL,
      attempt integer NOT NULL,
      run integer NOT NULL,
      started_at timestamptz NOT NULL,
      duration_ms integer,
      outcome text NOT NULL,
      result text NOT NULL CHECK (result IN ('succeeded', 'failed', 'ambiguous')),
      status_code smallint,
      error text,
      advice text,
      request_url text NOT NULL,
      request_headers json,
      request_bytes integer,
      response_headers json,
      response_body bytea,
      response_truncated boolean NOT NULL DEFAULT false,
      next_attempt_at timestamptz,
      PRIMARY KEY (delivery_id, attempt),
      FOREIGN KEY (organization_id, delivery_id) REFERENCES deliveries (organization_id, id) ON DELETE CASCADE
    )`.execute(db);

  await sql`
    CREATE TABLE execution_transitions (
      organization_id uuid NOT NULL,
      execution_id uuid NOT NULL,
      seq integer NOT NULL,
      from_state text,
      to_state text NOT NULL,
      run integer NOT NULL,
      outcome text,
      at timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (execution_id, seq),
      FOREIGN KEY (organization_id, execution_id) REFERENCES workflow_executions (organization_id, id) ON DELETE CASCADE
    )`.execute(db);

  await sql`
    CREATE TABLE idempotency_keys (
      organization_id uuid NOT NULL,
      workflow_id uuid NOT NULL,
      key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
      body_sha256 bytea NOT NULL,
      execution_id uuid NOT NULL,
      expires_at timestamptz NOT NULL,
      PRIMARY KEY (organization_id, workflow_id, key),
      FOREIGN KEY (organization_id, workflow_id) REFERENCES workflows (organization_id, id) ON DELETE CASCADE,
      FOREIGN KEY (organization_id, execution_id) REFERENCES workflow_executions (organization_id, id) ON DELETE CASCADE
    )`.execute(db);
  await sql`CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at)`.execute(db);
  await sql`CREATE INDEX idempotency_keys_execution ON idempotency_keys (execution_id)`.execute(db);
}
