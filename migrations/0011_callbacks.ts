import { type Kysely, sql } from 'kysely';

/** What n8n says after it answered: callbacks, what is done when none comes, and what follows when all attempts failed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE workflow_triggers
      ADD COLUMN await_callback jsonb,
      ADD COLUMN fallback jsonb NOT NULL DEFAULT '[]'`.execute(db);

  // callback: what n8n said last. awaited_until: when a callback is overdue; next_attempt_at says when to look.
  // fallback_of: the delivery that all attempts failed of, which is_superseded then: it counts no more in the roll-up.
  // NOT VALID: every row there is fits, and need not be read to know.
  await sql`
    ALTER TABLE deliveries
      ADD COLUMN callback json,
      ADD COLUMN awaited_until timestamptz,
      ADD COLUMN n8n_execution_id text,
      ADD COLUMN fallback_of uuid,
      ADD COLUMN fallback_step smallint NOT NULL DEFAULT 0,
      ADD COLUMN is_superseded boolean NOT NULL DEFAULT false,
      DROP CONSTRAINT deliveries_execution_id_trigger_id_key,
      DROP CONSTRAINT deliveries_check,
      ADD CONSTRAINT deliveries_lease_check CHECK (
        CASE WHEN lease_token IS NULL THEN state <> 'sending' ELSE state IN ('sending', 'waiting') END) NOT VALID`.execute(
    db,
  );
  await sql`
    CREATE UNIQUE INDEX deliveries_once ON deliveries (execution_id, trigger_id, fallback_step)`.execute(db);
  await sql`
    CREATE INDEX deliveries_dead ON deliveries (organization_id, id) WHERE state = 'dead_lettered'`.execute(
    db,
  );

  // How many executions led to this one, each through an event of n8n's.
  await sql`ALTER TABLE workflow_executions ADD COLUMN hops smallint NOT NULL DEFAULT 0`.execute(db);
  // What n8n reports on the way is a transition from a state to the same.
  await sql`ALTER TABLE execution_transitions ADD COLUMN data json`.execute(db);

  await sql`
    CREATE TABLE endpoint_inbound_secrets (
      id uuid PRIMARY KEY,
      organization_id uuid NOT NULL,
      endpoint_id uuid NOT NULL,
      ciphertext bytea NOT NULL,
      encryption_key_id text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz,
      FOREIGN KEY (organization_id, endpoint_id) REFERENCES webhook_endpoints (organization_id, id) ON DELETE CASCADE
    )`.execute(db);
  await sql`CREATE INDEX endpoint_inbound_secrets_endpoint ON endpoint_inbound_secrets (endpoint_id)`.execute(
    db,
  );
  await sql`ALTER TABLE endpoint_inbound_secrets ENABLE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY tenant ON endpoint_inbound_secrets TO hookgate_tenant
    USING (organization_id = current_organization_id())
    WITH CHECK (organization_id = current_organization_id())`.execute(db);
  await sql`GRANT SELECT, INSERT, UPDATE, DELETE ON endpoint_inbound_secrets TO hookgate_tenant`.execute(db);
}
