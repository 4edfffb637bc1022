import { sql } from 'kysely';
import { type ExecutionState, hasEnded } from '../domain/states.ts';
import { type CallbackEffect, chooseDelivery, type DeliveryNow, judgeCallback } from './callback-rules.ts';
import { callbackJson, progressJson } from './callback-text.ts';
import type { Tx } from './database.ts';
import { BY_WORD } from './early-callback.ts';
import { type LockedExecution, lockExecutions, rollUpExecutions } from './roll-up.ts';

/** What n8n says about an execution of ours. */
export interface Callback {
  organizationId: string;
  executionId: string;
  deliveryId: string | null;
  /** Ours; null: it does not say. */
  workflowId: string | null;
  /** Signed by this endpoint's own secret: it reaches deliveries to it only. */
  endpointId: string | null;
  status: 'success' | 'failure' | 'progress';
  n8nStatus: string | null;
  n8nExecutionId: string | null;
  /** JSON text. */
  data: string | null;
  attempt: number | null;
  sentAt: Date | null;
  event: string;
  eventId: string;
}

export type CallbackResult =
  | {
      /**
       * `early`: kept until the attempt under way is answered. `late`: it ended otherwise, and stays so. `stale`: of an
       * attempt before the present one. `recorded`: it changes nothing.
       */
      status: CallbackEffect;
      executionState: ExecutionState;
      deliveryId: string | null;
      /** When the execution was accepted that this ended; null: it ended none. */
      endedSince: Date | null;
    }
  | { status: 'not_found' }
  | { status: 'ambiguous'; deliveryIds: string[] };

/**
 * Does what n8n's word means for the delivery it is about, in the caller's transaction: as the owner, because a tenant
 * writes no transitions, so whose execution it is, is looked at here. Can be called twice with the same.
 */
export async function applyCallback(trx: Tx, callback: Callback): Promise<CallbackResult> {
  if (!(await isOwn(trx, callback))) return { status: 'not_found' };
  const executions = await lockExecutions(trx, [callback.executionId]);
  const execution = executions.get(callback.executionId);
  if (!execution) return { status: 'not_found' };
  const choice = chooseDelivery(await lockDeliveries(trx, callback), callback);
  if (choice.status === 'not_found') return choice;
  if (callback.status === 'progress') return reportProgress(trx, callback, execution, choice);
  if (choice.status === 'ambiguous') return choice;
  if (choice.status === 'none') {
    return {
      status: effectOnAll(execution.state, callback.status),
      executionState: execution.state,
      deliveryId: null,
      endedSince: null,
    };
  }
  const { delivery } = choice;
  const effect = judgeCallback(delivery, { ...callback, status: callback.status });
  await keep(trx, { callback, delivery, effect });
  const end = { deliveryId: delivery.id, status: effect };
  if (effect !== 'applied') return { ...end, executionState: execution.state, endedSince: null };
  const word = callback.status;
  await endDelivery(trx, delivery.id, word);
  const moved = (await rollUpExecutions(trx, executions)).get(execution.id)?.state ?? execution.state;
  const endedNow = hasEnded(moved) && !hasEnded(execution.state);
  return { ...end, executionState: moved, endedSince: endedNow ? execution.created_at : null };
}

/** Of a word that may be about any of several deliveries, which have ended, or that came before there was one. */
function effectOnAll(state: ExecutionState, word: 'success' | 'failure'): CallbackEffect {
  const known = word === 'success' ? ['succeeded'] : ['failed', 'dead_lettered'];
  return !hasEnded(state) || known.includes(state) ? 'recorded' : 'late';
}

