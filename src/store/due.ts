import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database.ts';
import { oldestDueEventSeconds } from './event-counts.ts';

/** Work that is due: an execution to plan or a delivery to send. */
export interface DueWork {
  kind: 'execution' | 'delivery';
  id: string;
  run: number;
  organizationId: string;
}

/** How much of an organization's may be taken at the most; of those not named, any number. */
export type Places = ReadonlyMap<string, number>;

/** How long a row that was given to the queue is left to it. Covers a worker that died holding the job. */
const ENQUEUED_LATELY = sql`interval '10 seconds'`;
const NOT_LATELY = sql`(enqueued_at IS NULL OR enqueued_at < now() - ${ENQUEUED_LATELY})`;

/**
 * Takes rows that are due, hold no live lease and were not given to the queue lately, and stamps them as given: oldest
 * first, or where there are more than that, by turns over the organizations that have any. Any number of processes may
 * ask at once: each row goes to one of them.
 */
export async function takeDue(db: Database, limit: number, places: Places = new Map()): Promise<DueWork[]> {
  const left = new Map(places);
  const take = async (kind: DueKind, most: number): Promise<DueWork[]> => {
    const taken = most > 0 ? await takeKind(db, kind, { limit: most, places: left }) : [];
    for (const { organizationId } of taken) {
      const had = left.get(organizationId);
      if (had !== undefined) left.set(organizationId, had - 1);
    }
    return taken;
  };
  // Half of it for each kind, so that neither of them waits until the other has no more.
  const half = Math.ceil(limit / 2);
  const deliveries = await take(DELIVERIES, half);
  const executions = await take(EXECUTIONS, limit - deliveries.length);
  const room = limit - deliveries.length - executions.length;
  const others = deliveries.length === half ? await take(DELIVERIES, room) : [];
  return [...deliveries, ...others, ...executions];
}

/** The rows of one table: which are due, and how those of one organization are found, oldest first. */
interface DueKind {
  kind: DueWork['kind'];
  table: RawBuilder<unknown>;
  isDue: RawBuilder<unknown>;
  order: RawBuilder<unknown>;
  /** A recursive CTE `turns` of the organizations that may have any. */
  turns: RawBuilder<unknown>;
  ofOne: RawBuilder<unknown>;
  orderOfOne: RawBuilder<unknown>;
}

const READY = sql`next_attempt_at IS NOT NULL AND gate IS DISTINCT FROM 'held'`;

const DELIVERIES: DueKind = {
  kind: 'delivery',
  table: sql`deliveries`,
  isDue: sql`${READY} AND next_attempt_at <= now() AND ${NOT_LATELY}`,
  order: sql`next_attempt_at`,
  // From one organization to the next in the index, past all that each of them has.
  turns: sql`turns (organization_id) AS (
      (SELECT organization_id FROM deliveries WHERE ${READY} ORDER BY organization_id LIMIT 1)
      UNION ALL
      SELECT (SELECT d.organization_id FROM deliveries d WHERE ${READY} AND d.organization_id > turns.organization_id
        ORDER BY d.organization_id LIMIT 1)
      FROM turns WHERE turns.organization_id IS NOT NULL
    )`,
  ofOne: sql`${READY} AND next_attempt_at <= now() AND ${NOT_LATELY}`,
  orderOfOne: sql`next_attempt_at`,
};

const EXECUTIONS: DueKind = {
  kind: 'execution',
  table: sql`workflow_executions`,
  isDue: sql`state = 'queued' AND ${NOT_LATELY}`,
  order: sql`id`,
  turns: sql`turns (organization_id) AS (SELECT id FROM organizations)`,
  // Not `=`: that would also fit the index of all that is queued, where those of one organization are far apart.
  ofOne: sql`state >= 'queued' AND state <= 'queued' AND ${NOT_LATELY}`,
  orderOfOne: sql`state, id`,
};

interface Taking {
  limit: number;
  places: Places;
}

async function takeKind(db: Database, kind: DueKind, { limit, places }: Taking): Promise<DueWork[]> {
  if (places.size === 0) {
    const { tooMany, taken } = await takeAll(db, kind, limit);
    if (!tooMany) return taken;
  }
  return takeByTurns(db, kind, { limit, places });
}

type Row = { id: string; run: number; organization_id: string };

const toWork = (kind: DueKind, rows: Row[]): DueWork[] =>
  rows.map(({ id, run, organization_id: organizationId }) => ({ kind: kind.kind, id, run, organizationId }));

