import { sql } from 'kysely';
import { DEFAULT_CIRCUIT_BREAKER } from '../../src/domain/circuit-breaker.ts';
import { newId } from '../../src/domain/ids.ts';
import { claimDeliveries } from '../../src/store/claim.ts';
import { countOutcomes } from '../../src/store/gates.ts';
import { planExecutions } from '../../src/store/plan.ts';
import { recordAttempts } from '../../src/store/record.ts';
import type { LeasedDelivery } from '../../src/store/work.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { insertExecution, insertWorkflow } from '../helpers/rows.ts';
import type { Test } from '../helpers/tap.ts';
import { attempt } from '../http/worker.ts';

const LEASE_MS = 15_000;

interface Pace {
  perSecond?: number;
  concurrency?: number;
}

/** An endpoint with a pace, and as many pending deliveries to it as asked for. */
export async function setUpGate(
  t: Test,
  { pace = {}, deliveries = 3 }: { pace?: Pace; deliveries?: number } = {},
) {
  const { db, pool } = await openTestDatabase(t);
  const { workflowId, triggers } = await insertWorkflow(db, ['http://127.0.0.1:1/']);
  const [trigger = { triggerId: '', endpointId: '' }] = triggers;
  const { endpointId } = trigger;
  await sql`
    UPDATE webhook_endpoints SET pace_per_second = ${pace.perSecond ?? null}, pace_concurrency = ${pace.concurrency ?? null}
    WHERE id = ${endpointId}`.execute(db);
  const plan = async (leaseToken: string | null = null) => {
    const executionId = await insertExecution(pool, workflowId);
    const delivery = { id: newId(), ...trigger, leaseToken };
    const planned = { executionId, run: 1, outcome: null, state: 'running' as const, deliveries: [delivery] };
    const moved = await planExecutions(db, [planned], LEASE_MS);
    return { id: delivery.id, executionId, ...moved.get(executionId) };
  };
  const planned: Awaited<ReturnType<typeof plan>>[] = [];
  for (let i = 0; i < deliveries; i += 1) planned.push(await plan());
  const claim = async (ids: string[]) => {
    const requests = ids.map((deliveryId) => ({ deliveryId, run: 1, leaseToken: newId() }));
    return [...(await claimDeliveries(db, requests, { leaseMs: LEASE_MS })).values()];
  };
  const rows = async () =>
    (
      await sql<{ id: string; gate: string | null; state: string; attempts: number; due_in: number }>`
      SELECT id, gate, state, attempts, extract(epoch FROM next_attempt_at - now())::float8 AS due_in
      FROM deliveries ORDER BY id`.execute(db)
    ).rows;
  const succeed = (delivery: LeasedDelivery) => recordAttempts(db, [attempt(delivery, {})]);
  /** As if so many milliseconds had gone by for the gate. */
  const pass = (ms: number) =>
    sql`UPDATE endpoint_gates SET next_slot_at = next_slot_at - ${ms} * interval '1 ms',
      open_until = open_until - ${ms} * interval '1 ms', release_at = release_at - ${ms} * interval '1 ms'`.execute(
      db,
    );
  const fail = (attempts: number, startedMs = Date.now()) =>
    countOutcomes(db, [
      {
        endpointId,
        breaker: DEFAULT_CIRCUIT_BREAKER,
        outcomes: Array.from({ length: attempts }, () => ({ startedMs, failed: true })),
        probe: null,
      },
    ]);
  const ids = planned.map(({ id }) => id);
  return { db, endpointId, plan, planned, ids, claim, rows, succeed, pass, fail };
}

export const idsOf = (items: { id: string }[]) => items.map(({ id }) => id);
