import { sql } from 'kysely';
import type { Database } from '../../src/store/database.ts';
import { eventually } from './eventually.ts';

/** Waits until so many statements of this database wait for locks of others. */
export const blocked = (db: Database, count: number) =>
  eventually(`${count} statements that wait for a lock`, async () => {
    const { rows } = await sql`
      SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`.execute(db);
    return rows.length >= count;
  });
