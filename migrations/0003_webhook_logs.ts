import { type Kysely, sql } from 'kysely';

/**
 * What came in. Partitioned by day on the UUIDv7 id, so that the primary key stays (id), a look-up by id
 * prunes to one partition, and retention drops a whole day at once. Nothing has a foreign key to it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE webhook_logs (
      id uuid NOT NULL PRIMARY KEY,
      organization_id uuid NOT NULL,
      workflow_id uuid NOT NULL,
      execution_id uuid,
      received_at timestamptz NOT NULL,
      request_id text NOT NULL,
      method text NOT NULL,
      query text NOT NULL,
      headers json NOT NULL,
      body bytea,
      body_bytes integer NOT NULL,
      source_ip text NOT NULL,
      status_code smallint NOT NULL,
      error_code text,
      answered_status smallint
    ) PARTITION BY RANGE (id)`.execute(db);
  await sql`CREATE INDEX webhook_logs_workflow ON webhook_logs (organization_id, workflow_id, id)`.execute(
    db,
  );
  await sql`CREATE INDEX webhook_logs_organization ON webhook_logs (organization_id, id)`.execute(db);
  // For lists of what was refused. Partial: an accepted request, which must be stored fast, is in neither.
  await sql`
    CREATE INDEX webhook_logs_refused ON webhook_logs (organization_id, id) WHERE status_code >= 400`.execute(
    db,
  );
  await sql`
    CREATE INDEX webhook_logs_error ON webhook_logs (organization_id, error_code, id)
    WHERE error_code IS NOT NULL`.execute(db);
  // Catches a row whose day has no partition yet (a clock far ahead): better slow than lost.
  await sql`CREATE TABLE webhook_logs_default PARTITION OF webhook_logs DEFAULT`.execute(db);

  // The first UUIDv7 of an instant: 48 bits of milliseconds, then zeros.
  await sql`
    CREATE FUNCTION uuidv7_floor(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT rpad(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0'), 32, '0')::uuid $$`.execute(
    db,
  );
  // Safe to call from any number of processes at once; returns how many partitions it made.
  await sql`
    CREATE FUNCTION create_webhook_log_partitions(days_ahead integer) RETURNS integer LANGUAGE plpgsql AS $$
    DECLARE
      day date;
      name text;
      made integer := 0;
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtext('create_webhook_log_partitions'));
      FOR day IN SELECT generate_series((now() AT TIME ZONE 'UTC')::date - 1, (now() AT TIME ZONE 'UTC')::date + days_ahead, '1 day')
      LOOP
        name := 'webhook_logs_' || to_char(day, 'YYYYMMDD');
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I PARTITION OF webhook_logs FOR VALUES FROM (%L) TO (%L)', name,
          uuidv7_floor(day::timestamp AT TIME ZONE 'UTC'), uuidv7_floor((day + 1)::timestamp AT TIME ZONE 'UTC'));
        EXECUTE format('ALTER TABLE %I ALTER COLUMN body SET STORAGE EXTERNAL', name);
        made := made + 1;
      END LOOP;
      RETURN made;
    END $$`.execute(db);
  await sql`SELECT create_webhook_log_partitions(7)`.execute(db);

  await sql`
    CREATE TABLE webhook_refusal_counts (
      organization_id uuid NOT NULL,
      workflow_id uuid NOT NULL,
      minute timestamptz NOT NULL,
      error_code text NOT NULL,
      count bigint NOT NULL,
      PRIMARY KEY (workflow_id, minute, error_code),
      FOREIGN KEY (organization_id, workflow_id) REFERENCES workflows (organization_id, id) ON DELETE CASCADE
    )`.execute(db);
}
