import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { idCursor, type Page, type PageRequest, toPage } from './cursor.ts';
import type { Tx } from './database.ts';
import { idFloor } from './id-range.ts';

/** Which dead letters are meant. What is undefined does not matter. */
export interface DeadLetterFilter {
  workflowId?: string | undefined;
  /** That did not take it: the last one of its fallbacks, if it had any. */
  endpointId?: string | undefined;
  /** Of its last attempt. */
  outcome?: string | undefined;
  /** It ended at this time or later. */
  from?: Date | undefined;
  /** It ended before this time. */
  to?: Date | undefined;
}

export interface StoredDeadLetter {
  /** Of the delivery. */
  id: string;
  executionId: string;
  workflowId: string;
  triggerId: string;
  /** null: the endpoint was deleted since. */
  endpoint: { id: string; name: string; url: string } | null;
  run: number;
  fallbackOf: string | null;
  fallbackStep: number;
  outcome: string | null;
  statusCode: number | null;
  error: string | null;
  advice: string | null;
  attemptCount: number;
  lastAttemptAt: Date | null;
  createdAt: Date;
  finishedAt: Date | null;
}

type Condition = RawBuilder<SqlBool>;

/** What makes `deliveries <alias>` a dead letter that a filter means, apart from its execution. */
function conditions(filter: DeadLetterFilter, alias: 'd' | 's'): Condition {
  const column = (name: string) => sql.ref(`${alias}.${name}`);
  const { endpointId, outcome, from, to } = filter;
  const all = [sql<SqlBool>`${column('state')} = 'dead_lettered' AND NOT ${column('is_superseded')}`];
  if (endpointId !== undefined) all.push(sql`${column('endpoint_id')} = ${endpointId}::uuid`);
  if (outcome !== undefined) all.push(sql`${column('outcome')} = ${outcome}`);
  if (from !== undefined) all.push(sql`${column('finished_at')} >= ${from}`);
  // What ended before a time was made before it: that much the index can do.
  if (to !== undefined)
    all.push(
      sql`${column('finished_at')} < ${to} AND ${column('id')} < ${idFloor(to.getTime() + CLOCK_SLACK_MS)}::uuid`,
    );
  return sql`(${sql.join(all, sql` AND `)})`;
}

/** Ids are made by the clock of a process, and times by that of the database. */
const CLOCK_SLACK_MS = 60_000;

/** Whoever cancelled an execution wants nothing more of it. */
function ofExecution({ workflowId }: DeadLetterFilter): Condition {
  const wanted = sql<SqlBool>`e.state <> 'cancelled'`;
  return workflowId === undefined ? wanted : sql`${wanted} AND e.workflow_id = ${workflowId}::uuid`;
}

const cursors = idCursor('dead_letters');

export async function listDeadLetters(
  trx: Tx,
  filter: DeadLetterFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<StoredDeadLetter>> {
  const rows = await deadLettersQuery(trx, filter, cursor)
    .limit(limit + 1)
    .execute();
  return toPage(rows, limit, {
    item: ({ endpoint_id, endpoint_name, endpoint_url, ...row }) => ({
      ...row,
      endpoint:
        endpoint_name === null ? null : { id: endpoint_id, name: endpoint_name, url: endpoint_url ?? '' },
    }),
    cursor: (row) => cursors.encode(row.id),
  });
}

/** The statement behind the list, newest first, without its limit. */
export function deadLettersQuery(trx: Tx, filter: DeadLetterFilter, cursor?: string | undefined) {
  const after =
    cursor === undefined ? sql<SqlBool>`true` : sql<SqlBool>`d.id < ${cursors.decode(cursor)[0]}::uuid`;
  return trx
    .selectFrom('deliveries as d')
    .innerJoin('workflow_executions as e', 'e.id', 'd.execution_id')
    .leftJoin('webhook_endpoints as p', 'p.id', 'd.endpoint_id')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('delivery_attempts')
          .select(['status_code', 'error', 'advice', 'started_at'])
          .whereRef('delivery_id', '=', 'd.id')
          .orderBy('attempt', 'desc')
          .limit(1)
          .as('a'),
      (join) => join.onTrue(),
    )
    .select([
      'd.id',
      'd.execution_id as executionId',
      'e.workflow_id as workflowId',
      'd.trigger_id as triggerId',
      'd.endpoint_id',
      'p.name as endpoint_name',
      'p.url as endpoint_url',
      'd.run',
      'd.fallback_of as fallbackOf',
      'd.fallback_step as fallbackStep',
      'd.outcome',
      'a.status_code as statusCode',
      'a.error',
      'a.advice',
      'd.attempts as attemptCount',
      'a.started_at as lastAttemptAt',
      'd.created_at as createdAt',
      'd.finished_at as finishedAt',
    ])
    .where(conditions(filter, 'd'))
    .where(ofExecution(filter))
    .where(after)
    .orderBy('d.id', 'desc');
}

export interface DeadLetterCount {
  /** Executions. */
  matched: number;
  /** Counting stopped at its limit: there may be more. */
  bounded: boolean;
}

const COUNT_LIMIT = 200_000;

/** Counts the executions of which deliveries match, among as many deliveries as the limit allows. */
export async function countDeadLetters(trx: Tx, filter: DeadLetterFilter): Promise<DeadLetterCount> {
  const { rows } = await sql<{ matched: number; scanned: number }>`
    SELECT count(DISTINCT execution_id)::int AS matched, count(*)::int AS scanned FROM (
      SELECT d.execution_id FROM deliveries d JOIN workflow_executions e ON e.id = d.execution_id
      WHERE ${conditions(filter, 'd')} AND ${ofExecution(filter)} LIMIT ${COUNT_LIMIT}
    ) AS dead`.execute(trx);
  const { matched = 0, scanned = 0 } = rows[0] ?? {};
  return { matched, bounded: scanned >= COUNT_LIMIT };
}

export interface DeadLetterScan {
  filter: DeadLetterFilter;
  /** The delivery after which to begin. */
  after: string | null;
  /** The last delivery to look at. */
  through: string;
  /** What became a dead letter later is left out: a redrive that fails must not find its own again. */
  diedBefore: string;
  limit: number;
}

/**
 * The next executions of which deliveries match, in the order of the first such delivery of each. `next`: the
 * delivery after which to go on; null: nothing is left.
 */
export async function scanDeadLetters(
  trx: Tx,
  { filter, after, through, diedBefore, limit }: DeadLetterScan,
): Promise<{ executionIds: string[]; next: string | null }> {
  const { rows } = await sql<{ id: string; execution_id: string }>`
    SELECT d.id, d.execution_id FROM deliveries d JOIN workflow_executions e ON e.id = d.execution_id
    WHERE ${conditions(filter, 'd')} AND ${ofExecution(filter)} AND d.finished_at <= ${diedBefore}::timestamptz
      AND (${after}::uuid IS NULL OR d.id > ${after}::uuid) AND d.id <= ${through}::uuid
      AND NOT EXISTS (
        SELECT FROM deliveries s WHERE s.execution_id = d.execution_id AND s.id < d.id
          AND s.finished_at <= ${diedBefore}::timestamptz AND ${conditions(filter, 's')})
    ORDER BY d.id LIMIT ${limit + 1}`.execute(trx);
  const page = rows.slice(0, limit);
  return {
    executionIds: page.map((row) => row.execution_id),
    next: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
}
