import type { ExecutionState } from '../domain/states.ts';
import { idCursor, type Page, type PageRequest, toPage } from './cursor.ts';
import type { Tx } from './database.ts';

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
}

export interface LogDetail extends StoredLog {
  /** What it started; null: nothing, or its execution is gone. */
  execution: { id: string; state: ExecutionState; startedAt: Date | null; finishedAt: Date | null } | null;
  headers: [string, string][];
  /** null: the request was refused, and its body was not kept. */
  body: Buffer | null;
}

export interface LogFilter {
  workflowId?: string | undefined;
  /** Whether the request was accepted. */
  success?: boolean | undefined;
  statusCode?: number | undefined;
  errorCode?: string | undefined;
}

interface Row {
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
}

const COLUMNS = [
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
] as const;

const cursors = idCursor('webhook-logs');

export async function listWebhookLogs(
  trx: Tx,
  filter: LogFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<StoredLog>> {
  const rows = await webhookLogsQuery(trx, filter, cursor)
    .limit(limit + 1)
    .execute();
  return toPage(rows, limit, { item: toLog, cursor: (row) => cursors.encode(row.id) });
}

/** The statement behind the list, newest first, without its limit. */
export function webhookLogsQuery(trx: Tx, filter: LogFilter, cursor?: string | undefined) {
  let query = trx.selectFrom('webhook_logs').select(COLUMNS).orderBy('id', 'desc');
  if (cursor !== undefined) query = query.where('id', '<', cursors.decode(cursor)[0] as string);
  if (filter.workflowId !== undefined) query = query.where('workflow_id', '=', filter.workflowId);
  if (filter.success !== undefined) query = query.where('status_code', filter.success ? '<' : '>=', 400);
  if (filter.statusCode !== undefined) query = query.where('status_code', '=', filter.statusCode);
  if (filter.errorCode !== undefined) query = query.where('error_code', '=', filter.errorCode);
  return query;
}

export async function findWebhookLog(trx: Tx, id: string): Promise<LogDetail | null> {
  const row = await trx
    .selectFrom('webhook_logs')
    .select([...COLUMNS, 'headers', 'body'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return null;
  const execution = await findStarted(trx, row.execution_id);
  return { ...toLog(row), execution, headers: row.headers, body: row.body };
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

const toLog = (row: Row): StoredLog => ({
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
});
