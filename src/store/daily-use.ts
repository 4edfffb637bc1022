import { sql } from 'kysely';
import type { Database } from './database.ts';

export interface DailyUse {
  organizationId: string;
  /** Since 1970, in UTC. */
  day: number;
  amount: number;
}

type Totals = Map<string, number>;

const EPOCH = sql`date '1970-01-01'`;

/**
 * Adds to what all processes have used, and returns what that makes of the days. Sorted, so that two processes cannot
 * deadlock; without organizations that are gone meanwhile.
 */
export async function addDailyUse(db: Database, budget: string, uses: DailyUse[]): Promise<DailyUse[]> {
  const sorted = [...uses].sort((a, b) => a.day - b.day || (a.organizationId < b.organizationId ? -1 : 1));
  const { rows } = await sql<{ organization_id: string; day: number; amount: number }>`
    INSERT INTO daily_use AS u (organization_id, budget, day, amount)
    SELECT o.id, ${budget}, ${EPOCH} + n.day, n.amount
    FROM unnest(
      ${sorted.map(({ organizationId }) => organizationId)}::uuid[],
      ${sorted.map(({ day }) => day)}::int[],
      ${sorted.map(({ amount }) => amount)}::bigint[]
    ) WITH ORDINALITY AS n (organization_id, day, amount, position)
    JOIN organizations o ON o.id = n.organization_id
    ORDER BY n.position
    ON CONFLICT (day, budget, organization_id) DO UPDATE SET amount = u.amount + excluded.amount
    RETURNING organization_id, (day - ${EPOCH})::int AS day, amount::float8`.execute(db);
  return rows.map(({ organization_id: organizationId, day, amount }) => ({ organizationId, day, amount }));
}

/** What all organizations have used of it on a day. */
export async function loadDailyUse(db: Database, budget: string, day: number): Promise<Totals> {
  const { rows } = await sql<{ organization_id: string; amount: number }>`
    SELECT organization_id, amount::float8 AS amount FROM daily_use
    WHERE day = ${EPOCH} + ${day}::int AND budget = ${budget}`.execute(db);
  return new Map(rows.map((row) => [row.organization_id, row.amount]));
}

/** How long it can be looked up how much a day had. */
const KEPT_DAYS = 400;

export async function deleteOldDailyUse(db: Database): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    DELETE FROM daily_use WHERE day < (now() AT TIME ZONE 'UTC')::date - ${KEPT_DAYS}::int`.execute(db);
  return Number(numAffectedRows);
}
