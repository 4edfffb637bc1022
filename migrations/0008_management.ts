import { type Kysely, sql } from 'kysely';

/** What operators do with what came in: run it again, one or many, and follow it live. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE replays (
      id uuid PRIMARY KEY,
      organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
      filter jsonb NOT NULL,
      rate_per_second integer NOT NULL CHECK (rate_per_second BETWEEN 1 AND 1000),
      state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'completed', 'cancelled', 'stopped')),
      total integer NOT NULL,
      total_bounded boolean NOT NULL DEFAULT false,
      replayed integer NOT NULL DEFAULT 0,
      skipped integer NOT NULL DEFAULT 0,
      last_log_id uuid,
      until_log_id uuid NOT NULL,
      next_step_at timestamptz NOT NULL DEFAULT now(),
      requested_by text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz,
      UNIQUE (organization_id, id),
      CHECK ((state = 'running') = (finished_at IS NULL))
    )`.execute(db);
  await sql`CREATE INDEX replays_due ON replays (next_step_at) WHERE state = 'running'`.execute(db);
  await sql`ALTER TABLE replays ENABLE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY tenant ON replays TO hookgate_tenant
    USING (organization_id = current_organization_id())
    WITH CHECK (organization_id = current_organization_id())`.execute(db);
  await sql`GRANT SELECT, INSERT, UPDATE ON replays TO hookgate_tenant`.execute(db);

  // replay_of is the execution whose bytes run again, which may be gone: retention deletes the oldest first.
  await sql`
    ALTER TABLE workflow_executions
      ADD COLUMN replay_of uuid,
      ADD COLUMN replay_id uuid,
      ADD FOREIGN KEY (organization_id, replay_id) REFERENCES replays (organization_id, id) ON DELETE SET NULL (replay_id)`.execute(
    db,
  );
  await sql`
    CREATE INDEX workflow_executions_replay ON workflow_executions (replay_id, id) WHERE replay_id IS NOT NULL`.execute(
    db,
  );

  // For whoever follows what happens now. Rows arrive in the order of their time, so a few pages tell which to
  // read, and storing a transition costs no more than before.
  await sql`
    CREATE INDEX execution_transitions_at ON execution_transitions USING brin (at) WITH (pages_per_range = 16, autosummarize = on)`.execute(
    db,
  );
}
