import { sql } from 'kysely';
import { type ExecutionOverdueCounted, OVERDUE_WAITS, type OverdueWait } from '../domain/alert-details.ts';
import {
  enabledRules,
  type RuleBook,
  ruleRows,
  rulesOf,
  secondsBefore,
  type Unusual,
} from './alert-rules.ts';
import type { Tx } from './database.ts';
import { idFloor } from './id-range.ts';

const RULE = 'executionOverdue';
const MAX_NAMED = 10;
/** Of one workflow: beyond that it is enough to know that there are many. */
export const MAX_COUNTED = 1_000;
/** Of all workflows together. When so much is queued and old, nothing works at all. */
const MAX_QUEUED = 10_000;
/** A worker that is busy is no reason for an alert: so long a callback may be overdue before anybody sees to that. */
const GRACE_SECONDS = 60;
/** So long an execution that ended without its callback is what makes an episode. */
const MISSED_SECONDS = 300;
/** An id is made by the clock of a process, a little before or after the time that it stands for. */
const ID_SLACK_MS = 60_000;

interface Overdue {
  organizationId: string;
  workflowId: string;
  overdue: number;
  /** Those that began first. */
  ids: string[];
}

/**
 * Workflows of which executions should have ended: they began too long ago, whatever they wait for; or the callback
 * that they wait for is overdue; or they ended a moment ago because it did not come.
 */
export async function findOverdueExecutions(trx: Tx, book: RuleBook, now: Date): Promise<Unusual[]> {
  if (enabledRules(book, RULE).length === 0) return [];
  const { rows } = await overdueQuery(book, now).execute(trx);
  if (rows.length === 0) return [];
  const described = await describeOverdue(
    trx,
    rows.flatMap(({ ids }) => ids),
    now,
  );
  return rows.map(({ organizationId, workflowId, overdue, ids }) => ({
    organizationId,
    workflowId,
    details: {
      kind: 'execution_overdue',
      counted: {
        overdue,
        isBounded: overdue >= MAX_COUNTED,
        oldest: ids.flatMap((id) => described.get(id) ?? []),
      },
      threshold: { afterSeconds: rulesOf(book, workflowId)[RULE].afterSeconds },
      windowSeconds: null,
    },
  }));
}

const COLUMNS = sql`id, workflow_id, run, created_at`;
/** When the run began: a retry begins anew. */
const BEGAN = sql`CASE WHEN x.run = 1 THEN x.created_at ELSE (
  SELECT t.at FROM execution_transitions t WHERE t.execution_id = x.id AND t.run = x.run ORDER BY t.seq LIMIT 1) END`;

/** The statement that looks at the executions of every workflow that are under way. */
export function overdueQuery(book: RuleBook, now: Date) {
  const { enabled, afterSeconds } = book.defaults[RULE];
  const rules = ruleRows(book, RULE, ({ executionOverdue: own }) => ({
    since: secondsBefore(now, own.afterSeconds),
    least: 0,
  }));
  const shortest = Math.min(...enabledRules(book, RULE).map((rule) => rule.afterSeconds));
  const latestId = idFloor(secondsBefore(now, shortest).getTime() + ID_SLACK_MS);
  const graceUntil = secondsBefore(now, GRACE_SECONDS);
  return sql<Overdue>`
    WITH rules AS (${rules}), live AS (
      SELECT w.id, w.organization_id, coalesce(r.since, ${secondsBefore(now, afterSeconds)}::timestamptz) AS since
      FROM workflows w LEFT JOIN rules r ON r.workflow_id = w.id
      WHERE w.deleted_at IS NULL AND w.is_active AND coalesce(r.enabled, ${enabled}::bool)
    ), begun AS (
      SELECT x.* FROM live CROSS JOIN LATERAL (
        SELECT ${COLUMNS} FROM workflow_executions
        WHERE workflow_id = live.id AND finished_at IS NULL AND state <> 'queued'
          AND state IN ('running', 'retrying', 'waiting') AND id < ${latestId}::uuid
          AND created_at <= live.since
        ORDER BY finished_at, id LIMIT ${MAX_COUNTED}
      ) AS x
      UNION ALL (
        SELECT ${COLUMNS} FROM workflow_executions
        WHERE state = 'queued' AND id < ${latestId}::uuid ORDER BY id LIMIT ${MAX_QUEUED}
      )
    ), late AS (
      SELECT x.workflow_id, x.id FROM begun x JOIN live ON live.id = x.workflow_id WHERE ${BEGAN} <= live.since
      UNION
      SELECT e.workflow_id, e.id FROM (
        SELECT execution_id, state, awaited_until FROM deliveries
        WHERE next_attempt_at IS NOT NULL AND next_attempt_at < ${graceUntil} AND gate IS DISTINCT FROM 'held'
        ORDER BY next_attempt_at LIMIT ${MAX_COUNTED}
      ) AS d JOIN workflow_executions e ON e.id = d.execution_id JOIN live ON live.id = e.workflow_id
      WHERE d.state = 'waiting' AND d.awaited_until < ${graceUntil}
      UNION
      SELECT live.id, x.id FROM live CROSS JOIN LATERAL (
        SELECT id, outcome FROM workflow_executions
        WHERE workflow_id = live.id AND state <> 'queued' AND state IN ('succeeded', 'failed', 'dead_lettered')
          AND finished_at >= ${secondsBefore(now, MISSED_SECONDS)}::timestamptz
        ORDER BY finished_at DESC LIMIT ${MAX_COUNTED}
      ) AS x WHERE x.outcome = 'callback_overdue'
    )
    SELECT live.organization_id AS "organizationId", live.id AS "workflowId", count(*)::int AS overdue,
      (array_agg(late.id ORDER BY late.id))[1:${sql.lit(MAX_NAMED)}] AS ids
    FROM late JOIN live ON live.id = late.workflow_id GROUP BY live.id, live.organization_id ORDER BY live.id`;
}

type Described = ExecutionOverdueCounted['oldest'][number];

async function describeOverdue(trx: Tx, ids: string[], now: Date): Promise<Map<string, Described>> {
  const { rows } = await sql<{ id: string; state: string; began: Date; waits: (OverdueWait | null)[] }>`
    SELECT x.id, x.state, ${BEGAN} AS began, CASE WHEN x.finished_at IS NOT NULL THEN ARRAY['callback_missed'] ELSE ARRAY(
      SELECT CASE
        WHEN d.state = 'waiting' AND d.awaited_until <= ${now} THEN 'callback_overdue'
        WHEN d.gate = 'held' AND coalesce(g.circuit, 'closed') <> 'closed' THEN 'circuit'
        WHEN d.gate = 'held' THEN 'pace'
        WHEN d.state = 'waiting' THEN 'callback'
        WHEN d.state = 'retrying' THEN 'retry'
        WHEN d.state = 'sending' THEN 'answer'
        WHEN d.state = 'pending' THEN 'worker' END
      FROM deliveries d LEFT JOIN endpoint_gates g ON g.endpoint_id = d.endpoint_id
      WHERE d.execution_id = x.id AND NOT d.is_superseded) END AS waits
    FROM workflow_executions x WHERE x.id = ANY (${ids}::uuid[])`.execute(trx);
  return new Map(
    rows.map(({ id, state, began, waits }) => [
      id,
      {
        executionId: id,
        since: began.toISOString(),
        status: state,
        // Of several deliveries the one that there is most to say of.
        waitsFor: OVERDUE_WAITS.find((wait) => waits.includes(wait)) ?? 'worker',
      },
    ]),
  );
}
