import { type Kysely, sql } from 'kysely';

/** The database refuses a move that is not allowed, and writes down every one that is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE execution_moves (
      from_state text NOT NULL,
      to_state text NOT NULL,
      PRIMARY KEY (from_state, to_state)
    )`.execute(db);
  await sql`
    INSERT INTO execution_moves VALUES
      ('queued', 'running'), ('queued', 'succeeded'), ('queued', 'cancelled'),
      ('running', 'retrying'), ('running', 'waiting'), ('running', 'succeeded'), ('running', 'failed'),
      ('running', 'cancelled'), ('running', 'dead_lettered'),
      ('retrying', 'running'), ('retrying', 'waiting'), ('retrying', 'succeeded'), ('retrying', 'failed'),
      ('retrying', 'cancelled'), ('retrying', 'dead_lettered'),
      ('waiting', 'running'), ('waiting', 'retrying'), ('waiting', 'succeeded'), ('waiting', 'failed'),
      ('waiting', 'cancelled'), ('waiting', 'dead_lettered'),
      ('failed', 'queued'), ('dead_lettered', 'queued')`.execute(db);

  // SECURITY DEFINER: a tenant may move its execution but may not write transitions by hand.
  await sql`
    CREATE FUNCTION record_execution_move() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
      IF NOT EXISTS (SELECT FROM execution_moves WHERE from_state = OLD.state AND to_state = NEW.state) THEN
        RAISE EXCEPTION 'execution % cannot move from % to %', OLD.id, OLD.state, NEW.state
          USING ERRCODE = 'check_violation', CONSTRAINT = 'execution_moves';
      END IF;
      IF NEW.state = 'queued' AND NEW.run <> OLD.run + 1 THEN
        RAISE EXCEPTION 'execution % is queued again without a new run', OLD.id
          USING ERRCODE = 'check_violation', CONSTRAINT = 'execution_moves';
      END IF;
      NEW.seq := OLD.seq + 1;
      INSERT INTO execution_transitions (organization_id, execution_id, seq, from_state, to_state, run, outcome)
      VALUES (NEW.organization_id, NEW.id, NEW.seq, OLD.state, NEW.state, NEW.run, NEW.outcome);
      RETURN NEW;
    END $$`.execute(db);
  await sql`
    CREATE TRIGGER workflow_executions_move BEFORE UPDATE OF state ON workflow_executions
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION record_execution_move()`.execute(
    db,
  );

  // A delivery that succeeded or was cancelled never moves again: no resend after a recorded success.
  await sql`
    CREATE FUNCTION refuse_delivery_move() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'delivery % cannot move from % to %', OLD.id, OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_moves';
    END $$`.execute(db);
  await sql`
    CREATE TRIGGER deliveries_move BEFORE UPDATE OF state ON deliveries
    FOR EACH ROW WHEN (OLD.state IN ('succeeded', 'cancelled') AND OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION refuse_delivery_move()`.execute(db);
}
