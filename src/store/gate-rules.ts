import type { CircuitBreaker } from '../domain/circuit-breaker.ts';

export type CircuitState = 'closed' | 'open' | 'half_open';

/** What all processes know of an endpoint's pace and circuit. Times are unix milliseconds of the database. */
export interface Gate {
  endpointId: string;
  circuit: CircuitState;
  /** Null unless the circuit is open. */
  openUntilMs: number | null;
  /** The delivery that tries whether the endpoint is back; null unless half open. */
  probeDeliveryId: string | null;
  windowStartedMs: number;
  /** When the circuit last closed: what began before says nothing about the endpoint as it is now. */
  closedMs: number | null;
  attempts: number;
  failures: number;
  /** When the next attempt may begin. */
  nextSlotMs: number;
  /** The slot that the last of those that wait expects; null when none waits. */
  lastSlotMs: number | null;
  /** When to look whether some of those that are held can go; null when none is held. */
  releaseMs: number | null;
}

/** The endpoint at this moment. */
export interface Surroundings {
  nowMs: number;
  perSecond: number | null;
  concurrency: number | null;
  breakerEnabled: boolean;
  /** Deliveries that were let through: under way, or about to be. */
  through: number;
  /** Those of them that are not under way yet. */
  admitted: number;
  /** Whether the probe has still to come to an end. */
  probeIsOpen: boolean;
}

/**
 * A delivery that wants to be sent. `admitted`: it was let through before and now comes. `lost`: it was being
 * sent when its worker was lost; it goes on, because only a worker that has its lease can judge what that means.
 */
export interface Candidate {
  id: string;
  mark: 'new' | 'admitted' | 'lost';
}

export interface Admission {
  gate: Gate;
  through: string[];
  /** With the time when each is expected to go. */
  held: { id: string; dueMs: number }[];
}

export interface Allowance {
  gate: Gate;
  /** How many of those that are held may go now. */
  count: number;
  /** The one that may go is the probe. */
  probe: boolean;
}

type Now = Pick<Surroundings, 'nowMs' | 'perSecond'>;

/** How far behind its pace an endpoint may be and catch up: one second's worth of attempts at once is the most. */
const CATCH_UP_MS = 1_000;
/** Looked at again although no slot comes free: whoever frees it tells, unless its process is lost. */
const LOOK_AGAIN_MS = 1_000;
/** What falls due within this time goes together: a fast pace would cost a statement for each. */
const TOGETHER_MS = 50;
/** Held deliveries of an endpoint without a pace that are let go at a time, once its circuit is closed. */
const AT_A_TIME = 200;

/** Decides about deliveries of one endpoint that were claimed, in their order. */
export function admit(gate: Gate, around: Surroundings, candidates: Candidate[]): Admission {
  let next = settle(gate, around);
  let taken = around.through;
  const through: string[] = [];
  const held: Admission['held'] = [];
  for (const { id, mark } of candidates) {
    const now = { ...around, through: taken };
    if (mark === 'lost' || mayGo(next, now, { id, mark })) {
      through.push(id);
      if (mark === 'new') taken += 1;
      if (mark !== 'admitted') next = withSlotsTaken(next, around, 1);
      if (mark !== 'lost') next = asProbe(next, id);
    } else {
      if (mark === 'admitted') taken -= 1;
      const dueMs = expectedMs(next, around);
      next = { ...next, lastSlotMs: dueMs };
      next.releaseMs = nextLookMs(next, now);
      held.push({ id, dueMs });
    }
  }
  return { gate: next, through, held };
}

/** How many of the held deliveries of an endpoint may go now. Their slots are taken by `afterRelease`. */
export function allow(gate: Gate, around: Surroundings): Allowance {
  const next = settle(gate, around);
  const { nowMs, perSecond, admitted } = around;
  const seats = (around.concurrency ?? Number.POSITIVE_INFINITY) - around.through;
  if (next.circuit !== 'closed') {
    const count = isShut(next, nowMs) || seats < 1 ? 0 : 1;
    return { gate: next, count, probe: true };
  }
  // No more than a second's worth is on the way: a queue that stands still must not end in a rush.
  const onTheWay = perSecond === null ? AT_A_TIME : Math.ceil(perSecond);
  const count = Math.min(seats, onTheWay - admitted, AT_A_TIME, freeSlots(next, around));
  return { gate: next, count: Math.max(0, count), probe: false };
}

/** The gate once these deliveries were let go. `more`: others are still held. */
export function afterRelease(
  { gate, probe }: Allowance,
  around: Surroundings,
  released: { ids: string[]; more: boolean },
): Gate {
  const { ids, more } = released;
  const [first] = ids;
  let next = ids.length > 0 ? withSlotsTaken(gate, around, ids.length) : gate;
  if (probe && first !== undefined) next = asProbe(next, first);
  if (!more) return { ...next, lastSlotMs: null, releaseMs: null };
  const through = around.through + ids.length;
  return { ...next, releaseMs: nextLookMs(next, { ...around, through }) };
}

/** What one process saw of an endpoint since it last told. */
export interface OutcomeTally {
  endpointId: string;
  breaker: CircuitBreaker;
  /** One for each attempt. `startedMs` by the clock of the process. */
  outcomes: { startedMs: number; failed: boolean }[];
  /** How the probe went, if it was ours. `unknown`: it says nothing about the endpoint. */
  probe: { deliveryId: string; health: 'healthy' | 'failing' | 'unknown' } | null;
}

