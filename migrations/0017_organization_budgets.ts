import { type Kysely, sql } from 'kysely';

/** What an organization may use, where the admin gave it limits of its own: by the names of the budgets. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE organizations ADD COLUMN budgets jsonb NOT NULL DEFAULT '{}'`.execute(db);
  await sql`
    CREATE FUNCTION notify_organization_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_notify('hookgate_config', 'organization:' || NEW.id);
      RETURN NULL;
    END $$`.execute(db);
  await sql`
    CREATE TRIGGER organizations_notify AFTER UPDATE OF budgets ON organizations
    FOR EACH ROW EXECUTE FUNCTION notify_organization_change()`.execute(db);
}
