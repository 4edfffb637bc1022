import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import type { Database } from '../../src/store/database.ts';
import { writeIngestBatch } from '../../src/store/ingest.ts';
import type { IngestRow } from '../../src/store/ingest-batch.ts';
import { createSecretBox } from '../../src/store/secret-box.ts';

export const box = createSecretBox(Buffer.alloc(32, 7));

/** A workflow with one trigger for each URL. */
export async function insertWorkflow(db: Database, urls: string[] = [], overrides: object = {}) {
  const workflowId = randomUUID();
  const organization_id = DEFAULT_ORGANIZATION_ID;
  await db
    .insertInto('workflows')
    .values({
      id: workflowId,
      organization_id,
      name: 'test',
      is_active: true,
      webhook_enabled: true,
      webhook_auth_type: 'none',
      webhook_config: '{}',
      ...overrides,
    })
    .execute();
  const triggers: { triggerId: string; endpointId: string }[] = [];
  for (const url of urls) {
    const ids = { triggerId: newId(), endpointId: newId() };
    const sealed = box.seal('endpoint secret', ids.endpointId);
    await db
      .insertInto('webhook_endpoints')
      .values({
        id: ids.endpointId,
        organization_id,
        name: ids.endpointId,
        url,
        secret_ciphertext: sealed.ciphertext,
        encryption_key_id: sealed.encryptionKeyId,
        retry_policy: '{}',
      })
      .execute();
    await db
      .insertInto('workflow_triggers')
      .values({
        id: ids.triggerId,
        organization_id,
        workflow_id: workflowId,
        endpoint_id: ids.endpointId,
        trigger_types: ['webhook', 'manual'],
      })
      .execute();
    triggers.push(ids);
  }
  return { workflowId, triggers };
}

export const ingestRow = (workflowId: string, overrides: Partial<IngestRow> = {}): IngestRow => ({
  logId: newId(),
  executionId: newId(),
  organizationId: DEFAULT_ORGANIZATION_ID,
  workflowId,
  receivedAtMs: Date.now(),
  requestId: 'request-1',
  method: 'POST',
  query: '',
  headers: '[["Content-Type","application/json"]]',
  body: Buffer.from('{"a":1}'),
  sourceIp: '127.0.0.1',
  statusCode: 200,
  enqueued: false,
  event: null,
  ...overrides,
});

/** A queued execution, as a webhook makes it. */
export async function insertExecution(pool: Parameters<typeof writeIngestBatch>[0], workflowId: string) {
  const row = ingestRow(workflowId);
  await writeIngestBatch(pool, [row]);
  return row.executionId;
}

/** Makes every live lease run out now. */
export const expireLeases = (db: Database) =>
  sql`UPDATE deliveries SET lease_until = now() - interval '1 s', next_attempt_at = now() - interval '1 s'
      WHERE state = 'sending'`.execute(db);
