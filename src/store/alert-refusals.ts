import { sql } from 'kysely';
import { INAUTHENTIC } from '../domain/alerts.ts';
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
import { idFloor } from './id-range.ts';

const RULE = 'authenticationFailures';
const MAX_NAMED = 5;
/** An id is made by the clock of a process, a little before or after the time that it stands for. */
const ID_SLACK_MS = 60_000;

interface Failing {
  organizationId: string;
  workflowId: string;
  failures: number;
}

/**
 * Workflows of which so many requests were refused as not authentic. Those that became no log entries are counted by
 * the minute: such a minute counts as a whole when any of it is within the window.
 */
export async function findAuthenticationFailures(trx: Tx, book: RuleBook, now: Date): Promise<Unusual[]> {
  const windows = enabledRules(book, RULE).map(({ windowSeconds }) => windowSeconds);
  if (windows.length === 0) return [];
  const earliest = secondsBefore(now, Math.max(...windows));
  const { rows } = await failingQuery(book, { now, earliest }).execute(trx);
  if (rows.length === 0) return [];
  const named = await nameRefusals(trx, rows, { book, now });
  return rows.map(({ organizationId, workflowId, failures }) => {
    const { count, windowSeconds } = rulesOf(book, workflowId)[RULE];
    const { reasons, sources } = named.get(workflowId) ?? { reasons: new Map(), sources: new Map() };
    return {
      organizationId,
      workflowId,
      details: {
        kind: 'authentication_failures',
        counted: {
          failures,
          reasons: mostFrequent(reasons, MAX_NAMED).map(([reason, n]) => ({ reason, count: n })),
          sources: mostFrequent(sources, MAX_NAMED).map(([sourceIp, n]) => ({ sourceIp, count: n })),
        },
        threshold: { count },
        windowSeconds,
      },
    };
  });
}

/** Of the refusals that became log entries, those of these organizations' rules: by the index of refused requests. */
const REFUSED = sql`status_code >= 400 AND error_code = ANY (${INAUTHENTIC}::text[])`;

const idsWithin = (earliest: Date, now: Date) => sql`
  id >= ${idFloor(earliest.getTime() - ID_SLACK_MS)}::uuid AND id < ${idFloor(now.getTime() + ID_SLACK_MS)}::uuid`;

/** A minute of counts, as the last moment of it. */
const COUNTED_AT = sql`minute + interval '59.999 s'`;
const MINUTE_MS = 60_000;

/** The statement that looks at everybody's refusals. Rules of a day read a day's refusals of their own organization only. */
export function failingQuery(book: RuleBook, { now, earliest }: { now: Date; earliest: Date }) {
  const { enabled, count, windowSeconds } = book.defaults[RULE];
  const since = secondsBefore(now, windowSeconds);
  const rules = ruleRows(book, RULE, ({ authenticationFailures: own }) => ({
    since: secondsBefore(now, own.windowSeconds),
    least: own.count,
  }));
  return sql<Failing>`
    WITH rules AS (${rules}), scope AS (
      SELECT o.id, least(CASE WHEN ${enabled}::bool THEN ${since}::timestamptz END,
        min(r.since) FILTER (WHERE r.enabled)) - interval '1 minute' AS since
      FROM organizations o LEFT JOIN rules r ON r.organization_id = o.id GROUP BY o.id
    ), refused AS (
      SELECT l.workflow_id, l.received_at AS at, 1 AS count FROM scope CROSS JOIN LATERAL (
        SELECT workflow_id, received_at FROM webhook_logs
        WHERE organization_id = scope.id AND ${REFUSED} AND ${idsWithin(earliest, now)}
          AND id >= uuidv7_floor(scope.since)
      ) AS l
      UNION ALL
      SELECT workflow_id, ${COUNTED_AT}, count FROM webhook_refusal_counts
      WHERE minute > ${new Date(earliest.getTime() - MINUTE_MS)} AND error_code = ANY (${INAUTHENTIC}::text[])
    )
    SELECT w.organization_id AS "organizationId", w.id AS "workflowId", sum(refused.count)::float8 AS failures
    FROM refused JOIN workflows w ON w.id = refused.workflow_id LEFT JOIN rules r ON r.workflow_id = w.id
    WHERE refused.at >= coalesce(r.since, ${since}) AND coalesce(r.enabled, ${enabled})
      AND w.deleted_at IS NULL AND w.is_active AND w.webhook_enabled
    GROUP BY w.id, r.least HAVING sum(refused.count) >= coalesce(r.least, ${count})
    ORDER BY w.id`;
}

interface Refusals {
  reason: string;
  /** null: only counted. */
  source_ip: string | null;
  workflow_id: string;
  count: number;
}

interface Named {
  reasons: Map<string, number>;
  sources: Map<string, number>;
}

async function nameRefusals(
  trx: Tx,
  failing: Failing[],
  { book, now }: { book: RuleBook; now: Date },
): Promise<Map<string, Named>> {
  const since = failing.map(({ workflowId }) =>
    secondsBefore(now, rulesOf(book, workflowId)[RULE].windowSeconds),
  );
  const earliest = new Date(Math.min(...since.map((at) => at.getTime())));
  const { rows } = await sql<Refusals>`
    SELECT f.workflow_id, l.reason, l.source_ip, sum(l.count)::float8 AS count
    FROM unnest(${failing.map(({ workflowId }) => workflowId)}::uuid[],
      ${failing.map(({ organizationId }) => organizationId)}::uuid[], ${since}::timestamptz[]
    ) AS f (workflow_id, organization_id, since) CROSS JOIN LATERAL (
      SELECT error_code AS reason, source_ip, 1 AS count FROM webhook_logs
      WHERE organization_id = f.organization_id AND workflow_id = f.workflow_id AND ${REFUSED}
        AND ${idsWithin(earliest, now)} AND received_at >= f.since
      UNION ALL
      SELECT error_code, NULL, count FROM webhook_refusal_counts
      WHERE workflow_id = f.workflow_id AND minute > f.since - interval '1 minute' AND ${COUNTED_AT} >= f.since
        AND error_code = ANY (${INAUTHENTIC}::text[])
    ) AS l
    GROUP BY 1, 2, 3`.execute(trx);
  const named = new Map<string, Named>();
  for (const { workflow_id, reason, source_ip, count } of rows) {
    const of: Named = named.get(workflow_id) ?? { reasons: new Map(), sources: new Map() };
    named.set(workflow_id, of);
    of.reasons.set(reason, (of.reasons.get(reason) ?? 0) + count);
    if (source_ip !== null) of.sources.set(source_ip, (of.sources.get(source_ip) ?? 0) + count);
  }
  return named;
}
