import { sql } from 'kysely';
import type { Tx } from './database.ts';
import { type Admission, admit, type Candidate } from './gate-rules.ts';
import { lockGates, saveGates } from './gates.ts';

/** A delivery, or an event, that is due and whose endpoint has a pace or a circuit that is not closed. */
export interface GatedDelivery extends Candidate {
  endpointId: string;
  circuitClosed: boolean;
}

export interface ThroughGates {
  /** May be sent now. `probe`: it tries whether the endpoint is back. */
  through: Map<string, { probe: boolean }>;
  held: Set<string>;
}

/** Writes that these are held. `dueMs`: when each is expected to go, by the clock of the database. */
type Hold = (trx: Tx, held: Admission['held']) => Promise<void>;

/**
 * Lets deliveries that are due through the gates of their endpoints, and holds the others: they stay as they
 * are, no attempt is counted, and they go when the gate lets them. In the order in which they are given. Events
 * pass the same gates, and bring along how they are held.
 */
export async function passGates(
  trx: Tx,
  deliveries: GatedDelivery[],
  hold: Hold = holdDeliveries,
): Promise<ThroughGates> {
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
  const held = admissions.flatMap((admission) => admission.held);
  if (held.length > 0) await hold(trx, held);
  for (const admission of admissions) {
    for (const id of admission.through) through.set(id, { probe: admission.gate.probeDeliveryId === id });
  }
  return { through, held: new Set(held.map(({ id }) => id)) };
}

/** Those that were let through already need no lock, which others wait for, unless the circuit has moved since. */
function partition(deliveries: GatedDelivery[]): [GatedDelivery[], GatedDelivery[]] {
  const isAdmitted = ({ mark, circuitClosed }: GatedDelivery) => mark === 'admitted' && circuitClosed;
  return [deliveries.filter(isAdmitted), deliveries.filter((delivery) => !isAdmitted(delivery))];
}

async function holdDeliveries(trx: Tx, held: Admission['held']): Promise<void> {
  await sql`
    UPDATE deliveries d SET gate = 'held', next_attempt_at = to_timestamp(h.due_ms / 1000), enqueued_at = NULL
    FROM unnest(${held.map(({ id }) => id)}::uuid[], ${held.map(({ dueMs }) => dueMs)}::float8[]) AS h (id, due_ms)
    WHERE d.id = h.id`.execute(trx);
}
