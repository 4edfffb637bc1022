import { DEFAULT_CIRCUIT_BREAKER } from '../../src/domain/circuit-breaker.ts';
import {
  admit,
  afterOutcomes,
  afterRelease,
  allow,
  type Candidate,
  type Gate,
  type OutcomeTally,
  type Surroundings,
} from '../../src/store/gate-rules.ts';
import t from '../helpers/tap.ts';

const GATE: Gate = {
  endpointId: 'e',
  circuit: 'closed',
  openUntilMs: null,
  probeDeliveryId: null,
  windowStartedMs: 0,
  closedMs: null,
  attempts: 0,
  failures: 0,
  nextSlotMs: 0,
  lastSlotMs: null,
  releaseMs: null,
};
const AROUND: Surroundings = {
  nowMs: 100_000,
  perSecond: null,
  concurrency: null,
  breakerEnabled: true,
  through: 0,
  admitted: 0,
  probeIsOpen: false,
};
const fresh = (...ids: string[]): Candidate[] => ids.map((id) => ({ id, mark: 'new' }));
const tally = (attempts: number, failures: number, probe: OutcomeTally['probe'] = null): OutcomeTally => ({
  endpointId: 'e',
  breaker: DEFAULT_CIRCUIT_BREAKER,
  outcomes: Array.from({ length: attempts }, (_, i) => ({ startedMs: 0, failed: i < failures })),
  probe,
});

t.test('slots are evenly spread, whatever comes at once, and never saved up', async (t) => {
  const around = { ...AROUND, perSecond: 10 };
  const { gate, through, held } = admit(GATE, around, fresh('a', 'b', 'c'));
  t.same(through, ['a']);
  t.same(held, [
    { id: 'b', dueMs: 100_100 },
    { id: 'c', dueMs: 100_200 },
  ]);
  t.match(gate, { nextSlotMs: 100_100, lastSlotMs: 100_200, releaseMs: 100_100 });
});

t.test('however late each look is, the pace comes out', async (t) => {
  let gate = admit(GATE, { ...AROUND, perSecond: 50 }, fresh(...Array.from({ length: 500 }, String))).gate;
  let sent = 1;
  let nowMs = AROUND.nowMs;
  for (let look = 0; sent < 500; look += 1) {
    nowMs += 20 + ((look * 37) % 300);
    const around = { ...AROUND, nowMs, perSecond: 50 };
    const allowance = allow(gate, around);
    const ids = Array.from({ length: Math.min(allowance.count, 500 - sent) }, String);
    sent += ids.length;
    gate = afterRelease(allowance, around, { ids, more: sent < 500 });
  }
  const seconds = (nowMs - AROUND.nowMs) / 1_000;
  t.ok(seconds >= 9.9 && seconds < 10.5, `500 at 50 per second took ${seconds} s`);
  t.match(gate, { releaseMs: null, lastSlotMs: null });
});

t.test('what was admitted has its slot and its place; what was lost goes on', async (t) => {
  const full = { ...AROUND, perSecond: 1, concurrency: 2, through: 2, admitted: 1 };
  const gate = { ...GATE, nextSlotMs: 200_000, releaseMs: 150_000 };
  const {
    through,
    held,
    gate: after,
  } = admit(gate, full, [
    { id: 'admitted', mark: 'admitted' },
    { id: 'lost', mark: 'lost' },
    { id: 'new', mark: 'new' },
  ]);
  t.same(through, ['admitted', 'lost']);
  t.same(
    held.map(({ id }) => id),
    ['new'],
  );
  t.equal(after.nextSlotMs, 201_000, 'a resend takes a slot');
});

t.test('a queue that stands still does not end in a rush', async (t) => {
  const gate = { ...GATE, releaseMs: 0 };
  t.equal(allow(gate, { ...AROUND, perSecond: 5 }).count, 5);
  t.equal(allow(gate, { ...AROUND, perSecond: 5, through: 5, admitted: 5 }).count, 0);
  t.equal(allow(gate, { ...AROUND, perSecond: 0.1 }).count, 1);
});

t.test('it opens at the rate, with enough attempts, within the window', async (t) => {
  const at = (gate: Gate, counted: OutcomeTally, nowMs = 1_000) =>
    afterOutcomes(gate, counted, { nowMs, perSecond: null });
  t.equal(at(GATE, tally(19, 19)).circuit, 'closed', 'too few to say');
  t.equal(at(GATE, tally(20, 9)).circuit, 'closed', 'too few of them');
  t.match(at(GATE, tally(20, 10)), { circuit: 'open', openUntilMs: 31_000 });
  const half = at(GATE, tally(10, 10));
  t.equal(at(half, tally(10, 10), 59_999).circuit, 'open');
  t.match(at(half, tally(10, 10), 60_000), { circuit: 'closed', attempts: 10 }, 'another window');
});

