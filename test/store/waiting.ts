import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import { applyCallback, type Callback, type CallbackResult } from '../../src/store/callbacks.ts';
import { claimDeliveries } from '../../src/store/claim.ts';
import { planExecutions } from '../../src/store/plan.ts';
import { type AttemptRecord, recordAttempts } from '../../src/store/record.ts';
import type { LeasedDelivery } from '../../src/store/work.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { insertExecution, insertWorkflow } from '../helpers/rows.ts';
import type { Test } from '../helpers/tap.ts';

export const LEASE_MS = 15_000;

export const attempt = (delivery: LeasedDelivery, overrides: Partial<AttemptRecord> = {}): AttemptRecord => ({
  delivery,
  startedAt: new Date(),
  durationMs: 12,
  result: 'succeeded',
  outcome: 'delivered',
  statusCode: 200,
  error: null,
  advice: null,
  requestUrl: 'http://127.0.0.1:1/',
  requestHeaders: [],
  requestBytes: 7,
  responseHeaders: [],
  responseBody: Buffer.from('{}'),
  responseTruncated: false,
  state: 'succeeded',
  confirmedBy: 'http',
  retryInMs: null,
  ...overrides,
});

/** How an attempt ends after which a callback is awaited. */
export const AWAITING = {
  state: 'waiting',
  confirmedBy: null,
  retryInMs: 60_000,
  awaitMs: 60_000,
} as const satisfies Partial<AttemptRecord>;

export const FAILING = {
  result: 'failed',
  outcome: 'server_error',
  statusCode: 503,
  state: 'retrying',
  confirmedBy: null,
  retryInMs: 60_000,
} as const satisfies Partial<AttemptRecord>;

/** An execution with a delivery for each endpoint, none of which has been sent. */
export async function setUp(t: Test, endpoints = 1) {
  const { db, pool, url } = await openTestDatabase(t);
  const urls = Array.from({ length: endpoints }, (_, i) => `http://127.0.0.1:1/${i}`);
  const { workflowId, triggers } = await insertWorkflow(db, urls);
  const executionId = await insertExecution(pool, workflowId);
  const deliveries = triggers.map((trigger) => ({ id: newId(), ...trigger, leaseToken: null }));
  const plan = { executionId, run: 1, state: 'running' as const, outcome: null, deliveries };
  await planExecutions(db, [plan], LEASE_MS);
  const idAt = (i: number): string => deliveries[i]?.id ?? '';
  const claim = async (i = 0, run = 1): Promise<LeasedDelivery> => {
    const requests = [{ deliveryId: idAt(i), run, leaseToken: newId() }];
    const delivery = (await claimDeliveries(db, requests, { leaseMs: LEASE_MS })).get(idAt(i));
    if (!delivery) throw new Error('not claimed');
    return delivery;
  };
  /** Makes it due now, whenever it was. */
  const hurry = () =>
    db
      .updateTable('deliveries')
      .set({ next_attempt_at: new Date(Date.now() - 1_000) })
      .where('next_attempt_at', 'is not', null)
      .execute();
  /** Sends the delivery once; the attempt ends so. */
  const send = async (end: Partial<AttemptRecord>, i = 0): Promise<LeasedDelivery> => {
    const delivery = await claim(i);
    await recordAttempts(db, [attempt(delivery, end)]);
    return delivery;
  };
  const call = (overrides: Partial<Callback> = {}): Promise<CallbackResult> =>
    db.transaction().execute((trx) => applyCallback(trx, callback(executionId, overrides)));
  const execution = () =>
    db.selectFrom('workflow_executions').selectAll().where('id', '=', executionId).executeTakeFirstOrThrow();
  const delivery = (i = 0) =>
    db.selectFrom('deliveries').selectAll().where('id', '=', idAt(i)).executeTakeFirstOrThrow();
  const attempts = () => db.selectFrom('delivery_attempts').selectAll().orderBy('attempt').execute();
  const transitions = () =>
    db
      .selectFrom('execution_transitions')
      .selectAll()
      .where('execution_id', '=', executionId)
      .orderBy('seq')
      .execute();
  const world = { db, pool, url, workflowId, triggers, executionId, idAt, claim, hurry, send, call };
  return { ...world, execution, delivery, attempts, transitions };
}

export type World = Awaited<ReturnType<typeof setUp>>;

export const callback = (executionId: string, overrides: Partial<Callback> = {}): Callback => ({
  organizationId: DEFAULT_ORGANIZATION_ID,
  executionId,
  deliveryId: null,
  workflowId: null,
  endpointId: null,
  status: 'success',
  n8nStatus: null,
  n8nExecutionId: null,
  data: null,
  attempt: null,
  sentAt: null,
  event: 'order.processed',
  eventId: newId(),
  ...overrides,
});