/** All that is due, unless it is more than that. */
async function takeAll(db: Database, kind: DueKind, limit: number) {
  const { table, isDue, order } = kind;
  const { rows } = await sql<{ too_many: boolean } & (Row | { id: null })>`
    WITH found AS (
      SELECT count(*) > ${limit} AS too_many FROM (SELECT FROM ${table} WHERE ${isDue} LIMIT ${limit + 1}) AS first
    ), due AS (
      SELECT id FROM ${table} WHERE ${isDue} AND NOT (SELECT too_many FROM found)
      ORDER BY ${order} LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE ${table} t SET enqueued_at = now() FROM due WHERE t.id = due.id RETURNING t.id, t.run, t.organization_id
    )
    SELECT found.too_many, taken.* FROM found LEFT JOIN taken ON true`.execute(db);
  const taken = rows.filter((row): row is { too_many: boolean } & Row => row.id !== null);
  return { tooMany: rows[0]?.too_many === true, taken: toWork(kind, taken) };
}

/** Of each organization at first, and so many times as much of those that have more where the others have less. */
const FIRST_SHARE = 20;
const MORE = 25;

/** One of each organization, then another of each, and so on. Less than `limit` only where no more may be taken. */
async function takeByTurns(db: Database, kind: DueKind, { limit, places }: Taking): Promise<DueWork[]> {
  const taken: DueWork[] = [];
  const had = new Map<string, number>();
  for (let share = FIRST_SHARE; taken.length < limit; share *= MORE) {
    const rest = limit - taken.length;
    const left = new Map([...places].map(([id, most]) => [id, Math.max(0, most - (had.get(id) ?? 0))]));
    const { work, mostOfOne } = await takeTurn(db, kind, { limit: rest, share, places: left });
    taken.push(...work);
    for (const { organizationId } of work) had.set(organizationId, (had.get(organizationId) ?? 0) + 1);
    if (mostOfOne < share) break;
  }
  return taken;
}

async function takeTurn(db: Database, kind: DueKind, turn: Taking & { share: number }) {
  const { table, turns, ofOne, orderOfOne, order } = kind;
  const { limit, share, places } = turn;
  const { rows } = await sql<Row & { turn: number }>`
    WITH RECURSIVE ${turns}, next AS (
      SELECT due.*, row_number() OVER (PARTITION BY turns.organization_id ORDER BY due.at)::int AS turn
      FROM turns LEFT JOIN unnest(${[...places.keys()]}::uuid[], ${[...places.values()]}::int[])
        AS p (organization_id, places) ON p.organization_id = turns.organization_id
      CROSS JOIN LATERAL (
        SELECT t.id, ${order} AS at FROM ${table} t WHERE t.organization_id = turns.organization_id AND ${ofOne}
        ORDER BY ${orderOfOne} LIMIT least(${share}, p.places, ${limit}) FOR UPDATE SKIP LOCKED
      ) AS due WHERE turns.organization_id IS NOT NULL
    ), chosen AS (SELECT id, turn FROM next ORDER BY turn, at LIMIT ${limit})
    UPDATE ${table} t SET enqueued_at = now() FROM chosen WHERE t.id = chosen.id
    RETURNING t.id, t.run, t.organization_id, chosen.turn`.execute(db);
  rows.sort((a, b) => a.turn - b.turn);
  return { work: toWork(kind, rows), mostOfOne: rows.at(-1)?.turn ?? 0 };
}

/** Gives back what the queue did not take, so that it is due again at once. */
export async function releaseDue(db: Database, work: DueWork[]): Promise<void> {
  const ids = (kind: DueWork['kind']) => work.filter((item) => item.kind === kind).map((item) => item.id);
  await sql`UPDATE deliveries SET enqueued_at = NULL WHERE id = ANY (${ids('delivery')}::uuid[])`.execute(db);
  await sql`
    UPDATE workflow_executions SET enqueued_at = NULL
    WHERE state = 'queued' AND id = ANY (${ids('execution')}::uuid[])`.execute(db);
}

/**
 * Seconds since the oldest unfinished work fell due; 0 when nothing is due. What a pace or an open circuit holds
 * is not due. Of executions only their first run
 * is due since they were made: a retry queues old ones again, and their deliveries say since when. Events count too,
 * where they do not advance.
 */
export async function oldestDueSeconds(db: Database): Promise<number> {
  return Math.max(...(await Promise.all([oldestDueWorkSeconds(db), oldestDueEventSeconds(db)])));
}

async function oldestDueWorkSeconds(db: Database): Promise<number> {
  const { rows } = await sql<{ seconds: number }>`
    SELECT coalesce(extract(epoch FROM now() - least(
      (SELECT min(next_attempt_at) FROM deliveries
        WHERE next_attempt_at <= now() AND gate IS DISTINCT FROM 'held'),
      (SELECT created_at FROM workflow_executions WHERE state = 'queued' AND run = 1 ORDER BY id LIMIT 1)
    )), 0)::float8 AS seconds`.execute(db);
  return Math.max(0, rows[0]?.seconds ?? 0);
}
