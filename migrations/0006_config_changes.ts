import { type Kysely, sql } from 'kysely';

/** Tells every process which cached configuration changed: NOTIFY hookgate_config, 'workflow:<id>' or 'api_key:<id>'. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE FUNCTION notify_config_change() RETURNS trigger LANGUAGE plpgsql AS $$
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
        FOR workflow IN SELECT DISTINCT workflow_id FROM workflow_triggers WHERE endpoint_id = changed.id LOOP
          PERFORM pg_notify('hookgate_config', 'workflow:' || workflow);
        END LOOP;
      ELSE
        PERFORM pg_notify('hookgate_config', 'workflow:' || changed.workflow_id);
      END IF;
      RETURN NULL;
    END $$`.execute(db);
  for (const table of ['workflows', 'webhook_endpoints', 'workflow_triggers']) {
    await sql`
      CREATE TRIGGER ${sql.ref(`${table}_notify`)} AFTER INSERT OR UPDATE OR DELETE ON ${sql.table(table)}
      FOR EACH ROW EXECUTE FUNCTION notify_config_change()`.execute(db);
  }
  // Not for last_used_at, which is written often and cached nowhere.
  await sql`
    CREATE TRIGGER webhook_secrets_notify AFTER INSERT OR DELETE OR UPDATE OF expires_at, ciphertext ON webhook_secrets
    FOR EACH ROW EXECUTE FUNCTION notify_config_change()`.execute(db);
  await sql`
    CREATE TRIGGER api_keys_notify AFTER INSERT OR DELETE OR UPDATE OF scopes, expires_at, revoked_at ON api_keys
    FOR EACH ROW EXECUTE FUNCTION notify_config_change()`.execute(db);
}
