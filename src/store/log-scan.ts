import { type RawBuilder, sql } from 'kysely';
import type { Finding } from '../domain/diagnosis.ts';
import type { Tx } from './database.ts';
import { type LogConditions, type LogFilter, logConditions } from './log-filter.ts';

/** How much one page may read on its search for rows that match. */
export interface ScanBudget {
  rows: number;
  /** Of bodies, when they are searched. */
  bytes: number;
}

/** Looking at a body costs many times what looking at a row does. */
export const LIST_BUDGET = { rows: 20_000, searchedRows: 5_000, searchedBytes: 16 * 1_048_576 } as const;

export interface LogScan {
  filter: LogFilter;
  /** desc: newest first. */
  order: 'asc' | 'desc';
  /** The id after which to begin, in this order. */
  after?: string | undefined;
  /** The last id to look at, in this order. */
  through?: string | undefined;
  /** Rows at the most. */
  limit: number;
}

export interface LogRow {
  id: string;
  workflow_id: string;
  execution_id: string | null;
  received_at: Date;
  request_id: string;
  method: string;
  query: string;
  source_ip: string;
  body_bytes: number;
  status_code: number;
  error_code: string | null;
  answered_status: number | null;
  is_duplicate: boolean;
  handshake: string | null;
  diagnosis: Finding[] | null;
}

export const LOG_COLUMNS = [
  'id',
  'workflow_id',
  'execution_id',
  'received_at',
  'request_id',
  'method',
  'query',
  'source_ip',
  'body_bytes',
  'status_code',
  'error_code',
  'answered_status',
  'is_duplicate',
  'handshake',
  'diagnosis',
] as const;

export interface Scanned {
  rows: LogRow[];
  /** The id after which to go on; null: nothing is left. */
  next: string | null;
}

/**
 * Reads the next rows that match, in the order of their ids. Where no index serves the whole filter, it looks at no
 * more rows than the budget allows, and may come back with fewer rows than asked for, or none, though more are left.
 */
export async function scanLogs(trx: Tx, scan: LogScan): Promise<Scanned> {
  const { checked } = logConditions(scan.filter);
  if (checked.length === 0) return plainScan(trx, scan);
  return scan.filter.q === undefined ? budgetedScan(trx, scan) : bodySearch(trx, scan);
}

async function plainScan(trx: Tx, scan: LogScan): Promise<Scanned> {
  const rows = await logsQuery(trx, scan)
    .limit(scan.limit + 1)
    .execute();
  return cut(rows, scan.limit, null);
}

/** A page of up to `limit` of the rows. `stop`: where it was stopped, should there be no more of them. */
function cut(rows: LogRow[], limit: number, stop: string | null): Scanned {
  if (rows.length <= limit) return { rows, next: stop };
  const page = rows.slice(0, limit);
  return { rows: page, next: page.at(-1)?.id ?? null };
}

/** The statement behind a page, without its limit. */
export function logsQuery(trx: Tx, scan: Omit<LogScan, 'limit'>) {
  const { indexed, checked } = logConditions(scan.filter);
  const read = trx
    .selectFrom('webhook_logs')
    .select([...LOG_COLUMNS, 'body'])
    .where(all([...indexed, ...within(scan)]))
    .orderBy('id', scan.order);
  // A limit of its own keeps the checks out of the scan, which then ends by itself.
  const bounded = checked.length === 0 ? read : read.limit(LIST_BUDGET.rows);
  return trx.selectFrom(bounded.as('l')).select(LOG_COLUMNS).where(all(checked)).orderBy('id', scan.order);
}

