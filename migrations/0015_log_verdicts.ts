import { type Kysely, sql } from 'kysely';

/** What a request was when it was no webhook, and why one was refused. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // handshake: the name of the one that was answered. diagnosis: what would have matched; never a secret.
  await sql`ALTER TABLE webhook_logs ADD COLUMN handshake text, ADD COLUMN diagnosis jsonb`.execute(db);
}
