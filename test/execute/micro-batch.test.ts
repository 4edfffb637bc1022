import { MicroBatch } from '../../src/execute/micro-batch.ts';
import t from '../helpers/tap.ts';

/** A batch that doubles; calls wait until the test lets them go. */
function doubling({ fails = () => null as Error | null, maxInputs = 100 } = {}) {
  const calls: number[][] = [];
  const gates: (() => void)[] = [];
  const batch = new MicroBatch<number, number>(async (inputs) => {
    calls.push(inputs);
    await new Promise<void>((resolve) => gates.push(resolve));
    const error = fails();
    if (error && inputs.includes(13)) throw error;
    return inputs.map((input) => input * 2);
  }, maxInputs);
  const letGo = async () => {
    while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve));
    gates.shift()?.();
  };
  return { batch, calls, letGo };
}

const fault = (code: string) => Object.assign(new Error(code), { code });

t.test('calls join while an earlier one is under way, and each gets its own answer', async (t) => {
  const { batch, calls, letGo } = doubling();
  const first = [batch.submit(1), batch.submit(2)];
  while (calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const second = [batch.submit(3), batch.submit(4)];
  await letGo();
  await letGo();
  t.same(await Promise.all([...first, ...second]), [2, 4, 6, 8]);
  t.same(calls, [
    [1, 2],
    [3, 4],
  ]);
  const third = batch.submit(5);
  await letGo();
  t.equal(await third, 10, 'it goes on after it was idle');
});

t.test('a call has a bounded number of inputs', async (t) => {
  const { batch, calls, letGo } = doubling({ maxInputs: 2 });
  const answers = [1, 2, 3, 4, 5].map((input) => batch.submit(input));
  for (let n = 0; n < 3; n++) await letGo();
  t.same(await Promise.all(answers), [2, 4, 6, 8, 10]);
  t.same(calls, [[1, 2], [3, 4], [5]]);
});

t.test('one that the database refuses as data fails alone', async (t) => {
  const { batch, calls, letGo } = doubling({ fails: () => fault('22003') });
  const answers = [1, 13, 2].map((input) => batch.submit(input));
  const settled = Promise.allSettled(answers);
  for (let n = 0; n < 4; n++) await letGo();
  t.match(await settled, [
    { status: 'fulfilled', value: 2 },
    { status: 'rejected', reason: { code: '22003' } },
    { status: 'fulfilled', value: 4 },
  ]);
  t.same(calls, [[1, 13, 2], [1], [13], [2]]);
});

t.test('any other failure is that of all, and of no later one', async (t) => {
  let error: Error | null = fault('57P01');
  const { batch, calls, letGo } = doubling({ fails: () => error });
  const settled = Promise.allSettled([batch.submit(13), batch.submit(1)]);
  await letGo();
  t.match(await settled, [
    { status: 'rejected', reason: { code: '57P01' } },
    { status: 'rejected', reason: { code: '57P01' } },
  ]);
  error = null;
  const again = batch.submit(13);
  await letGo();
  t.equal(await again, 26);
  t.equal(calls.length, 2);
});
