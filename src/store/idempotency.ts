import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** An execution that no webhook started, to be stored. */
export interface NewExecution {
  id: string;
  organizationId: string;
  workflowId: string;
  triggerType: 'manual' | 'n8n';
  /** Who asked for it. */
  triggeredBy: string;
  /** The JSON text it was given. */
  input: Buffer | null;
  createdAt: Date;
  /** Whether it goes to the queue right after the commit; if not, the relay takes it from the database. */
  enqueued: boolean;
  /** How many executions led to it, each through an event of n8n's. */
  hops?: number;
}

/**
 * What makes two calls the same call: within one workflow of one organization, the key the caller chose. The
 * digest of the body tells a repeated call from another one under the same key.
 */
export interface IdempotencyKey {
  key: string;
  bodySha256: Buffer;
}

export type StartResult =
  | { status: 'started' }
  | { status: 'replayed'; executionId: string }
  | { status: 'key_reused' | 'workflow_not_found' | 'workflow_inactive' };

const KEY_LIFETIME = sql`interval '24 hours'`;
/** A key can only vanish between two statements when its execution is deleted: more rounds mean a fault. */
const MAX_ROUNDS = 5;

/**
 * Stores an execution of a workflow that is active, once for each key. The key is written together with its
 * execution: a call that is refused uses up none, and of several at once one wins and the others wait for its
 * commit. A key that was used answers first, so that a repeated call learns the truth even when the workflow
 * was deactivated or deleted in between.
 */
export async function startExecution(
  trx: Tx,
  execution: NewExecution,
  idempotency: IdempotencyKey | null,
): Promise<StartResult> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const used = idempotency && (await findKey(trx, execution.workflowId, idempotency));
    if (used) return used;
    const workflow = await checkWorkflow(trx, execution.workflowId);
    if (workflow !== null) return workflow;
    const stored = idempotency
      ? await insertWithKey(trx, execution, idempotency)
      : await insertExecution(trx, execution);
    if (stored) return { status: 'started' };
  }
  throw new Error(`the idempotency key of execution ${execution.id} keeps appearing and vanishing`);
}

async function findKey(
  trx: Tx,
  workflowId: string,
  { key, bodySha256 }: IdempotencyKey,
): Promise<StartResult | null> {
  const { rows } = await sql<{ execution_id: string; body_sha256: Buffer }>`
    SELECT execution_id, body_sha256 FROM idempotency_keys
    WHERE workflow_id = ${workflowId} AND key = ${key} AND expires_at > now()`.execute(trx);
  const [row] = rows;
  if (!row) return null;
  return row.body_sha256.equals(bodySha256)
    ? { status: 'replayed', executionId: row.execution_id }
    : { status: 'key_reused' };
}

async function checkWorkflow(trx: Tx, id: string): Promise<StartResult | null> {
  const { rows } = await sql<{ is_active: boolean }>`
    SELECT is_active FROM workflows WHERE id = ${id} AND deleted_at IS NULL`.execute(trx);
  const [workflow] = rows;
  if (!workflow) return { status: 'workflow_not_found' };
  return workflow.is_active ? null : { status: 'workflow_inactive' };
}

const values = (execution: NewExecution) => sql`
  ${execution.id}::uuid, ${execution.organizationId}::uuid, ${execution.workflowId}::uuid,
  ${execution.triggerType},
  ${execution.triggeredBy}, ${execution.input}::bytea, ${execution.createdAt}::timestamptz,
  CASE WHEN ${execution.enqueued}::boolean THEN now() END, ${execution.hops ?? 0}::smallint`;

const COLUMNS = sql`id, organization_id, workflow_id, trigger_type, triggered_by, input, created_at, enqueued_at, hops`;

async function insertExecution(trx: Tx, execution: NewExecution): Promise<true> {
  await sql`INSERT INTO workflow_executions (${COLUMNS}) VALUES (${values(execution)})`.execute(trx);
  return true;
}

/** False: somebody else holds the key, and has committed it by now. */
async function insertWithKey(
  trx: Tx,
  execution: NewExecution,
  { key, bodySha256 }: IdempotencyKey,
): Promise<boolean> {
  const { rows } = await sql`
    WITH won AS (
      INSERT INTO idempotency_keys AS k (organization_id, workflow_id, key, body_sha256, execution_id, expires_at)
      VALUES (${execution.organizationId}, ${execution.workflowId}, ${key}, ${bodySha256}, ${execution.id},
        now() + ${KEY_LIFETIME})
      ON CONFLICT (organization_id, workflow_id, key) DO UPDATE
      SET body_sha256 = EXCLUDED.body_sha256, execution_id = EXCLUDED.execution_id, expires_at = EXCLUDED.expires_at
      WHERE k.expires_at <= now()
      RETURNING 1
    )
    INSERT INTO workflow_executions (${COLUMNS}) SELECT ${values(execution)} FROM won RETURNING id`.execute(
    trx,
  );
  return rows.length > 0;
}
