import fc from 'fast-check';
import {
  formatClock,
  isTooFarAhead,
  laterClock,
  MAX_AHEAD_MS,
  nextClock,
  ownOrigin,
  parseClock,
  tick,
} from '../../src/domain/sync-clock.ts';
import { fuzzRuns } from '../helpers/fuzz.ts';
import t from '../helpers/tap.ts';

const clock = fc.record({
  ms: fc.nat(10 ** 14),
  counter: fc.nat(999_999),
  origin: fc.stringMatching(/^[a-z0-9][a-z0-9._]{0,39}$/),
});

t.test('what is written is read as it was, and sorts as a text as it does as a clock', async (t) => {
  fc.assert(
    fc.property(clock, clock, (one, other) => {
      t.same(parseClock(formatClock(one)), one);
      const later =
        one.ms - other.ms ||
        one.counter - other.counter ||
        (one.origin > other.origin ? 1 : one.origin < other.origin ? -1 : 0);
      const [a, b] = [formatClock(one), formatClock(other)];
      return Math.sign(later) === (a > b ? 1 : a < b ? -1 : 0);
    }),
    { numRuns: fuzzRuns(300) },
  );
});

t.test('whatever the clock on the wall does, the next one is later', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1_000, max: 1_005 }), { maxLength: 40 }), (walls) => {
      let last: string | null = null;
      for (const now of walls) {
        const next = tick(last, now, 'own');
        if (last !== null && next <= last) return false;
        last = next;
      }
      return true;
    }),
  );
  t.equal(tick(null, 5, 'own'), '000000000000005-000000-own');
  t.equal(
    tick('000000000000005-999999-own', 3, 'own'),
    '000000000000006-000000-own',
    'a counter that is full',
  );
  t.equal(tick('000000000000009-000003-zz', 3, 'own'), '000000000000009-000004-own', 'after one that came');
  t.equal(nextClock('000000000000005-999999-own'), '000000000000006-000000-own');
  t.throws(() => nextClock('x'));
});

t.test('what is no clock is none', async (t) => {
  for (const text of [
    '',
    '1',
    '000000000000005-000000-',
    '000000000000005-000000-A',
    ' 000000000000005-000000-a',
    '000000000000005-000000-a\n',
    '00000000000005-000000-a',
  ])
    t.equal(parseClock(text), null, JSON.stringify(text));
  t.equal(laterClock(null, 'a'), 'a');
  t.equal(laterClock('b', 'a'), 'b');
  t.equal(ownOrigin('01991d03-5b1a-7c60-8f2e-6a4d9e0b7c35'), 'hookgate.9e0b7c35');
  t.not(parseClock(tick(null, 1, ownOrigin('01991d03-5b1a-7c60-8f2e-6a4d9e0b7c35'))), null);
  t.equal(isTooFarAhead(1_000 + MAX_AHEAD_MS, 1_000), false);
  t.equal(isTooFarAhead(1_001 + MAX_AHEAD_MS, 1_000), true);
});
