import { type Kysely, sql } from 'kysely';

/** Rights that nothing uses: keys are revoked, workflows marked, and secrets left to expire. */
const DELETES_NONE = ['api_keys', 'workflows', 'webhook_secrets', 'endpoint_inbound_secrets'];

/** What runs with more rights than its caller has finds nothing of the caller's, and a tenant may do no more than it does. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Where pg_temp is not named, it is searched first: whoever may make a temporary table could have such a function
  // take it for ours. "$user" is left out for the same reason: it is whatever schema has the owner's name.
  await sql`
    DO $$
    DECLARE
      own record;
    BEGIN
      FOR own IN
        SELECT oid::regprocedure AS signature FROM pg_proc
        WHERE prosecdef AND pronamespace = current_schema()::regnamespace
      LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', own.signature, current_schema());
      END LOOP;
    END $$`.execute(db);
  // Since Postgres 16 whoever makes a role may give it to others, but not act as it.
  await sql`
    DO $$ BEGIN
      IF current_setting('server_version_num')::int >= 160000 THEN
        IF NOT pg_has_role(current_user, 'hookgate_tenant', 'SET') THEN
          EXECUTE format('GRANT hookgate_tenant TO %I WITH SET TRUE, INHERIT FALSE', current_user);
        END IF;
      END IF;
    END $$`.execute(db);
  for (const table of DELETES_NONE) {
    await sql`REVOKE DELETE ON ${sql.table(table)} FROM hookgate_tenant`.execute(db);
  }
}
