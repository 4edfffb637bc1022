import { sql } from 'kysely';
import type { Tx } from './database.ts';
import { type Admission, admit, type Candidate } from './gate-rules.ts';
import { lockGates, saveGates } from './gates.ts';

/** A delivery that is due and whose endpoint has a pace or a circuit that is not closed. */
export interface GatedDelivery extends Candidate {
  endpointId: string;
  circuitClosed: boolean;
}

export interface ThroughGates {
  /** May be sent now. `probe`: it tries whether the endpoint is back. */
  through: Map<string, { probe: boolean }>;
  held: Set<string>;
}

/**
 * Lets deliveries that are due through the gates of their endpoints, and holds the others: they stay as they
 * are, no attempt is counted, and they go when the gate lets them. In the order in which they are given.
 */
export async function passGates(trx: Tx, deliveries: GatedDelivery[]): Promise<ThroughGates> {
  const [admitted, others] = partition(deliveries);
  const through = new Map(admitted.map(({ id }) => [id, { probe: false }]));
  if (others.length === 0) return { through, held: new Set() };
  const locked = await lockGates(trx, [...new Set(others.map((delivery) => delivery.endpointId))]);
  const admissions = locked.map(({ gate, around }) =>
    admit(
      gate,
      around,
      others.filter(({ endpointId }) => endpointId === gate.endpointId),
    ),
  );
  await saveGates(
    trx,
    admissions.map((admission) => admission.gate),
  );
  await hold(
    trx,
    admissions.flatMap((admission) => admission.held),
  );
  for (const admission of admissions) {
    for (const id of admission.through) through.set(id, { probe: admission.gate.probeDeliveryId === id });
  }
  return { through, held: new Set(admissions.flatMap(({ held }) => held.map(({ id }) => id))) };
}

/** Those that were let through already need no lock, which others wait for, unless the circuit has moved since. */
function partition(deliveries: GatedDelivery[]): [GatedDelivery[], GatedDelivery[]] {
  const isAdmitted = ({ mark, circuitClosed }: GatedDelivery) => mark === 'admitted' && circuitClosed;
  return [deliveries.filter(isAdmitted), deliveries.filter((delivery) => !isAdmitted(delivery))];
}

async function hold(trx: Tx, held: Admission['held']): Promise<void> {
  if (held.length === 0) return;
  await sql`
    UPDATE deliveries d SET gate = 'held', next_attempt_at = to_timestamp(h.due_ms / 1000), enqueued_at = NULL
    FROM unnest(${held.map(({ id }) => id)}::uuid[], ${held.map(({ dueMs }) => dueMs)}::float8[]) AS h (id, due_ms)
    WHERE d.id = h.id`.execute(trx);
}
