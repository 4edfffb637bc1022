import { type Kysely, sql } from 'kysely';

/** The events of senders that were executed, by the ids that the senders gave them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Found by its key alone, within one workflow. execution_id has no foreign key: an execution that retention took
  // was executed all the same, and the key is written before its execution, in the same statement.
  await sql`
    CREATE TABLE webhook_dedup (
      organization_id uuid NOT NULL,
      workflow_id uuid NOT NULL,
      key_sha256 bytea NOT NULL CHECK (length(key_sha256) = 32),
      execution_id uuid NOT NULL,
      expires_at timestamptz NOT NULL,
      PRIMARY KEY (workflow_id, key_sha256),
      FOREIGN KEY (organization_id, workflow_id) REFERENCES workflows (organization_id, id) ON DELETE CASCADE
    )`.execute(db);
  await sql`CREATE INDEX webhook_dedup_expired ON webhook_dedup (expires_at)`.execute(db);
  await sql`ALTER TABLE webhook_dedup ENABLE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY tenant ON webhook_dedup TO hookgate_tenant
    USING (organization_id = current_organization_id())
    WITH CHECK (organization_id = current_organization_id())`.execute(db);
  await sql`GRANT SELECT ON webhook_dedup TO hookgate_tenant`.execute(db);
  await sql`ALTER TABLE webhook_logs ADD COLUMN is_duplicate boolean NOT NULL DEFAULT false`.execute(db);
}
