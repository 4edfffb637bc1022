import { type Kysely, sql } from 'kysely';

/** What n8n tells us and what we tell it, besides executions: the audit trail, and the outbox of what is still to be sent. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // endpoint_id, workflow_id, execution_id and delivery_id have no foreign key: the trail outlives what it is about.
  await sql`
    CREATE TABLE webhook_events (
      id uuid PRIMARY KEY,
      organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
      direction text NOT NULL CHECK (direction IN ('in', 'out')),
      event text NOT NULL,
      state text NOT NULL CHECK (state IN (
        'processed', 'refused', 'pending', 'sending', 'retrying', 'succeeded', 'failed', 'dead_lettered')),
      outcome text,
      endpoint_id uuid,
      workflow_id uuid,
      execution_id uuid,
      delivery_id uuid,
      webhook_id text,
      body bytea,
      body_bytes integer NOT NULL,
      signature_scheme text,
      signature_verdict text,
      source_ip text,
      status_code smallint,
      error_code text,
      duration_ms integer,
      run integer NOT NULL DEFAULT 1,
      attempts integer NOT NULL DEFAULT 0,
      run_attempts integer NOT NULL DEFAULT 0,
      next_attempt_at timestamptz,
      lease_token uuid,
      created_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz,
      UNIQUE (organization_id, id),
      CHECK ((direction = 'in') = (state IN ('processed', 'refused'))),
      CHECK ((state = 'sending') = (lease_token IS NOT NULL))
    ) WITH (fillfactor = 85)`.execute(db);
  await sql`
    CREATE INDEX webhook_events_newest ON webhook_events (organization_id, id)`.execute(db);
  await sql`
    CREATE INDEX webhook_events_endpoint ON webhook_events (organization_id, endpoint_id, id)`.execute(db);
  await sql`
    CREATE INDEX webhook_events_execution ON webhook_events (execution_id, id) WHERE execution_id IS NOT NULL`.execute(
    db,
  );
  await sql`
    CREATE INDEX webhook_events_due ON webhook_events (next_attempt_at) WHERE next_attempt_at IS NOT NULL`.execute(
    db,
  );
  // The same event of the same sender once. A refused one takes no id.
  await sql`
    CREATE UNIQUE INDEX webhook_events_once ON webhook_events (organization_id, endpoint_id, webhook_id)
    NULLS NOT DISTINCT WHERE direction = 'in' AND state = 'processed' AND webhook_id IS NOT NULL`.execute(db);

  await sql`
    CREATE TABLE webhook_event_attempts (
      organization_id uuid NOT NULL,
      event_id uuid NOT NULL,
      attempt integer NOT NULL,
      run integer NOT NULL,
      started_at timestamptz NOT NULL,
      duration_ms integer,
      outcome text NOT NULL,
      result text NOT NULL CHECK (result IN ('succeeded', 'failed', 'ambiguous')),
      status_code smallint,
      error text,
      advice text,
      response_body bytea,
      response_truncated boolean NOT NULL DEFAULT false,
      next_attempt_at timestamptz,
      PRIMARY KEY (event_id, attempt),
      FOREIGN KEY (organization_id, event_id) REFERENCES webhook_events (organization_id, id) ON DELETE CASCADE
    )`.execute(db);

  for (const table of ['webhook_events', 'webhook_event_attempts']) {
    await sql`ALTER TABLE ${sql.table(table)} ENABLE ROW LEVEL SECURITY`.execute(db);
    await sql`
      CREATE POLICY tenant ON ${sql.table(table)} TO hookgate_tenant
      USING (organization_id = current_organization_id())
      WITH CHECK (organization_id = current_organization_id())`.execute(db);
  }
  await sql`GRANT SELECT, INSERT, UPDATE ON webhook_events TO hookgate_tenant`.execute(db);
  await sql`GRANT SELECT ON webhook_event_attempts TO hookgate_tenant`.execute(db);
}
