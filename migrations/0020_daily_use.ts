import { type Kysely, sql } from 'kysely';

/** How much of what there is for a day each organization has used, counted over all processes. Days are those of UTC. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE daily_use (
      organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
      budget text NOT NULL,
      day date NOT NULL,
      amount bigint NOT NULL,
      PRIMARY KEY (day, budget, organization_id)
    )`.execute(db);
  await sql`CREATE INDEX daily_use_organization ON daily_use (organization_id)`.execute(db);
  await sql`ALTER TABLE daily_use ENABLE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY tenant ON daily_use TO hookgate_tenant
    USING (organization_id = current_organization_id())
    WITH CHECK (organization_id = current_organization_id())`.execute(db);
  await sql`GRANT SELECT ON daily_use TO hookgate_tenant`.execute(db);
}
