import { type Kysely, sql } from 'kysely';

/** What an endpoint is told besides the request, how fast it may be called, and which executions a trigger takes and how. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Headers are credentials as often as not: n8n's Header Auth and Basic Auth are nothing else.
  await sql`
    ALTER TABLE webhook_endpoints
      ADD COLUMN headers_ciphertext bytea,
      ADD COLUMN headers_key_id text,
      ADD COLUMN header_names text[] NOT NULL DEFAULT '{}',
      ADD COLUMN pace_per_second real CHECK (pace_per_second > 0 AND pace_per_second <= 1000),
      ADD COLUMN pace_concurrency integer CHECK (pace_concurrency BETWEEN 1 AND 1000),
      ADD COLUMN circuit_breaker jsonb NOT NULL DEFAULT '{}',
      ADD COLUMN events text[] NOT NULL DEFAULT '{}',
      ADD COLUMN version integer NOT NULL DEFAULT 1,
      ADD CHECK ((headers_ciphertext IS NULL) = (headers_key_id IS NULL))`.execute(db);
  await sql`
    CREATE INDEX webhook_endpoints_newest ON webhook_endpoints (organization_id, created_at DESC, id DESC)`.execute(
    db,
  );
  await sql`
    ALTER TABLE workflow_triggers
      ADD COLUMN filter text CHECK (length(filter) BETWEEN 1 AND 10000),
      ADD COLUMN transform text CHECK (length(transform) BETWEEN 1 AND 10000),
      ADD COLUMN version integer NOT NULL DEFAULT 1,
      ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now()`.execute(db);
  await sql`
    CREATE INDEX workflow_triggers_newest ON workflow_triggers (organization_id, created_at DESC, id DESC)`.execute(
    db,
  );
}
