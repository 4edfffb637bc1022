import { sql } from 'kysely';
import type { FallbackAction } from '../../src/domain/fallback.ts';
import { newId } from '../../src/domain/ids.ts';
import { claimDeliveries } from '../../src/store/claim.ts';
import { retryExecution } from '../../src/store/execution-actions.ts';
import { planExecutions } from '../../src/store/plan.ts';
import { type AttemptRecord, recordAttempts } from '../../src/store/record.ts';
import type { LeasedDelivery } from '../../src/store/work.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { insertExecution, insertWorkflow } from '../helpers/rows.ts';
import type { Test } from '../helpers/tap.ts';
import { attempt } from '../http/worker.ts';

export const LEASE_MS = 60_000;

/** A workflow whose triggers fall back on `actions`, which are given the endpoints that there are beside theirs. */
export async function withFallback(
  t: Test,
  actions: (others: [string, string]) => FallbackAction[],
  { triggers: count = 1 } = {},
) {
  const { db, pool } = await openTestDatabase(t);
  const { workflowId, triggers } = await insertWorkflow(
    db,
    Array.from({ length: count }, (_, i) => `http://127.0.0.1:1/${i}`),
  );
  const spare = await insertWorkflow(db, ['http://127.0.0.1:2/b', 'http://127.0.0.1:2/c']);
  const others = spare.triggers.map(({ endpointId }) => endpointId) as [string, string];
  const fallback = (next: FallbackAction[]) =>
    sql`UPDATE workflow_triggers SET fallback = ${JSON.stringify(next)}::jsonb WHERE workflow_id = ${workflowId}`.execute(
      db,
    );
  await fallback(actions(others));
  const executionId = await insertExecution(pool, workflowId);
  const deliveries = triggers.map((trigger) => ({ id: newId(), ...trigger, leaseToken: null }));
  await planExecutions(db, [{ executionId, run: 1, state: 'running', outcome: null, deliveries }], LEASE_MS);
  const rows = () => db.selectFrom('deliveries').selectAll().orderBy('fallback_step').orderBy('id').execute();
  const state = async () =>
    (await db.selectFrom('workflow_executions').select('state').where('id', '=', executionId).execute())[0]
      ?.state;
  const claim = async (deliveryId: string, run = 1) => {
    const claimed = await claimDeliveries(db, [{ deliveryId, run, leaseToken: newId() }], {
      leaseMs: LEASE_MS,
    });
    return claimed.get(deliveryId) as LeasedDelivery;
  };
  /** Sends the delivery of a step once. */
  const send = async (step: number, how: Partial<AttemptRecord>, run = 1) => {
    const row = (await rows()).find((candidate) => candidate.fallback_step === step);
    const delivery = await claim(row?.id ?? '', run);
    const recorded = await recordAttempts(db, [attempt(delivery, how)]);
    return recorded.get(delivery.id);
  };
  const retry = () =>
    db.transaction().execute((trx) => retryExecution(trx, { id: executionId, enqueued: false }));
  const events = () => db.selectFrom('webhook_events').selectAll().orderBy('id').execute();
  const attempts = () => db.selectFrom('delivery_attempts').selectAll().orderBy('started_at').execute();
  return {
    db,
    workflowId,
    executionId,
    triggers,
    others,
    fallback,
    rows,
    state,
    claim,
    send,
    retry,
    events,
    attempts,
  };
}

export const succeeded = {};
export const seen = (rows: Awaited<ReturnType<Awaited<ReturnType<typeof withFallback>>['rows']>>) =>
  rows.map((row) => [row.fallback_step, row.state, row.is_superseded]);
