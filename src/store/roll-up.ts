import { type RawBuilder, sql } from 'kysely';
import { type ConfirmedBy, type DeliveryState, type ExecutionState, rollUp } from '../domain/states.ts';
import type { Tx } from './database.ts';

/** An execution whose row is locked, as it was when it was. */
export interface LockedExecution {
  id: string;
  state: ExecutionState;
  created_at: Date;
  cancel_requested: boolean;
}

/**
 * Every writer of deliveries locks their executions first, in order: so siblings never see each other half done.
 * `ids` may be a query.
 */
export async function lockExecutions(
  trx: Tx,
  ids: string[] | RawBuilder<unknown>,
): Promise<Map<string, LockedExecution>> {
  const among = Array.isArray(ids) ? sql`= ANY (${ids}::uuid[])` : sql`IN (${ids})`;
  const { rows } = await sql<LockedExecution>`
    SELECT id, state, created_at, cancel_requested_at IS NOT NULL AS cancel_requested
    FROM workflow_executions WHERE id ${among} ORDER BY id FOR UPDATE`.execute(trx);
  return new Map(rows.map((row) => [row.id, row]));
}

/** What a delivery adds to its execution. */
export interface DeliveryEnd {
  state: DeliveryState;
  outcome: string | null;
  confirmedBy: ConfirmedBy | null;
  /** What was sent in its place counts instead of it. */
  isSuperseded: boolean;
}

export interface ExecutionMove {
  state: ExecutionState;
  outcome: string | null;
  confirmedBy: ConfirmedBy | null;
}

/** What an execution becomes by its deliveries. */
export function moveOf(all: readonly DeliveryEnd[]): ExecutionMove {
  const deliveries = all.filter(({ isSuperseded }) => !isSuperseded);
  const state = rollUp(deliveries.map((delivery) => delivery.state));
  // Of the delivery that decides, which need not be the one that ended last.
  const decisive = deliveries.find((delivery) => delivery.state === state);
  return { state, outcome: decisive?.outcome ?? null, confirmedBy: decisive?.confirmedBy ?? null };
}

/** Moves executions whose rows are locked, those that are not there already. */
export async function moveExecutions(
  trx: Tx,
  moves: Map<string, ExecutionMove>,
  before: Map<string, LockedExecution>,
): Promise<void> {
  const changed = [...moves].filter(([id, move]) => before.get(id)?.state !== move.state);
  if (changed.length === 0) return;
  await sql`
    UPDATE workflow_executions e
    SET state = m.state, outcome = m.outcome, confirmed_by = m.confirmed_by,
      finished_at = CASE WHEN m.state NOT IN ('running', 'retrying', 'waiting') THEN now() END
    FROM unnest(
      ${changed.map(([id]) => id)}::uuid[], ${changed.map(([, move]) => move.state)}::text[],
      ${changed.map(([, move]) => move.outcome)}::text[],
      ${changed.map(([, move]) => (move.state === 'succeeded' ? move.confirmedBy : null))}::text[]
    ) AS m (id, state, outcome, confirmed_by)
    WHERE e.id = m.id`.execute(trx);
}

/**
 * Moves locked executions to what their deliveries, as they are stored now, make of them. What is queued begins when
 * it is planned, unless nothing is left to do.
 */
export async function rollUpExecutions(
  trx: Tx,
  executions: Map<string, LockedExecution>,
): Promise<Map<string, ExecutionMove>> {
  const { rows } = await sql<StoredEnd>`
    SELECT execution_id, state, outcome, confirmed_by, is_superseded FROM deliveries
    WHERE execution_id = ANY (${[...executions.keys()]}::uuid[]) ORDER BY id`.execute(trx);
  const moves = new Map<string, ExecutionMove>();
  for (const [id, { state }] of executions) {
    const move = moveOf(rows.filter((row) => row.execution_id === id).map(toEnd));
    const isPlanned = state !== 'queued' || (move.state !== 'running' && move.state !== 'waiting');
    if (isPlanned) moves.set(id, move);
  }
  await moveExecutions(trx, moves, executions);
  return moves;
}

interface StoredEnd {
  execution_id: string;
  state: DeliveryState;
  outcome: string | null;
  confirmed_by: ConfirmedBy | null;
  is_superseded: boolean;
}

const toEnd = (row: StoredEnd): DeliveryEnd => ({
  state: row.state,
  outcome: row.outcome,
  confirmedBy: row.confirmed_by,
  isSuperseded: row.is_superseded,
});
