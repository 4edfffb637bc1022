import { type Kysely, sql } from 'kysely';

const READ_WRITE = 'SELECT, INSERT, UPDATE, DELETE';
const READ = 'SELECT';

/** Which rights a tenant has on each table; the policies narrow all of them to its own rows. */
const TABLES: Record<string, string> = {
  api_keys: READ_WRITE,
  workflows: READ_WRITE,
  webhook_secrets: READ_WRITE,
  webhook_endpoints: READ_WRITE,
  workflow_triggers: READ_WRITE,
  webhook_logs: READ,
  webhook_refusal_counts: READ,
  workflow_executions: 'SELECT, INSERT, UPDATE',
  deliveries: 'SELECT, UPDATE',
  delivery_attempts: READ,
  execution_transitions: READ,
  idempotency_keys: 'SELECT, INSERT, UPDATE',
};

/** Every table that has an organization shows a tenant its own rows only, for reading and for writing. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [table, rights] of Object.entries(TABLES)) {
    await sql`ALTER TABLE ${sql.table(table)} ENABLE ROW LEVEL SECURITY`.execute(db);
    await sql`
      CREATE POLICY tenant ON ${sql.table(table)} TO hookgate_tenant
      USING (organization_id = current_organization_id())
      WITH CHECK (organization_id = current_organization_id())`.execute(db);
    await sql`GRANT ${sql.raw(rights)} ON ${sql.table(table)} TO hookgate_tenant`.execute(db);
  }
  await sql`ALTER TABLE organizations ENABLE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY tenant ON organizations TO hookgate_tenant
    USING (id = current_organization_id()) WITH CHECK (id = current_organization_id())`.execute(db);
  await sql`GRANT SELECT ON organizations TO hookgate_tenant`.execute(db);
}
