import { type Kysely, sql } from 'kysely';

/** What a tenant configures: workflows, their secrets, the endpoints and the triggers between them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE workflows (
      id uuid PRIMARY KEY,
      organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
      description text,
      is_active boolean NOT NULL DEFAULT true,
      webhook_enabled boolean NOT NULL DEFAULT false,
      webhook_auth_type text NOT NULL DEFAULT 'hmac'
        CHECK (webhook_auth_type IN ('none', 'api_key', 'bearer_token', 'hmac', 'provider')),
      webhook_config jsonb NOT NULL DEFAULT '{}',
      version integer NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      deleted_at timestamptz,
      UNIQUE (organization_id, id)
    )`.execute(db);
  await sql`
    CREATE INDEX workflows_newest ON workflows (organization_id, created_at DESC, id DESC)
    WHERE deleted_at IS NULL`.execute(db);

  await sql`
    CREATE TABLE webhook_secrets (
      id uuid PRIMARY KEY,
      organization_id uuid NOT NULL,
      workflow_id uuid NOT NULL,
      ciphertext bytea NOT NULL,
      encryption_key_id text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz,
      last_used_at timestamptz,
      FOREIGN KEY (organization_id, workflow_id) REFERENCES workflows (organization_id, id) ON DELETE CASCADE
    )`.execute(db);
  await sql`CREATE INDEX webhook_secrets_workflow ON webhook_secrets (workflow_id)`.execute(db);

  await sql`
    CREATE TABLE webhook_endpoints (
      id uuid PRIMARY KEY,
      organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
      url text NOT NULL,
      secret_ciphertext bytea NOT NULL,
      encryption_key_id text NOT NULL,
      timeout_ms integer NOT NULL DEFAULT 30000 CHECK (timeout_ms BETWEEN 100 AND 300000),
      retry_policy jsonb NOT NULL DEFAULT '{}',
      on_ambiguous text NOT NULL DEFAULT 'retry' CHECK (on_ambiguous IN ('retry', 'hold')),
      retry_workflow_errors boolean NOT NULL DEFAULT true,
      payload_limit_bytes integer CHECK (payload_limit_bytes > 0),
      is_active boolean NOT NULL DEFAULT true,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (organization_id, id),
      UNIQUE (organization_id, name)
    )`.execute(db);

  await sql`
    CREATE TABLE workflow_triggers (
      id uuid PRIMARY KEY,
      organization_id uuid NOT NULL,
      workflow_id uuid NOT NULL,
      endpoint_id uuid NOT NULL,
      trigger_types text[] NOT NULL DEFAULT ARRAY['webhook', 'manual']
        CHECK (trigger_types <@ ARRAY['webhook', 'manual', 'n8n'] AND cardinality(trigger_types) > 0),
      forward text NOT NULL DEFAULT 'request' CHECK (forward IN ('request', 'envelope')),
      is_active boolean NOT NULL DEFAULT true,
      created_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (organization_id, id),
      FOREIGN KEY (organization_id, workflow_id) REFERENCES workflows (organization_id, id) ON DELETE CASCADE,
      FOREIGN KEY (organization_id, endpoint_id) REFERENCES webhook_endpoints (organization_id, id) ON DELETE CASCADE
    )`.execute(db);
  await sql`CREATE INDEX workflow_triggers_workflow ON workflow_triggers (workflow_id)`.execute(db);
  await sql`CREATE INDEX workflow_triggers_endpoint ON workflow_triggers (endpoint_id)`.execute(db);
}
