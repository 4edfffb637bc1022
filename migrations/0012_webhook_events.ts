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
      gate text CHECK (gate IN ('held', 'admitted', 'passing')),
      created_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz,
      UNIQUE (organization_id, id),
      CHECK ((direction = 'in') = (state IN ('processed', 'refused'))),
      CHECK ((state = 'sending') = (lease_token IS NOT NULL)),
      CHECK ((state IN ('pending', 'sending', 'retrying')) = (next_attempt_at IS NOT NULL)),
      CHECK (gate IS NULL OR next_attempt_at IS NOT NULL),
      CHECK (gate IS DISTINCT FROM 'held' OR lease_token IS NULL)
    ) WITH (fillfactor = 85)`.execute(db);
  await createIndexes(db);
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
  // A tenant writes events and has them sent again; what became of them is written by who sends them.
  await sql`GRANT SELECT, INSERT, UPDATE ON webhook_events TO hookgate_tenant`.execute(db);
  await sql`GRANT SELECT ON webhook_event_attempts TO hookgate_tenant`.execute(db);
  await wakeGates(db);
}

async function createIndexes(db: Kysely<unknown>): Promise<void> {
  const create = (name: string, columns: string, where?: string) =>
    sql
      .raw(
        `CREATE INDEX webhook_events_${name} ON webhook_events (${columns})${where ? ` WHERE ${where}` : ''}`,
      )
      .execute(db);
  // For those who look through them.
  await create('newest', 'organization_id, id');
  await create('direction', 'organization_id, direction, id');
  await create('event', 'organization_id, event, id');
  await create('endpoint', 'organization_id, endpoint_id, id');
  await create('workflow', 'organization_id, workflow_id, id', 'workflow_id IS NOT NULL');
  await create('execution', 'execution_id, id', 'execution_id IS NOT NULL');
  await create('failed', 'organization_id, state, id', "state IN ('refused', 'failed', 'dead_lettered')");
  await create('open', 'organization_id, state, id', 'next_attempt_at IS NOT NULL');
  // For the sender, which goes from endpoint to endpoint, so that the many events of one hide nobody else's; without
  // what is held, which it would wade through at every look.
  await create(
    'ready',
    'endpoint_id, next_attempt_at, id',
    "next_attempt_at IS NOT NULL AND gate IS DISTINCT FROM 'held'",
  );
  await create('sending', 'endpoint_id, lease_token', 'lease_token IS NOT NULL');
  await create(
    'gate',
    'endpoint_id, gate, next_attempt_at, id',
    'gate IS NOT NULL AND next_attempt_at IS NOT NULL',
  );
}

/**
 * The events of an endpoint that is not active wait, also those that its gate holds: nobody looks at a gate that
 * holds nothing else. So it is looked at when the endpoint is active again. The rest is as it was.
 */
async function wakeGates(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE OR REPLACE FUNCTION reconsider_endpoint_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
      UPDATE endpoint_gates SET next_slot_at = least(next_slot_at, now()), version = version + 1,
        release_at = CASE WHEN release_at IS NOT NULL OR (NEW.is_active AND NOT OLD.is_active) THEN now() END
      WHERE endpoint_id = NEW.id;
      IF (NEW.url, NEW.circuit_breaker) IS DISTINCT FROM (OLD.url, OLD.circuit_breaker) THEN
        UPDATE endpoint_gates SET circuit = 'closed', open_until = NULL, probe_delivery_id = NULL,
          window_started_at = clock_timestamp(), closed_at = clock_timestamp(), attempts = 0, failures = 0
        WHERE endpoint_id = NEW.id;
      END IF;
      RETURN NULL;
    END $$`.execute(db);
  // Also when all it held were events that waited for it to be active.
  await sql`
    CREATE OR REPLACE FUNCTION open_endpoint_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
      DELETE FROM endpoint_gates g WHERE endpoint_id = OLD.id AND release_at IS NULL AND NOT EXISTS (
        SELECT FROM webhook_events v
        WHERE v.endpoint_id = OLD.id AND v.gate = 'held' AND v.next_attempt_at IS NOT NULL);
      UPDATE endpoint_gates SET circuit = 'closed', open_until = NULL, probe_delivery_id = NULL,
        release_at = now(), version = version + 1
      WHERE endpoint_id = OLD.id;
      RETURN NULL;
    END $$`.execute(db);
}
