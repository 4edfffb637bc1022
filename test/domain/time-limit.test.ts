import { within } from '../../src/domain/time-limit.ts';
import t from '../helpers/tap.ts';

function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

t.test('what ends in time has its value, and what it throws is thrown', async (t) => {
  t.same(
    within(1_000, () => 7),
    { inTime: true, value: 7 },
  );
  t.throws(
    () =>
      within(1_000, () => {
        throw new RangeError('deep');
      }),
    { message: 'deep' },
  );
});

t.test('what keeps the processor is cut off', async (t) => {
  let runs = 0;
  const result = within(100, () => {
    runs += 1;
    spin(60_000);
  });
  t.same(result, { inTime: false });
  t.ok(runs <= 4, `${runs} runs: others may have had the processor in the meantime`);
});

t.test('time that passed without the processor does not count', async (t) => {
  let runs = 0;
  const result = within(100, () => {
    runs += 1;
    // The processor is given away, as the system does with it when there is more to do than it has processors.
    if (runs === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
    return 'innocent';
  });
  t.same(result, { inTime: true, value: 'innocent' });
  t.equal(runs, 2);
});
