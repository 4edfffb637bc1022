import { sql } from 'kysely';
import type { Finding } from '../domain/diagnosis.ts';
import type { ExecutionState } from '../domain/states.ts';
import { idCursor, type Page, type PageRequest } from './cursor.ts';
import type { Tx } from './database.ts';
import type { LogFilter } from './log-filter.ts';
import { LOG_COLUMNS, type LogRow, scanLogs } from './log-scan.ts';

export interface StoredLog {
  id: string;
  workflowId: string;
  executionId: string | null;
  receivedAt: Date;
  requestId: string;
  method: string;
  query: string;
  sourceIp: string;
  bodyBytes: number;
  statusCode: number;
  errorCode: string | null;
  /** What was really answered, where that differs from `statusCode`. */
  answeredStatus: number | null;
  /** It brought an event that an earlier request had brought, and started nothing. */
  duplicate: boolean;
  /** Which handshake it was; null: none. */
  handshake: string | null;
  /** What would have matched, of a request that was refused as not authentic; null: it was not looked into. */
  diagnosis: Finding[] | null;
}

export interface LogContent {
  headers: [string, string][];
  /** null: the request was refused, and its body was not kept. */
  body: Buffer | null;
}

export interface LogDetail extends StoredLog, LogContent {
  /** What it started; null: nothing, or its execution is gone. */
  execution: { id: string; state: ExecutionState; startedAt: Date | null; finishedAt: Date | null } | null;
}

const cursors = idCursor('webhook-logs');

/**
 * Newest first. A page may be short, or empty, and not be the last one: see `scanLogs`.
 * @throws Problem invalid_cursor
 */
export async function listWebhookLogs(
  trx: Tx,
  filter: LogFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<StoredLog>> {
  const after = cursor === undefined ? undefined : cursors.decode(cursor)[0];
  const { rows, next } = await scanLogs(trx, { filter, order: 'desc', after, limit });
  return { data: rows.map(toLog), nextCursor: next === null ? null : cursors.encode(next) };
}

export async function findWebhookLog(trx: Tx, id: string): Promise<LogDetail | null> {
  const row = await trx
    .selectFrom('webhook_logs')
    .select([...LOG_COLUMNS, 'headers', 'body'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return null;
  const execution = await findStarted(trx, row.execution_id);
  return { ...toLog(row), execution, headers: row.headers, body: row.body };
}

/** Headers and bodies by id. Those that are gone are missing. */
export async function findLogContents(trx: Tx, ids: readonly string[]): Promise<Map<string, LogContent>> {
  const { rows } = await sql<LogContent & { id: string }>`
    SELECT id, headers, body FROM webhook_logs WHERE id = ANY (${ids}::uuid[])`.execute(trx);
  return new Map(rows.map(({ id, headers, body }) => [id, { headers, body }]));
}

async function findStarted(trx: Tx, executionId: string | null): Promise<LogDetail['execution']> {
  if (executionId === null) return null;
  const row = await trx
    .selectFrom('workflow_executions')
    .select(['id', 'state', 'started_at', 'finished_at'])
    .where('id', '=', executionId)
    .executeTakeFirst();
  return row
    ? { id: row.id, state: row.state, startedAt: row.started_at, finishedAt: row.finished_at }
    : null;
}

const toLog = (row: LogRow): StoredLog => ({
  id: row.id,
  workflowId: row.workflow_id,
  executionId: row.execution_id,
  receivedAt: row.received_at,
  requestId: row.request_id,
  method: row.method,
  query: row.query,
  sourceIp: row.source_ip,
  bodyBytes: row.body_bytes,
  statusCode: row.status_code,
  errorCode: row.error_code,
  answeredStatus: row.answered_status,
  duplicate: row.is_duplicate,
  handshake: row.handshake,
  diagnosis: row.diagnosis,
});
