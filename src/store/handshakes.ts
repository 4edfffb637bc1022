import type { Database } from './database.ts';
import type { SecretBox } from './secret-box.ts';
import { insertWebhookSecret, openWebhookSecrets } from './webhook-secrets.ts';
import { lockWorkflow, updateWorkflow } from './workflows.ts';

/** A request that was a handshake. Its body is not kept. */
export interface LoggedHandshake {
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
  /** null: it went well. */
  errorCode: string | null;
  handshake: string;
}

/** Writing the same ones again changes nothing. */
export async function insertHandshakes(db: Database, handshakes: LoggedHandshake[]): Promise<void> {
  await db
    .insertInto('webhook_logs')
    .values(
      handshakes.map((row) => ({
        id: row.logId,
        organization_id: row.organizationId,
        workflow_id: row.workflowId,
        received_at: new Date(row.receivedAtMs),
        request_id: row.requestId,
        method: row.method,
        query: row.query,
        headers: row.headers,
        body_bytes: row.bodyBytes,
        source_ip: row.sourceIp,
        status_code: row.statusCode,
        error_code: row.errorCode,
        handshake: row.handshake,
      })),
    )
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/**
 * Stores the secret that a sender brings along as the first one of its webhook. `other`: it has another already, or
 * no such handshake any more. One at a time, so that of two senders one is told so.
 */
export function keepFirstSecret(
  db: Database,
  box: SecretBox,
  { organizationId, workflowId, secret }: { organizationId: string; workflowId: string; secret: string },
): Promise<'kept' | 'other'> {
  return db.transaction().execute(async (trx) => {
    const workflow = await lockWorkflow(trx, workflowId);
    if (workflow?.config.handshake !== 'asana') return 'other';
    const live = await openWebhookSecrets(trx, box, workflowId);
    if (live.length > 0) return live.some((known) => known.secret === secret) ? 'kept' : 'other';
    await insertWebhookSecret(trx, box, { organizationId, workflowId, secret });
    await updateWorkflow(trx, workflowId, {});
    return 'kept';
  });
}
