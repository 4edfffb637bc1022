import { type Kysely, sql } from 'kysely';

/** Times in which something about a workflow was unusual. Each is told of once when it begins, and when it is over. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createEpisodes(db);
  // What is still to be told at the address that hears of the alerts of all organizations. Of no organization's own,
  // so no tenant has any right to it.
  await sql`
    CREATE TABLE alert_notices (
      id uuid PRIMARY KEY,
      episode_id uuid NOT NULL REFERENCES alert_episodes (id) ON DELETE CASCADE,
      event text NOT NULL,
      body bytea NOT NULL,
      attempts integer NOT NULL DEFAULT 0,
      next_attempt_at timestamptz DEFAULT now(),
      outcome text,
      created_at timestamptz NOT NULL DEFAULT now(),
      CHECK ((next_attempt_at IS NULL) = (outcome IS NOT NULL))
    )`.execute(db);
  await sql`CREATE INDEX alert_notices_episode ON alert_notices (episode_id)`.execute(db);
  await sql`
    CREATE INDEX alert_notices_due ON alert_notices (next_attempt_at) WHERE next_attempt_at IS NOT NULL`.execute(
    db,
  );
  // One row: whoever has it locked looks for what is unusual, and nobody looks again soon after.
  await sql`
    CREATE TABLE alert_rounds (
      is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
      evaluated_at timestamptz NOT NULL
    )`.execute(db);
  await sql`INSERT INTO alert_rounds (evaluated_at) VALUES ('-infinity')`.execute(db);
  await createIndexes(db);
}

async function createEpisodes(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE alert_episodes (
      id uuid PRIMARY KEY,
      organization_id uuid NOT NULL,
      workflow_id uuid NOT NULL,
      kind text NOT NULL
        CHECK (kind IN ('authentication_failures', 'execution_failures', 'execution_overdue')),
      started_at timestamptz NOT NULL,
      last_seen_at timestamptz NOT NULL,
      ended_at timestamptz,
      end_reason text,
      details jsonb NOT NULL,
      CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
      FOREIGN KEY (organization_id, workflow_id) REFERENCES workflows (organization_id, id) ON DELETE CASCADE
    )`.execute(db);
  // At most one of a kind is open for a workflow: whichever process sees it first begins it.
  await sql`
    CREATE UNIQUE INDEX alert_episodes_open ON alert_episodes (workflow_id, kind) WHERE ended_at IS NULL`.execute(
    db,
  );
  await sql`CREATE INDEX alert_episodes_newest ON alert_episodes (organization_id, id)`.execute(db);
  await sql`CREATE INDEX alert_episodes_workflow ON alert_episodes (organization_id, workflow_id, id)`.execute(
    db,
  );
  await sql`
    CREATE INDEX alert_episodes_current ON alert_episodes (organization_id, id) WHERE ended_at IS NULL`.execute(
    db,
  );
  await sql`CREATE INDEX alert_episodes_ended ON alert_episodes (ended_at) WHERE ended_at IS NOT NULL`.execute(
    db,
  );
  await sql`ALTER TABLE alert_episodes ENABLE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY tenant ON alert_episodes TO hookgate_tenant
    USING (organization_id = current_organization_id())
    WITH CHECK (organization_id = current_organization_id())`.execute(db);
  await sql`GRANT SELECT ON alert_episodes TO hookgate_tenant`.execute(db);
}

/** By which a look at everything stays cheap. None has a row that storing a webhook writes. */
async function createIndexes(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX webhook_refusal_counts_minute ON webhook_refusal_counts (minute)`.execute(db);
  await sql`
    CREATE INDEX workflows_alerts ON workflows (id) WHERE deleted_at IS NULL AND webhook_config ? 'alerts'`.execute(
    db,
  );
  // Of each workflow what is under way, oldest first, and what ended, by when it did. Not what is queued, as every
  // execution is when it is stored.
  await sql`
    CREATE INDEX workflow_executions_progress ON workflow_executions (workflow_id, finished_at, id)
    WHERE state <> 'queued'`.execute(db);
}
