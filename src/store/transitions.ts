import { sql } from 'kysely';
import type { ExecutionState } from '../domain/states.ts';
import type { StoredProgress } from './callback-text.ts';
import type { Database, Tx } from './database.ts';
import { firstTransition, type StoredTransition } from './execution-detail.ts';

/** A transition, and whose it is. */
export interface RecordedTransition extends StoredTransition {
  executionId: string;
  workflowId: string;
  organizationId: string;
}

/** What happened to an execution after some transition of it, oldest first; perhaps not yet all of it. */
export interface Progress {
  executionId: string;
  workflowId: string;
  /** As it is now, after its last transition. */
  state: ExecutionState;
  /** Of its last transition. */
  seq: number;
  transitions: RecordedTransition[];
}

/** Up to which transition of an execution somebody knows it. */
export interface Position {
  executionId: string;
  seq: number;
}

/** Executions that are retried by hand for months have more transitions than one should carry at a time. */
const MAX_AT_ONCE = 100;

interface Head {
  organization_id: string;
  workflow_id: string;
  state: ExecutionState;
  last_seq: number;
}

interface TransitionRow {
  execution_id: string;
  seq: number;
  from_state: ExecutionState | null;
  to_state: ExecutionState;
  run: number;
  outcome: string | null;
  at: Date;
  /** Left out where everything of many executions is told. */
  data?: StoredProgress | null;
}

/** What the tenant's execution went through after `seq`; all of it after -1. null: there is no such execution. */
export async function findProgress(trx: Tx, { executionId, seq }: Position): Promise<Progress | null> {
  const head = await trx
    .selectFrom('workflow_executions')
    .select(['id', 'organization_id', 'workflow_id', 'state', 'seq as last_seq', 'created_at'])
    .where('id', '=', executionId)
    .executeTakeFirst();
  if (!head) return null;
  const rows = await trx
    .selectFrom('execution_transitions')
    .select(['execution_id', 'seq', 'from_state', 'to_state', 'run', 'outcome', 'at', 'data'])
    .where('execution_id', '=', head.id)
    .where('seq', '>', seq)
    // Of a later moment than the head, when it moved in between: those are found the next time.
    .where('seq', '<=', head.last_seq)
    .orderBy('seq')
    .limit(MAX_AT_ONCE)
    .execute();
  const owner = {
    executionId: head.id,
    workflowId: head.workflow_id,
    organizationId: head.organization_id,
  };
  const first = seq < 0 ? [{ ...owner, ...firstTransition(head.created_at) }] : [];
  return {
    executionId: head.id,
    workflowId: head.workflow_id,
    state: head.state,
    seq: head.last_seq,
    transitions: [...first, ...rows.map((row) => toTransition({ ...head, ...row }))],
  };
}

/** Those of these executions that moved on, whoever's they are. */
export async function findMoved(db: Database, positions: Position[]): Promise<Progress[]> {
  const { rows } = await sql<Head & TransitionRow>`
    SELECT e.id AS execution_id, e.organization_id, e.workflow_id, e.state, e.seq AS last_seq,
      t.seq, t.from_state, t.to_state, t.run, t.outcome, t.at, t.data
    FROM unnest(
      ${positions.map(({ executionId }) => executionId)}::uuid[], ${positions.map(({ seq }) => seq)}::int[]
    ) AS p (execution_id, seq)
    JOIN workflow_executions e ON e.id = p.execution_id AND e.seq > p.seq
    CROSS JOIN LATERAL (
      SELECT seq, from_state, to_state, run, outcome, at, data FROM execution_transitions
      WHERE execution_id = p.execution_id AND seq > p.seq ORDER BY seq LIMIT ${MAX_AT_ONCE}
    ) AS t ORDER BY e.id, t.seq`.execute(db);
  const moved = new Map<string, Progress>();
  for (const row of rows) {
    const progress = moved.get(row.execution_id) ?? {
      executionId: row.execution_id,
      workflowId: row.workflow_id,
      state: row.state,
      seq: row.last_seq,
      transitions: [],
    };
    progress.transitions.push(toTransition(row));
    moved.set(row.execution_id, progress);
  }
  return [...moved.values()];
}

export interface TransitionSpan {
  organizationIds: string[];
  /** Made at this time or later. */
  since: Date;
  /** Made before this time. */
  until: Date;
}

/** The transitions of these organizations within a span of time, in the order of their times. */
export async function findTransitions(db: Database, span: TransitionSpan): Promise<RecordedTransition[]> {
  const rows = await transitionsQuery(db, span).execute();
  return rows.map(toTransition);
}

/** The statement behind `findTransitions`. */
export function transitionsQuery(db: Database, { organizationIds, since, until }: TransitionSpan) {
  return db
    .selectFrom('execution_transitions as t')
    .innerJoin('workflow_executions as e', 'e.id', 't.execution_id')
    .select(['t.execution_id', 't.organization_id', 'e.workflow_id'])
    .select(['t.seq', 't.from_state', 't.to_state', 't.run', 't.outcome', 't.at'])
    .where('t.at', '>=', since)
    .where('t.at', '<', until)
    .where('t.organization_id', 'in', organizationIds)
    .orderBy('t.at')
    .orderBy('t.execution_id')
    .orderBy('t.seq');
}

/** The time of the database, which is the one that transitions are stamped with. */
export async function databaseTime(db: Database | Tx): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`SELECT clock_timestamp() AS now`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('the database does not know the time');
  return row.now;
}

const toTransition = (
  row: TransitionRow & Pick<Head, 'organization_id' | 'workflow_id'>,
): RecordedTransition => ({
  executionId: row.execution_id,
  workflowId: row.workflow_id,
  organizationId: row.organization_id,
  seq: row.seq,
  from: row.from_state,
  to: row.to_state,
  run: row.run,
  outcome: row.outcome,
  at: row.at,
  ...(row.data !== null && row.data !== undefined && { data: row.data }),
});
