import { sql } from 'kysely';
import type { Finding } from '../domain/diagnosis.ts';
import type { Database } from './database.ts';

/** A webhook that was refused. Its body is not kept. */
export interface Refusal {
  logId: string;
  organizationId: string;
  workflowId: string;
  receivedAtMs: number;
  requestId: string;
  method: string;
  query: string;
  headers: string;
  bodyBytes: number;
  sourceIp: string;
  statusCode: number;
  errorCode: string;
  /** What would have matched. null: it was not looked into. */
  diagnosis: Finding[] | null;
}

export interface RefusalCount {
  organizationId: string;
  workflowId: string;
  minuteMs: number;
  errorCode: string;
  count: number;
}

export async function insertRefusals(db: Database, refusals: Refusal[]): Promise<void> {
  await db
    .insertInto('webhook_logs')
    .values(
      refusals.map((refusal) => ({
        id: refusal.logId,
        organization_id: refusal.organizationId,
        workflow_id: refusal.workflowId,
        received_at: new Date(refusal.receivedAtMs),
        request_id: refusal.requestId,
        method: refusal.method,
        query: refusal.query,
        headers: refusal.headers,
        body_bytes: refusal.bodyBytes,
        source_ip: refusal.sourceIp,
        status_code: refusal.statusCode,
        error_code: refusal.errorCode,
        diagnosis: refusal.diagnosis === null ? null : JSON.stringify(refusal.diagnosis),
      })),
    )
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** Sorted by key, so that two processes adding to the same counters cannot deadlock. */
export async function addRefusalCounts(db: Database, counts: RefusalCount[]): Promise<void> {
  const rows = counts
    .map((count) => ({
      organization_id: count.organizationId,
      workflow_id: count.workflowId,
      minute: new Date(count.minuteMs),
      error_code: count.errorCode,
      count: String(count.count),
    }))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  await db
    .insertInto('webhook_refusal_counts')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['workflow_id', 'minute', 'error_code'])
        .doUpdateSet({ count: sql`webhook_refusal_counts.count + excluded.count` }),
    )
    .execute();
}

const keyOf = (row: { workflow_id: string; minute: Date; error_code: string }): string =>
  `${row.workflow_id} ${row.minute.toISOString()} ${row.error_code}`;
