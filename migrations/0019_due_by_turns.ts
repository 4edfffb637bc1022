import { type Kysely, sql } from 'kysely';

/** What is due, by organization: the relay takes it by turns, however much one of them has. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The condition of deliveries_ready. Of executions, workflow_executions_state tells the same.
  await sql`
    CREATE INDEX deliveries_turns ON deliveries (organization_id, next_attempt_at)
    WHERE next_attempt_at IS NOT NULL AND gate IS DISTINCT FROM 'held'`.execute(db);
}
