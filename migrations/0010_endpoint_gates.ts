import { type Kysely, sql } from 'kysely';

/** How fast each endpoint is called and whether it is called at all, by all processes together. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A row appears with the first delivery that is paced or the first outcomes that are counted.
  // release_at: deliveries are held, and this is when to look next whether some can go. version counts changes,
  // line_version those who lined up behind what is held: so that a decision can be made first and locked later.
  // No foreign key to the endpoint: the gate of one that was deleted stays until it has let go what it holds.
  await sql`
    CREATE TABLE endpoint_gates (
      endpoint_id uuid PRIMARY KEY,
      organization_id uuid NOT NULL,
      circuit text NOT NULL DEFAULT 'closed' CHECK (circuit IN ('closed', 'open', 'half_open')),
      open_until timestamptz,
      probe_delivery_id uuid,
      window_started_at timestamptz NOT NULL DEFAULT now(),
      closed_at timestamptz,
      attempts integer NOT NULL DEFAULT 0,
      failures integer NOT NULL DEFAULT 0,
      next_slot_at timestamptz NOT NULL DEFAULT now(),
      last_slot_at timestamptz,
      release_at timestamptz,
      version bigint NOT NULL DEFAULT 0,
      line_version bigint NOT NULL DEFAULT 0,
      CHECK ((circuit = 'open') = (open_until IS NOT NULL))
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

  // gate is empty where nothing is paced and no circuit is open: those deliveries are in no index but those they were in.
  // NOT VALID: what is there has no gate, and need not be read to know. The second refuses a worker of an older
  // release, which would send what is held.
  await sql`
    ALTER TABLE deliveries
      ADD COLUMN gate text,
      ADD COLUMN is_undecided boolean NOT NULL DEFAULT false,
      ADD CONSTRAINT deliveries_gate_check CHECK (gate IN ('held', 'admitted', 'passing')) NOT VALID,
      ADD CONSTRAINT deliveries_held_check CHECK (gate IS DISTINCT FROM 'held' OR lease_token IS NULL) NOT VALID`.execute(
    db,
  );
  await sql`
    CREATE INDEX deliveries_gate ON deliveries (endpoint_id, gate, next_attempt_at, id)
    WHERE gate IS NOT NULL AND next_attempt_at IS NOT NULL`.execute(db);
  // Without what is held: the relay would wade through it at every look. deliveries_due stays for the relays of the
  // release before, which run on until they are replaced and would read the whole table; a later release drops it.
  await sql`
    CREATE INDEX deliveries_ready ON deliveries (next_attempt_at)
    WHERE next_attempt_at IS NOT NULL AND gate IS DISTINCT FROM 'held'`.execute(db);

  await createTriggers(db);
}

/** SECURITY DEFINER: a tenant changes and deletes its endpoints with its own rights only. */
async function createTriggers(db: Kysely<unknown>): Promise<void> {
  // What is held is looked at by the new settings at once, not when the old ones would have let it go. What is known
  // about the circuit says nothing about another URL, nor by other rules.
  await sql`
    CREATE FUNCTION reconsider_endpoint_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
      UPDATE endpoint_gates SET next_slot_at = least(next_slot_at, now()), version = version + 1,
        release_at = CASE WHEN release_at IS NOT NULL THEN now() END
      WHERE endpoint_id = NEW.id;
      IF (NEW.url, NEW.circuit_breaker) IS DISTINCT FROM (OLD.url, OLD.circuit_breaker) THEN
        UPDATE endpoint_gates SET circuit = 'closed', open_until = NULL, probe_delivery_id = NULL,
          window_started_at = clock_timestamp(), closed_at = clock_timestamp(), attempts = 0, failures = 0
        WHERE endpoint_id = NEW.id;
      END IF;
      RETURN NULL;
    END $$`.execute(db);
  await sql`
    CREATE TRIGGER webhook_endpoints_reconsidered
    AFTER UPDATE OF url, is_active, pace_per_second, pace_concurrency, circuit_breaker ON webhook_endpoints
    FOR EACH ROW WHEN (
      (OLD.url, OLD.is_active, OLD.pace_per_second, OLD.pace_concurrency, OLD.circuit_breaker)
      IS DISTINCT FROM (NEW.url, NEW.is_active, NEW.pace_per_second, NEW.pace_concurrency, NEW.circuit_breaker))
    EXECUTE FUNCTION reconsider_endpoint_gate()`.execute(db);

  // What the endpoint held goes on, some at a time however much it is, and ends as what has no trigger any more.
  await sql`
    CREATE FUNCTION open_endpoint_gate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
      DELETE FROM endpoint_gates WHERE endpoint_id = OLD.id AND release_at IS NULL;
      UPDATE endpoint_gates SET circuit = 'closed', open_until = NULL, probe_delivery_id = NULL,
        release_at = now(), version = version + 1
      WHERE endpoint_id = OLD.id;
      RETURN NULL;
    END $$`.execute(db);
  await sql`
    CREATE TRIGGER webhook_endpoints_deleted AFTER DELETE ON webhook_endpoints
    FOR EACH ROW EXECUTE FUNCTION open_endpoint_gate()`.execute(db);
}
