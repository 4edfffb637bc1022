import { type Kysely, sql } from 'kysely';

/** How fast each endpoint is called and whether it is called at all, by all processes together. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A row appears with the first delivery that is paced or the first outcomes that are counted.
  // release_at: deliveries are held, and this is when to look next whether some can go. version counts changes,
  // line_version those who lined up behind what is held: so that a decision can be made first and locked later.
  await sql`
    CREATE TABLE endpoint_gates (
      endpoint_id uuid PRIMARY KEY,
      organization_id uuid NOT NULL,
      circuit text NOT NULL DEFAULT 'closed' CHECK (circuit IN ('closed', 'open', 'half_open')),
      open_until timestamptz,
      probe_delivery_id uuid,
      window_started_at timestamptz NOT NULL DEFAULT now(),
      attempts integer NOT NULL DEFAULT 0,
      failures integer NOT NULL DEFAULT 0,
      next_slot_at timestamptz NOT NULL DEFAULT now(),
      last_slot_at timestamptz,
      release_at timestamptz,
      version integer NOT NULL DEFAULT 0,
      line_version integer NOT NULL DEFAULT 0,
      CHECK ((circuit = 'open') = (open_until IS NOT NULL)),
      FOREIGN KEY (organization_id, endpoint_id) REFERENCES webhook_endpoints (organization_id, id) ON DELETE CASCADE
    ) WITH (fillfactor = 50)`.execute(db);
  await sql`
    CREATE INDEX endpoint_gates_release ON endpoint_gates (release_at) WHERE release_at IS NOT NULL`.execute(
    db,
  );
  await sql`CREATE INDEX endpoint_gates_circuit ON endpoint_gates (circuit) WHERE circuit <> 'closed'`.execute(
    db,
  );
  await sql`ALTER TABLE endpoint_gates ENABLE ROW LEVEL SECURITY`.execute(db);
  await sql`
    CREATE POLICY tenant ON endpoint_gates TO hookgate_tenant
    USING (organization_id = current_organization_id())
    WITH CHECK (organization_id = current_organization_id())`.execute(db);
  await sql`GRANT SELECT ON endpoint_gates TO hookgate_tenant`.execute(db);

  // Empty where nothing is paced and no circuit is open: those deliveries are in no index but those they were in.
  await sql`
    ALTER TABLE deliveries ADD COLUMN gate text CHECK (gate IN ('held', 'admitted', 'passing'))`.execute(db);
  await sql`
    CREATE INDEX deliveries_gate ON deliveries (endpoint_id, gate, next_attempt_at, id)
    WHERE gate IS NOT NULL AND next_attempt_at IS NOT NULL`.execute(db);
  // Without what is held: the relay would wade through it at every look.
  await sql`DROP INDEX deliveries_due`.execute(db);
  await sql`
    CREATE INDEX deliveries_due ON deliveries (next_attempt_at)
    WHERE next_attempt_at IS NOT NULL AND gate IS DISTINCT FROM 'held'`.execute(db);

  // SECURITY DEFINER: a tenant deletes its endpoint, with its own rights only. What the endpoint held goes on and
  // ends as what has no trigger any more.
  await sql`
    CREATE FUNCTION release_held_deliveries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
      UPDATE deliveries SET gate = NULL, next_attempt_at = now(), enqueued_at = NULL
      WHERE endpoint_id = OLD.endpoint_id AND gate = 'held' AND next_attempt_at IS NOT NULL;
      RETURN NULL;
    END $$`.execute(db);
  await sql`
    CREATE TRIGGER endpoint_gates_deleted AFTER DELETE ON endpoint_gates
    FOR EACH ROW EXECUTE FUNCTION release_held_deliveries()`.execute(db);
}
