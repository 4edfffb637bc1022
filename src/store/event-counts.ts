import { sql } from 'kysely';
import type { ExecutionState } from '../domain/states.ts';
import type { Database, Tx } from './database.ts';
import { ADDRESSED, READY } from './event-claim.ts';
import type { Circuit } from './gates.ts';
import { circuitsOf } from './gates.ts';
import { idFloor } from './id-range.ts';

/** How many events of ours are still to be sent, whatever they wait for. */
export async function countWaitingEvents(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM webhook_events WHERE next_attempt_at IS NOT NULL`.execute(db);
  return rows[0]?.count ?? 0;
}

/**
 * Seconds since the oldest event fell due that does not advance; 0 when there is none. What waits for its endpoint
 * to be active, for its pace or for a circuit is not due, and where one is under way the others have their turn.
 */
export async function oldestDueEventSeconds(db: Database): Promise<number> {
  const { rows } = await sql<{ seconds: number }>`
    WITH RECURSIVE ${ADDRESSED}
    SELECT coalesce(extract(epoch FROM now() - min(oldest.next_attempt_at)), 0)::float8 AS seconds
    FROM addressed LEFT JOIN webhook_endpoints e ON e.id = addressed.endpoint_id
    CROSS JOIN LATERAL (
      SELECT next_attempt_at FROM webhook_events
      WHERE endpoint_id = addressed.endpoint_id AND next_attempt_at <= now() AND ${READY}
      ORDER BY next_attempt_at LIMIT 1
    ) AS oldest
    WHERE e.is_active IS NOT FALSE AND NOT EXISTS (
      SELECT FROM webhook_events v
      WHERE v.endpoint_id = addressed.endpoint_id AND v.lease_token IS NOT NULL AND v.next_attempt_at > now())`.execute(
    db,
  );
  return Math.max(0, rows[0]?.seconds ?? 0);
}

/** Where counting stops: a status must cost no more than a moment, however much there is. */
export const COUNT_LIMIT = 10_000;

/** A number of things; `bounded`: counting stopped, and there may be more. */
export interface Counted {
  count: number;
  bounded: boolean;
}

const counted = (count: number): Counted => ({
  count: Math.min(count, COUNT_LIMIT),
  bounded: count > COUNT_LIMIT,
});

const ONE_MORE = sql.lit(COUNT_LIMIT + 1);

export interface EventCounts {
  received: number;
  refused: number;
  sent: number;
  failed: number;
  /** There are more: counted are the newest of each direction. */
  bounded: boolean;
  waiting: Counted;
}

/** What came and what was sent since then, of the newest; and what is still to be sent. */
export async function countEvents(trx: Tx, since: Date): Promise<EventCounts> {
  const newest = (direction: 'in' | 'out') => sql`
    (SELECT direction, state FROM webhook_events
      WHERE direction = ${sql.lit(direction)} AND id >= ${idFloor(since.getTime())} ORDER BY id DESC LIMIT ${ONE_MORE})`;
  const { rows } = await sql<{ direction: 'in' | 'out'; state: string; count: number }>`
    SELECT direction, state, count(*)::int AS count FROM (${newest('in')} UNION ALL ${newest('out')}) AS e
    GROUP BY direction, state`.execute(trx);
  const total = (...states: string[]) =>
    rows.filter(({ state }) => states.includes(state)).reduce((sum, { count }) => sum + count, 0);
  const all = (direction: 'in' | 'out') =>
    rows.filter((row) => row.direction === direction).reduce((sum, { count }) => sum + count, 0);
  const waiting = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM (
      SELECT FROM webhook_events WHERE next_attempt_at IS NOT NULL LIMIT ${ONE_MORE}) AS e`.execute(trx);
  return {
    received: total('processed'),
    refused: total('refused'),
    sent: total('succeeded'),
    failed: total('failed', 'dead_lettered'),
    bounded: all('in') > COUNT_LIMIT || all('out') > COUNT_LIMIT,
    waiting: counted(waiting.rows[0]?.count ?? 0),
  };
}

const OPEN = ['queued', 'running', 'retrying', 'waiting'] as const;
const ENDED = ['succeeded', 'failed', 'cancelled', 'dead_lettered'] as const;

/** Executions by state: those that are open, and those of the others that were begun since then. */
export async function countExecutions(trx: Tx, since: Date): Promise<Record<ExecutionState, Counted>> {
  const floor = idFloor(since.getTime());
  const of = (state: ExecutionState, isOpen: boolean) => sql`
    SELECT ${sql.lit(state)} AS state, count(*)::int AS count FROM (
      SELECT FROM workflow_executions WHERE state = ${sql.lit(state)}
        AND ${isOpen ? sql`true` : sql`id >= ${floor}`} LIMIT ${ONE_MORE}) AS e`;
  const parts = [...OPEN.map((state) => of(state, true)), ...ENDED.map((state) => of(state, false))];
  const { rows } = await sql<{ state: ExecutionState; count: number }>`
    ${sql.join(parts, sql` UNION ALL `)}`.execute(trx);
  return Object.fromEntries(rows.map(({ state, count }) => [state, counted(count)])) as Record<
    ExecutionState,
    Counted
  >;
}

export interface WorkCounts {
  due: number;
  held: number;
  waiting: number;
  /** Only so many of the executions that are open were looked at. */
  bounded: boolean;
}

/** What the executions that are open wait for: to be sent, for a pace or a circuit, for a callback. */
export async function countWork(trx: Tx): Promise<WorkCounts> {
  const { rows } = await sql<{ due: number; held: number; waiting: number; looked: number }>`
    WITH open AS MATERIALIZED (
      SELECT id, state FROM workflow_executions
      WHERE state IN ('queued', 'running', 'retrying', 'waiting') LIMIT ${ONE_MORE}
    ), pending AS (
      SELECT d.state, d.gate, d.next_attempt_at FROM open CROSS JOIN LATERAL (
        SELECT state, gate, next_attempt_at FROM deliveries
        WHERE execution_id = open.id AND next_attempt_at IS NOT NULL) AS d
    )
    SELECT count(*) FILTER (WHERE gate = 'held')::int AS held,
      count(*) FILTER (WHERE state = 'waiting')::int AS waiting,
      (count(*) FILTER (WHERE gate IS DISTINCT FROM 'held' AND state <> 'waiting' AND next_attempt_at <= now())
        + (SELECT count(*) FROM open WHERE state = 'queued'))::int AS due,
      (SELECT count(*) FROM open)::int AS looked
    FROM pending`.execute(trx);
  const { due = 0, held = 0, waiting = 0, looked = 0 } = rows[0] ?? {};
  return { due, held, waiting, bounded: looked > COUNT_LIMIT };
}

export interface EndpointStatus {
  id: string;
  name: string;
  isActive: boolean;
  circuit: Circuit;
}

/** The first so many endpoints by their names, and whether there are more. */
export async function endpointStatuses(
  trx: Tx,
  limit: number,
): Promise<{ endpoints: EndpointStatus[]; more: boolean }> {
  const { rows } = await sql<{ id: string; name: string; is_active: boolean }>`
    SELECT id, name, is_active FROM webhook_endpoints ORDER BY name LIMIT ${limit + 1}`.execute(trx);
  const shown = rows.slice(0, limit);
  const circuits = await circuitsOf(
    trx,
    shown.map(({ id }) => id),
  );
  const closed: Circuit = { state: 'closed', openUntil: null };
  return {
    endpoints: shown.map(({ id, name, is_active: isActive }) => ({
      id,
      name,
      isActive,
      circuit: circuits.get(id) ?? closed,
    })),
    more: rows.length > limit,
  };
}