/** Before anything is locked: nobody holds up an execution that is not theirs. */
async function isOwn(trx: Tx, { executionId, organizationId, workflowId }: Callback): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM workflow_executions
    WHERE id = ${executionId} AND organization_id = ${organizationId}
      AND (${workflowId}::uuid IS NULL OR workflow_id = ${workflowId}::uuid)`.execute(trx);
  return rows.length > 0;
}

/** In the order of their ids, as everybody does: what is held may be let go without a lock of its execution. */
async function lockDeliveries(trx: Tx, { executionId }: Callback): Promise<DeliveryNow[]> {
  const { rows: locked } = await sql<{ id: string }>`
    SELECT id FROM deliveries WHERE execution_id = ${executionId} ORDER BY id FOR UPDATE`.execute(trx);
  // Of the attempt before the present one is known when the next was due; of one that was answered, when it began.
  const { rows } = await sql<DeliveryNow>`
    SELECT d.id, d.endpoint_id AS "endpointId", d.state, d.attempts, d.confirmed_by AS "confirmedBy",
      d.is_superseded AS "isSuperseded", d.early_callback AS early, (
        SELECT CASE WHEN a.attempt = d.attempts THEN a.started_at
          ELSE coalesce(a.next_attempt_at, a.started_at + coalesce(a.duration_ms, 0) * interval '1 ms') END
        FROM delivery_attempts a WHERE a.delivery_id = d.id AND a.attempt <= d.attempts AND d.attempts > 1
        ORDER BY a.attempt DESC LIMIT 1) AS "beganAt"
    FROM deliveries d WHERE d.id = ANY (${locked.map(({ id }) => id)}::uuid[]) ORDER BY d.id`.execute(trx);
  return rows;
}

interface Kept {
  callback: Callback;
  delivery: DeliveryNow;
  effect: CallbackEffect;
}

/** What counts replaces what was said before; what does not is kept where nothing was said. */
async function keep(trx: Tx, { callback, delivery, effect }: Kept): Promise<void> {
  const counts = effect === 'applied' || effect === 'early';
  const json = callbackJson(callback, effect);
  const n8nExecutionId = storableId(callback.n8nExecutionId);
  await sql`
    UPDATE deliveries SET
      callback = CASE WHEN ${counts} OR callback IS NULL THEN ${json}::json ELSE callback END,
      n8n_execution_id = CASE WHEN ${counts} THEN coalesce(${n8nExecutionId}, n8n_execution_id)
        ELSE coalesce(n8n_execution_id, ${n8nExecutionId}) END,
      early_callback = ${effect === 'early' ? callback.status : delivery.early}
    WHERE id = ${delivery.id}`.execute(trx);
}

async function endDelivery(trx: Tx, id: string, word: 'success' | 'failure'): Promise<void> {
  const { state, outcome, confirmedBy } = BY_WORD[word];
  await sql`
    UPDATE deliveries SET state = ${state}, outcome = ${outcome}, confirmed_by = ${confirmedBy}, finished_at = now(),
      next_attempt_at = NULL, enqueued_at = NULL, lease_token = NULL, lease_until = NULL, gate = NULL,
      awaited_until = NULL
    WHERE id = ${id}`.execute(trx);
}

/** More of them say no more, and whoever reads the execution has to carry them. */
const MAX_PROGRESS = 1_000;

async function reportProgress(
  trx: Tx,
  callback: Callback,
  { id, state }: LockedExecution,
  choice: ReturnType<typeof chooseDelivery>,
): Promise<CallbackResult> {
  const deliveryId = choice.status === 'found' ? choice.delivery.id : null;
  const answer = { executionState: state, deliveryId, endedSince: null };
  if (hasEnded(state)) return { ...answer, status: 'late' };
  const { rows } = await sql<{ full: boolean }>`
    SELECT count(*) >= ${MAX_PROGRESS} AS full FROM execution_transitions
    WHERE execution_id = ${id} AND outcome = 'progress'`.execute(trx);
  const isFull = rows[0]?.full === true;
  if (!isFull) {
    // Moves are written by a trigger on the state, which does not fire here.
    await sql`
      WITH told AS (
        UPDATE workflow_executions SET seq = seq + 1 WHERE id = ${id} RETURNING organization_id, id, seq, state, run
      )
      INSERT INTO execution_transitions (organization_id, execution_id, seq, from_state, to_state, run, outcome, data)
      SELECT organization_id, id, seq, state, state, run, 'progress', ${progressJson(callback)}::json FROM told`.execute(
      trx,
    );
  }
  const isOpen = choice.status === 'found' && !hasEndedDelivery(choice.delivery);
  if (isOpen && callback.n8nExecutionId !== null) {
    await sql`
      UPDATE deliveries SET n8n_execution_id = ${storableId(callback.n8nExecutionId)} WHERE id = ${deliveryId}`.execute(
      trx,
    );
  }
  return { ...answer, status: isFull ? 'recorded' : 'applied' };
}

const hasEndedDelivery = ({ state }: DeliveryNow): boolean =>
  state !== 'pending' && state !== 'sending' && hasEnded(state);

/** A text column holds no NUL; n8n's ids are numbers, and longer ones no link can be made of. */
const storableId = (id: string | null): string | null => id?.replaceAll('\u0000', '').slice(0, 100) || null;
