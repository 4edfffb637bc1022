import { createCached } from '../../src/n8n/cache.ts';
import t from '../helpers/tap.ts';

/** Loads that the test ends, one by one. */
function loads() {
  const ends: ((value: string) => void)[] = [];
  return { ends, load: () => new Promise<string>((resolve) => ends.push(resolve)) };
}

const HOUR = 3_600_000;

t.test('all who ask meanwhile share one load, and those after it its value', async (t) => {
  const { ends, load } = loads();
  const cached = createCached({ load, isWorthKeeping: () => true, maxAgeMs: HOUR });
  const asked = [cached.get(), cached.get(), cached.get()];
  t.equal(ends.length, 1);
  ends[0]?.('first');
  t.same(await Promise.all(asked), ['first', 'first', 'first']);
  t.equal(await cached.get(), 'first');
  t.equal(ends.length, 1);
});

t.test('what is too old, or not worth it, is loaded again', async (t) => {
  for (const options of [
    { isWorthKeeping: () => false, maxAgeMs: HOUR },
    { isWorthKeeping: () => true, maxAgeMs: 0 },
  ]) {
    let count = 0;
    const cached = createCached({ load: async () => String(++count), ...options });
    t.same([await cached.get(), await cached.get()], ['1', '2']);
  }
});

t.test('a load that began before a change is nobody’s afterwards', async (t) => {
  const { ends, load } = loads();
  const cached = createCached({ load, isWorthKeeping: () => true, maxAgeMs: HOUR });
  const before = cached.get();
  cached.invalidate();
  const after = cached.get();
  ends[1]?.('new');
  ends[0]?.('old');
  t.same(await Promise.all([before, after, cached.get()]), ['old', 'new', 'new']);
});

t.test('a load that fails is told to who waits, and forgotten', async (t) => {
  let count = 0;
  const load = async () => {
    if (++count === 1) throw new Error('once');
    return 'value';
  };
  const cached = createCached({ load, isWorthKeeping: () => true, maxAgeMs: HOUR });
  await t.rejects(cached.get(), { message: 'once' });
  t.equal(await cached.get(), 'value');
});