const all = (conditions: LogConditions['indexed']) =>
  conditions.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(conditions, sql` AND `)}`;

function within({ order, after, through }: Omit<LogScan, 'limit'>): LogConditions['indexed'] {
  const [beyond, upTo] = order === 'desc' ? [sql`<`, sql`>=`] : [sql`>`, sql`<=`];
  return [
    ...(after === undefined ? [] : [sql<boolean>`id ${beyond} ${after}`]),
    ...(through === undefined ? [] : [sql<boolean>`id ${upTo} ${through}`]),
  ];
}

/**
 * One statement, so that what arrives meanwhile cannot move the place where the scan ends. That place is only looked
 * for when the rows were too few.
 */
async function budgetedScan(trx: Tx, scan: LogScan): Promise<Scanned> {
  const page = logsQuery(trx, scan).limit(scan.limit + 1);
  const { rows } = await sql<(LogRow | { id: null }) & { stop: string | null }>`
    WITH page AS MATERIALIZED (${page})
    SELECT page.*, stop.id AS stop FROM (
      SELECT CASE WHEN (SELECT count(*) FROM page) <= ${scan.limit} THEN (
        SELECT id FROM webhook_logs WHERE ${all([...logConditions(scan.filter).indexed, ...within(scan)])}
        ORDER BY id ${direction(scan)} OFFSET ${LIST_BUDGET.rows - 1} LIMIT 1
      ) END AS id
    ) AS stop LEFT JOIN page ON true ORDER BY page.id ${direction(scan)}`.execute(trx);
  const found = rows.filter((row) => row.id !== null) as LogRow[];
  return cut(found, scan.limit, rows[0]?.stop ?? null);
}

const direction = ({ order }: Pick<LogScan, 'order'>): RawBuilder<unknown> =>
  order === 'desc' ? sql`DESC` : sql`ASC`;

/** Finds the place to stop first: what bodies cost is known by their sizes, before one of them is read. */
async function bodySearch(trx: Tx, scan: LogScan): Promise<Scanned> {
  const budget = { rows: LIST_BUDGET.searchedRows, bytes: LIST_BUDGET.searchedBytes };
  const end = await endOfBudget(trx, scan, budget);
  if (end === null) return { rows: [], next: null };
  const rows = await logsQuery(trx, { ...scan, through: end.id })
    .limit(scan.limit + 1)
    .execute();
  return cut(rows, scan.limit, end.isLast ? null : end.id);
}

/** The last id that a budget reaches; null when there is nothing to look at. */
async function endOfBudget(
  trx: Tx,
  scan: Omit<LogScan, 'limit'>,
  budget: ScanBudget,
): Promise<{ id: string; isLast: boolean } | null> {
  const { rows } = await sql<{ id: string; is_last: boolean }>`
    SELECT id, n = total AND n < ${budget.rows}::int AS is_last FROM (
      SELECT id, row_number() OVER w AS n, count(*) OVER () AS total, sum(body_bytes) OVER w - body_bytes AS before
      FROM (
        SELECT id, body_bytes FROM webhook_logs
        WHERE ${all([...logConditions(scan.filter).indexed, ...within(scan)])}
        ORDER BY id ${direction(scan)} LIMIT ${budget.rows}
      ) AS l WINDOW w AS (ORDER BY id ${direction(scan)} ROWS UNBOUNDED PRECEDING)
    ) AS r WHERE before < ${budget.bytes}::bigint ORDER BY n DESC LIMIT 1`.execute(trx);
  const [row] = rows;
  return row ? { id: row.id, isLast: row.is_last } : null;
}

export interface LogCount {
  matched: number;
  /** Counting stopped at its limit: there may be more. */
  bounded: boolean;
}

const COUNT_BUDGET: ScanBudget = { rows: 200_000, bytes: 128 * 1_048_576 };
const SEARCH_COUNT_ROWS = 20_000;

/** Counts what matches among the rows that a larger budget reaches, newest first. */
export async function countLogs(trx: Tx, filter: LogFilter, through?: string): Promise<LogCount> {
  const searched = filter.q !== undefined;
  const budget = searched ? { ...COUNT_BUDGET, rows: SEARCH_COUNT_ROWS } : COUNT_BUDGET;
  const scan = { filter, order: 'desc' as const };
  const { indexed, checked } = logConditions(filter);
  const end = searched ? await endOfBudget(trx, scan, budget) : null;
  const range = [
    ...indexed,
    ...(through === undefined ? [] : [sql<boolean>`id <= ${through}`]),
    ...within({ ...scan, through: end?.id }),
  ];
  const { rows } = await sql<{ scanned: number; matched: number }>`
    SELECT count(*)::int AS scanned, count(*) FILTER (WHERE ${all(checked)})::int AS matched FROM (
      SELECT * FROM webhook_logs WHERE ${all(range)} ORDER BY id DESC LIMIT ${budget.rows}
    ) AS l`.execute(trx);
  const { scanned = 0, matched = 0 } = rows[0] ?? {};
  return { matched, bounded: end === null ? scanned >= budget.rows : !end.isLast };
}