t.test('only its probe moves a circuit that is not closed', async (t) => {
  const halfOpen: Gate = { ...GATE, circuit: 'half_open', probeDeliveryId: 'p', releaseMs: 5 };
  const now = { nowMs: 1_000, perSecond: null };
  t.same(afterOutcomes(halfOpen, tally(50, 50), now), halfOpen);
  const other = { deliveryId: 'q', health: 'healthy' as const };
  t.same(afterOutcomes(halfOpen, tally(1, 0, other), now), halfOpen);
  const of = (health: 'healthy' | 'failing' | 'unknown') =>
    afterOutcomes(halfOpen, tally(1, 0, { deliveryId: 'p', health }), now);
  t.match(of('healthy'), { circuit: 'closed', attempts: 0, failures: 0, releaseMs: 1_000 });
  t.match(of('failing'), { circuit: 'open', openUntilMs: 31_000, releaseMs: 31_000 });
  t.match(of('unknown'), { circuit: 'half_open', probeDeliveryId: null, releaseMs: 1_000 });
});

t.test('a circuit whose time is over lets one through, which need not have waited', async (t) => {
  const open: Gate = { ...GATE, circuit: 'open', openUntilMs: 99_999 };
  const { gate, through, held } = admit(open, AROUND, fresh('a', 'b'));
  t.same(through, ['a']);
  t.same(
    held.map(({ id }) => id),
    ['b'],
  );
  t.match(gate, { circuit: 'half_open', probeDeliveryId: 'a', openUntilMs: null });
  t.same(admit(gate, { ...AROUND, probeIsOpen: true }, fresh('c')).through, []);
  t.same(admit(gate, AROUND, fresh('c')).through, ['c'], 'the probe came to an end and told nothing');
});

t.test('a breaker that is switched off closes', async (t) => {
  const open: Gate = { ...GATE, circuit: 'open', openUntilMs: 200_000, releaseMs: 200_000 };
  const allowance = allow(open, { ...AROUND, breakerEnabled: false });
  t.match(allowance, { gate: { circuit: 'closed', releaseMs: AROUND.nowMs }, probe: false });
  t.ok(allowance.count > 1);
});

t.test('what began before the circuit closed is not counted after it', async (t) => {
  const now = { nowMs: 100_000, perSecond: null };
  const closed: Gate = { ...GATE, windowStartedMs: 90_000, closedMs: 50_000 };
  const began = (startedMs: number): OutcomeTally => ({
    ...tally(0, 0),
    outcomes: Array.from({ length: 20 }, () => ({ startedMs, failed: true })),
  });
  t.match(afterOutcomes(closed, began(49_999), now), { circuit: 'closed', attempts: 0, failures: 0 });
  t.match(afterOutcomes(closed, began(50_000), now), { circuit: 'open' }, 'the window may have begun later');
  const halfOpen: Gate = { ...GATE, circuit: 'half_open', probeDeliveryId: 'p' };
  const probe = { deliveryId: 'p', health: 'healthy' as const };
  t.match(afterOutcomes(halfOpen, tally(1, 0, probe), now), { circuit: 'closed', closedMs: 100_000 });
});

t.test('probes do not use up the slots of a slow pace', async (t) => {
  const around = { ...AROUND, perSecond: 0.01 };
  let gate: Gate = { ...GATE, circuit: 'open', openUntilMs: 0, nextSlotMs: 150_000, releaseMs: 0 };
  for (const id of ['a', 'b', 'c']) {
    gate = afterRelease(allow(gate, around), around, { ids: [id], more: true });
    t.match(gate, { circuit: 'half_open', probeDeliveryId: id, nextSlotMs: 200_000 });
    gate = { ...gate, probeDeliveryId: null };
  }
  const late: Gate = { ...gate, probeDeliveryId: 'p', nextSlotMs: 9_000_000 };
  const healthy = tally(1, 0, { deliveryId: 'p', health: 'healthy' });
  t.match(afterOutcomes(late, healthy, around), { circuit: 'closed', nextSlotMs: 200_000 });
  t.match(allow(late, { ...around, breakerEnabled: false }), { gate: { nextSlotMs: 200_000 } });
});
