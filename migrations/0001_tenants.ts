import { type Kysely, sql } from 'kysely';

/** Organizations, their API keys, and the role that management requests run as. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A role belongs to the whole cluster: another database may have made it already, or be making it now.
  await sql`
    DO $$ BEGIN
      CREATE ROLE hookgate_tenant NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$`.execute(db);
  await sql`
    DO $$ BEGIN
      IF NOT pg_has_role(current_user, 'hookgate_tenant', 'MEMBER') THEN
        EXECUTE format('GRANT hookgate_tenant TO %I', current_user);
      END IF;
    END $$`.execute(db);
  await sql`DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO hookgate_tenant', current_schema()); END $$`.execute(
    db,
  );

  // NULL (no rows) when a transaction forgot to say whom it acts for.
  await sql`
    CREATE FUNCTION current_organization_id() RETURNS uuid LANGUAGE sql STABLE AS
    $$ SELECT nullif(current_setting('app.organization_id', true), '')::uuid $$`.execute(db);

  await sql`
    CREATE TABLE organizations (
      id uuid PRIMARY KEY,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
      slug text NOT NULL UNIQUE,
      created_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`
    INSERT INTO organizations (id, name, slug)
    VALUES ('00000000-0000-7000-8000-000000000001', 'Default', 'default')`.execute(db);
  await sql`
    CREATE TABLE api_keys (
      id uuid PRIMARY KEY,
      organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
      prefix text NOT NULL,
      key_sha256 bytea NOT NULL UNIQUE CHECK (octet_length(key_sha256) = 32),
      scopes text[] NOT NULL CHECK (scopes <@ ARRAY[
        'workflows:read', 'workflows:write', 'executions:read', 'executions:write',
        'logs:read', 'logs:write', 'n8n:read', 'n8n:write', 'admin']),
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz,
      revoked_at timestamptz,
      last_used_at timestamptz,
      UNIQUE (organization_id, id)
    )`.execute(db);
}
