import { type Kysely, sql } from 'kysely';

/** What n8n says after it answered: callbacks, what is done when none comes, and what follows when all attempts failed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE workflow_triggers
      ADD COLUMN await_callback jsonb,
      ADD COLUMN fallback jsonb NOT NULL DEFAULT '[]'`.execute(db);

  // callback: what n8n said last of the attempt there was. early_callback: it said so before the attempt was answered,
  // whose record settles it. awaited_until: when a callback is overdue; next_attempt_at says when to look.
  // fallback_of: the delivery that all attempts failed of, which is_superseded then: it counts no more in the roll-up.
  // NOT VALID: every row there is fits, and need not be read to know.
  // deliveries_awaited_check refuses a worker of an older release, which would send again what n8n has accepted.
  await sql`
    ALTER TABLE deliveries
      ADD COLUMN callback json,
      ADD COLUMN early_callback text,
      ADD COLUMN awaited_until timestamptz,
      ADD COLUMN n8n_execution_id text,
      ADD COLUMN n8n_workflow_id text,
      ADD COLUMN fallback_of uuid,
      ADD COLUMN fallback_step smallint NOT NULL DEFAULT 0,
      ADD COLUMN is_superseded boolean NOT NULL DEFAULT false,
      DROP CONSTRAINT deliveries_execution_id_trigger_id_key,
      DROP CONSTRAINT deliveries_check,
      ADD CONSTRAINT deliveries_awaited_check CHECK (awaited_until IS NULL OR state = 'waiting') NOT VALID,
      ADD CONSTRAINT deliveries_early_callback_check CHECK (early_callback IN ('success', 'failure')) NOT VALID,
      ADD CONSTRAINT deliveries_lease_check CHECK (
        CASE WHEN lease_token IS NULL THEN state <> 'sending' ELSE state IN ('sending', 'waiting') END) NOT VALID`.execute(
    db,
  );
  await sql`
    CREATE UNIQUE INDEX deliveries_once ON deliveries (execution_id, trigger_id, fallback_step)`.execute(db);
  await addDeadLetters(db);
  await watchFallbacks(db);

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

/** What is dead is found, and run again in bulk by the replays there are: of webhook logs, until now. */
async function addDeadLetters(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE INDEX deliveries_dead ON deliveries (organization_id, id)
    WHERE state = 'dead_lettered' AND NOT is_superseded`.execute(db);
  await sql`
    CREATE INDEX deliveries_dead_endpoint ON deliveries (organization_id, endpoint_id, id)
    WHERE state = 'dead_lettered' AND NOT is_superseded`.execute(db);
  // last_log_id and until_log_id are ids of deliveries where it is dead letters that run again.
  await sql`
    ALTER TABLE replays
      ADD COLUMN kind text NOT NULL DEFAULT 'webhook_logs' CHECK (kind IN ('webhook_logs', 'dead_letters'))`.execute(
    db,
  );
  // The redrive that ran an execution again last. Beside replay_id, which says what made it.
  await sql`
    ALTER TABLE workflow_executions
      ADD COLUMN redrive_id uuid,
      ADD CONSTRAINT workflow_executions_redrive FOREIGN KEY (organization_id, redrive_id)
        REFERENCES replays (organization_id, id) ON DELETE SET NULL (redrive_id) NOT VALID`.execute(db);
  await sql`
    CREATE INDEX workflow_executions_redrive ON workflow_executions (redrive_id, id)
    WHERE redrive_id IS NOT NULL`.execute(db);
}

/** A changed endpoint is a change of the workflows that have it as a fallback, too. */
async function watchFallbacks(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE INDEX workflow_triggers_fallback ON workflow_triggers USING gin (fallback jsonb_path_ops)
    WHERE fallback <> '[]'`.execute(db);
  // A new endpoint is nobody's yet: those that are registered by the thousand need not look. SECURITY DEFINER: below
  // row-level security, which a tenant who changes many endpoints has, this index may not be used.
  await sql`
    CREATE OR REPLACE FUNCTION notify_config_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    DECLARE
      changed record;
      workflow uuid;
    BEGIN
      IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
      IF TG_TABLE_NAME = 'workflows' THEN
        PERFORM pg_notify('hookgate_config', 'workflow:' || changed.id);
      ELSIF TG_TABLE_NAME = 'api_keys' THEN
        PERFORM pg_notify('hookgate_config', 'api_key:' || encode(changed.key_sha256, 'hex'));
      ELSIF TG_TABLE_NAME = 'webhook_endpoints' THEN
        IF TG_OP <> 'INSERT' THEN
          FOR workflow IN
            SELECT workflow_id FROM workflow_triggers WHERE endpoint_id = changed.id
            UNION SELECT workflow_id FROM workflow_triggers
              WHERE organization_id = changed.organization_id AND fallback <> '[]'
                AND fallback @> jsonb_build_array(jsonb_build_object('endpointId', changed.id))
          LOOP
            PERFORM pg_notify('hookgate_config', 'workflow:' || workflow);
          END LOOP;
        END IF;
      ELSE
        PERFORM pg_notify('hookgate_config', 'workflow:' || changed.workflow_id);
      END IF;
      RETURN NULL;
    END $$`.execute(db);
}
