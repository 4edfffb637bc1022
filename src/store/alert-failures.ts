import { sql } from 'kysely';
import {
  enabledRules,
  mostFrequent,
  type RuleBook,
  ruleRows,
  rulesOf,
  secondsBefore,
  type Unusual,
} from './alert-rules.ts';
import type { Tx } from './database.ts';

const RULE = 'executionFailures';
const MAX_NAMED = 5;

/**
 * Of more executions than this that ended within the window, the latest so many are counted: a workflow that runs a
 * thousand times a second must not be counted a million times every few seconds. More where a rule asks for more.
 */
export const MAX_COUNTED = 1_000;

interface Failing {
  organizationId: string;
  workflowId: string;
  ended: number;
  failed: number;
}

/** Workflows of whose executions too large a share failed. Those that somebody cancelled are in neither number. */
export async function findExecutionFailures(trx: Tx, book: RuleBook, now: Date): Promise<Unusual[]> {
  if (enabledRules(book, RULE).length === 0) return [];
  const { rows } = await failingQuery(book, now).execute(trx);
  if (rows.length === 0) return [];
  const named = await nameFailures(trx, rows, { book, now });
  return rows.map(({ organizationId, workflowId, ended, failed }) => {
    const { rate, minimum, windowSeconds } = rulesOf(book, workflowId)[RULE];
    const { outcomes, latest } = named.get(workflowId) ?? { outcomes: new Map(), latest: [] };
    return {
      organizationId,
      workflowId,
      details: {
        kind: 'execution_failures',
        counted: {
          ended,
          failed,
          rate: Math.round((failed / ended) * 1_000) / 1_000,
          outcomes: mostFrequent(outcomes, MAX_NAMED).map(([outcome, count]) => ({ outcome, count })),
          latest,
        },
        threshold: { rate, minimum },
        windowSeconds,
      },
    };
  });
}

/** The statement that looks at the executions of every workflow that lately ended. */
export function failingQuery(book: RuleBook, now: Date) {
  const { enabled, rate, minimum, windowSeconds } = book.defaults[RULE];
  const rules = ruleRows(book, RULE, ({ executionFailures: own }) => ({
    since: secondsBefore(now, own.windowSeconds),
    least: own.minimum,
  }));
  const rates = [...book.own].map(([id, { effective }]) => ({ id, rate: effective[RULE].rate }));
  const least = sql`coalesce(r.least, ${minimum}::int)`;
  return sql<Failing>`
    WITH rules AS (${rules}), rates AS (
      SELECT * FROM unnest(${rates.map(({ id }) => id)}::uuid[], ${rates.map((own) => own.rate)}::float8[]) AS t (workflow_id, rate)
    )
    SELECT w.organization_id AS "organizationId", w.id AS "workflowId", e.ended, e.failed
    FROM workflows w LEFT JOIN rules r ON r.workflow_id = w.id LEFT JOIN rates ON rates.workflow_id = w.id
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS ended, (count(*) FILTER (WHERE state <> 'succeeded'))::int AS failed FROM (
        SELECT state FROM workflow_executions
        WHERE workflow_id = w.id AND state <> 'queued' AND state IN ('succeeded', 'failed', 'dead_lettered')
          AND finished_at >= coalesce(r.since, ${secondsBefore(now, windowSeconds)}::timestamptz)
        ORDER BY finished_at DESC LIMIT greatest(${MAX_COUNTED}::int, ${least})
      ) AS latest
    ) AS e
    WHERE w.deleted_at IS NULL AND w.is_active AND coalesce(r.enabled, ${enabled}::bool) AND e.ended >= ${least}
      AND e.failed::float8 / nullif(e.ended, 0) >= coalesce(rates.rate, ${rate}::float8)
    ORDER BY w.id`;
}

interface Named {
  outcomes: Map<string, number>;
  /** Latest first. */
  latest: string[];
}

async function nameFailures(
  trx: Tx,
  failing: Failing[],
  { book, now }: { book: RuleBook; now: Date },
): Promise<Map<string, Named>> {
  const since = failing.map(({ workflowId }) =>
    secondsBefore(now, rulesOf(book, workflowId)[RULE].windowSeconds),
  );
  const { rows } = await sql<{ id: string; workflow_id: string; outcome: string | null }>`
    SELECT f.workflow_id, e.id, e.outcome
    FROM unnest(${failing.map(({ workflowId }) => workflowId)}::uuid[], ${since}::timestamptz[]) AS f (workflow_id, since)
    CROSS JOIN LATERAL (
      SELECT id, outcome, finished_at FROM workflow_executions
      WHERE workflow_id = f.workflow_id AND state <> 'queued' AND state IN ('failed', 'dead_lettered')
        AND finished_at >= f.since
      ORDER BY finished_at DESC LIMIT ${MAX_COUNTED}
    ) AS e
    ORDER BY e.finished_at DESC, e.id DESC`.execute(trx);
  const named = new Map<string, Named>();
  for (const { id, workflow_id, outcome } of rows) {
    const of: Named = named.get(workflow_id) ?? { outcomes: new Map(), latest: [] };
    named.set(workflow_id, of);
    if (outcome !== null) of.outcomes.set(outcome, (of.outcomes.get(outcome) ?? 0) + 1);
    if (of.latest.length < MAX_NAMED) of.latest.push(id);
  }
  return named;
}
