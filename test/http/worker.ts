import { newId } from '../../src/domain/ids.ts';
import { claimDeliveries } from '../../src/store/claim.ts';
import { planExecutions } from '../../src/store/plan.ts';
import { type AttemptRecord, recordAttempts } from '../../src/store/record.ts';
import type { LeasedDelivery } from '../../src/store/work.ts';
import type { Test } from '../helpers/tap.ts';
import { type Answer, idOf, type Json, setUp } from './management.ts';

const LEASE_MS = 60_000;

/** A workflow with this many triggers, and hands that do a worker's work on it. */
export async function withWorker(t: Test, triggers = 1) {
  const instance = await setUp(t);
  const { call, db } = instance;
  const endpoints = Array.from({ length: triggers }, (_, i) => ({
    endpoint: { url: `https://n8n.example.com/${i}` },
  }));
  const made = await call('POST', '/api/workflows', { body: { name: 'a', triggers: endpoints } });
  const path = `/api/workflows/${idOf(made)}`;
  const targets = (made.json.triggers as Json[]).map((trigger) => ({
    triggerId: String(trigger.id),
    endpointId: String((trigger.endpoint as Json).id),
  }));

  const execute = async () => String((await call('POST', `${path}/execute`, { body: {} })).json.executionId);
  const plan = async (executionId: string) => {
    const deliveries = targets.map((target) => ({ id: newId(), ...target, leaseToken: null }));
    await planExecutions(
      db,
      [{ executionId, run: 1, state: 'running', outcome: null, deliveries }],
      LEASE_MS,
    );
    return deliveries.map(({ id }) => id);
  };
  const claim = async (deliveryId: string, run = 1) => {
    const claimed = await claimDeliveries(db, [{ deliveryId, run, leaseToken: newId() }], {
      leaseMs: LEASE_MS,
    });
    const delivery = claimed.get(deliveryId);
    if (!delivery) throw new Error(`delivery ${deliveryId} is not due`);
    return delivery;
  };
  const send = async (deliveryId: string, how: Partial<AttemptRecord>, run = 1) =>
    recordAttempts(db, [attempt(await claim(deliveryId, run), how)]);
  const show = (id: string) => call('GET', `/api/executions/${id}`);
  return { ...instance, path, workflowId: idOf(made), targets, execute, plan, claim, send, show };
}

export const attempt = (delivery: LeasedDelivery, how: Partial<AttemptRecord>): AttemptRecord => ({
  delivery,
  startedAt: new Date(),
  durationMs: 12,
  result: 'succeeded',
  outcome: 'delivered',
  statusCode: 200,
  error: null,
  advice: null,
  requestUrl: 'https://n8n.example.com/0',
  requestHeaders: [['x-hookgate-attempt', '1']],
  requestBytes: 2,
  responseHeaders: [['Content-Type', 'application/json']],
  responseBody: Buffer.from('{"ok":true}'),
  responseTruncated: false,
  state: 'succeeded',
  confirmedBy: 'http',
  retryInMs: null,
  ...how,
});

export const refused = {
  result: 'failed',
  outcome: 'refused',
  statusCode: 400,
  state: 'failed',
  confirmedBy: null,
} as const;
export const exhausted = {
  result: 'failed',
  outcome: 'server_error',
  statusCode: 500,
  state: 'dead_lettered',
  confirmedBy: null,
} as const;
export const later = {
  result: 'failed',
  outcome: 'server_error',
  statusCode: 500,
  state: 'retrying',
  confirmedBy: null,
  retryInMs: 60_000,
} as const;

export const deliveriesOf = (answer: Answer) => answer.json.deliveries as Json[];
export const statesOf = (answer: Answer) => [
  answer.json.status,
  ...deliveriesOf(answer).map((delivery) => delivery.status),
];
export const movesOf = (answer: Answer) =>
  (answer.json.transitions as Json[]).map((move) => `${move.seq} ${move.to} ${move.run}`);