/** The gate after these outcomes. Only the probe moves a circuit that is not closed: others began before it opened. */
export function afterOutcomes(gate: Gate, tally: OutcomeTally, around: Now): Gate {
  const { nowMs } = around;
  const { breaker, probe } = tally;
  if (gate.circuit === 'half_open' && probe?.deliveryId === gate.probeDeliveryId) {
    if (probe.health === 'healthy') return close(gate, around);
    if (probe.health === 'failing') return open(gate, breaker, nowMs);
    return { ...gate, probeDeliveryId: null, releaseMs: gate.releaseMs === null ? null : nowMs };
  }
  if (gate.circuit !== 'closed') return gate;
  const isOver = nowMs >= gate.windowStartedMs + breaker.windowSeconds * 1_000;
  const { closedMs } = gate;
  const outcomes = tally.outcomes.filter(({ startedMs }) => closedMs === null || startedMs >= closedMs);
  const attempts = (isOver ? 0 : gate.attempts) + outcomes.length;
  const failures = (isOver ? 0 : gate.failures) + outcomes.filter(({ failed }) => failed).length;
  const windowStartedMs = isOver ? nowMs : gate.windowStartedMs;
  const counted = { ...gate, windowStartedMs, attempts, failures };
  const fails = attempts >= breaker.minimumAttempts && failures >= attempts * breaker.failureRate;
  return fails ? open(counted, breaker, nowMs) : counted;
}

function open(gate: Gate, { openSeconds }: CircuitBreaker, nowMs: number): Gate {
  const openUntilMs = nowMs + openSeconds * 1_000;
  const releaseMs = gate.releaseMs === null ? null : openUntilMs;
  return { ...gate, circuit: 'open', openUntilMs, probeDeliveryId: null, releaseMs };
}

const close = (gate: Gate, { nowMs, perSecond }: Now): Gate => ({
  ...gate,
  circuit: 'closed',
  openUntilMs: null,
  probeDeliveryId: null,
  windowStartedMs: nowMs,
  closedMs: nowMs,
  attempts: 0,
  failures: 0,
  nextSlotMs: Math.min(gate.nextSlotMs, nowMs + stepMs(perSecond)),
  releaseMs: gate.releaseMs === null ? null : nowMs,
});

/** Without a circuit that was switched off, and without a probe that ended and told nothing. */
function settle(gate: Gate, around: Surroundings): Gate {
  const { breakerEnabled, probeIsOpen } = around;
  if (!breakerEnabled && gate.circuit !== 'closed') return close(gate, around);
  return gate.probeDeliveryId === null || probeIsOpen ? gate : { ...gate, probeDeliveryId: null };
}

function mayGo(gate: Gate, around: Surroundings, { id, mark }: Candidate): boolean {
  if (gate.circuit !== 'closed' && isShut(gate, around.nowMs) && gate.probeDeliveryId !== id) return false;
  if (mark === 'admitted') return true;
  if (around.concurrency !== null && around.through >= around.concurrency) return false;
  if (gate.circuit !== 'closed') return true;
  // Who came first goes first.
  return gate.releaseMs === null && (around.perSecond === null || gate.nextSlotMs <= around.nowMs);
}

/** Whether nothing but the probe gets through, if there is one. */
const isShut = (gate: Gate, nowMs: number): boolean =>
  gate.circuit === 'open' ? (gate.openUntilMs ?? 0) > nowMs : gate.probeDeliveryId !== null;

const asProbe = (gate: Gate, id: string): Gate =>
  gate.circuit === 'closed'
    ? gate
    : { ...gate, circuit: 'half_open', openUntilMs: null, probeDeliveryId: id };

const stepMs = (perSecond: number | null): number => (perSecond === null ? 0 : 1_000 / perSecond);

function freeSlots(gate: Gate, { nowMs, perSecond }: Surroundings): number {
  if (perSecond === null) return Number.POSITIVE_INFINITY;
  const fromMs = Math.max(gate.nextSlotMs, nowMs - CATCH_UP_MS);
  return fromMs > nowMs ? 0 : Math.floor(((nowMs - fromMs) * perSecond) / 1_000) + 1;
}

/** Slots that were missed while deliveries waited are made up for; those that nobody wanted are gone. */
function withSlotsTaken(gate: Gate, { nowMs, perSecond }: Surroundings, count: number): Gate {
  if (perSecond === null) return gate;
  const earliestMs = gate.releaseMs === null ? nowMs : nowMs - CATCH_UP_MS;
  const fromMs = Math.max(gate.nextSlotMs, earliestMs);
  const nextSlotMs = fromMs + count * stepMs(perSecond);
  // Probes need no slot. One after another would leave a slow pace waiting for hours once the circuit closes.
  const latestMs = gate.circuit === 'closed' ? nextSlotMs : nowMs + stepMs(perSecond);
  return { ...gate, nextSlotMs: Math.min(nextSlotMs, latestMs) };
}

/** When a delivery that is held now is expected to go: behind all that are held already. */
function expectedMs(gate: Gate, { nowMs, perSecond }: Surroundings): number {
  const freeMs = Math.max(gate.openUntilMs ?? nowMs, nowMs);
  const { lastSlotMs } = gate;
  if (perSecond === null) return Math.max(freeMs, lastSlotMs ?? 0);
  const afterLastMs = lastSlotMs === null ? gate.nextSlotMs : lastSlotMs + stepMs(perSecond);
  return Math.max(freeMs, afterLastMs);
}

function nextLookMs(gate: Gate, around: Surroundings): number {
  const { nowMs, concurrency, through } = around;
  if (gate.circuit === 'open') return gate.openUntilMs ?? nowMs;
  const isFull = gate.circuit === 'half_open' || (concurrency !== null && through >= concurrency);
  if (isFull) return nowMs + LOOK_AGAIN_MS;
  return around.perSecond === null ? nowMs : Math.max(gate.nextSlotMs, nowMs + TOGETHER_MS);
}
