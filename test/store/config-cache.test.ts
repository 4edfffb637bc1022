import { ConfigCache } from '../../src/store/config-cache.ts';
import t from '../helpers/tap.ts';

/** A cache over a database whose answers come when the test gives them. */
function openCache({ maxEntries = 100 } = {}) {
  const state = { fresh: true };
  const loads: { key: string; answer: (value: string | null) => void; fail: (error: Error) => void }[] = [];
  const cache = new ConfigCache<string>({
    load: (key) =>
      new Promise((resolve, reject) => {
        loads.push({ key, answer: resolve, fail: reject });
      }),
    isFresh: () => state.fresh,
    maxEntries,
  });
  /** Gets a key, answering the load that this causes. */
  const fill = async (key: string, value: string | null) => {
    const got = cache.get(key);
    loads.at(-1)?.answer(value);
    return got;
  };
  return { cache, loads, state, fill };
}

t.test('what was loaded is remembered, and so is that there is nothing', async (t) => {
  const { cache, loads, fill } = openCache();
  t.equal(cache.peek('a'), undefined);
  t.equal(await fill('a', 'A'), 'A');
  t.equal(await fill('b', null), null);
  t.equal(await cache.get('a'), 'A');
  t.equal(await cache.get('b'), null);
  t.same([cache.peek('a'), cache.peek('b')], ['A', null]);
  t.equal(loads.length, 2);
});

t.test('those who ask at once share a load', async (t) => {
  const { cache, loads } = openCache();
  const gets = [cache.get('a'), cache.get('a'), cache.get('a')];
  loads[0]?.answer('A');
  t.same(await Promise.all(gets), ['A', 'A', 'A']);
  t.equal(loads.length, 1);
});

t.test('an invalidation empties that entry', async (t) => {
  const { cache, loads, fill } = openCache();
  await fill('a', 'A');
  await fill('b', 'B');
  cache.invalidate('a');
  t.same([cache.peek('a'), cache.peek('b')], [undefined, 'B']);
  t.equal(await fill('a', 'A2'), 'A2');
  t.equal(loads.length, 3);
});

for (const how of ['invalidate', 'clear'] as const) {
  t.test(`${how} during a load: what it brings is not kept, and nobody new waits for it`, async (t) => {
    const { cache, loads, fill } = openCache();
    const early = cache.get('a');
    if (how === 'clear') cache.clear();
    else cache.invalidate('a');
    const late = cache.get('a');
    t.equal(loads.length, 2);
    loads[1]?.answer('new');
    t.equal(await late, 'new');
    loads[0]?.answer('old');
    t.equal(await early, 'old');
    t.equal(cache.peek('a'), 'new', 'the one that was overtaken does not win');
    const third = cache.get('b');
    cache.invalidate('b');
    loads[2]?.answer('old');
    await third;
    t.equal(cache.peek('b'), undefined);
    t.equal(await fill('b', 'new'), 'new');
  });
}

t.test('while changes are not heard nothing cached is used, and nothing is kept', async (t) => {
  const { cache, loads, state, fill } = openCache();
  await fill('a', 'A');
  state.fresh = false;
  t.equal(cache.peek('a'), undefined);
  t.equal(await fill('a', 'A2'), 'A2');
  t.equal(loads.length, 2);
  cache.clear();
  state.fresh = true;
  t.equal(cache.peek('a'), undefined, 'what was loaded in the dark is not trusted later');
});

t.test('a load that began before changes were heard is not kept', async (t) => {
  const { cache, loads, state } = openCache();
  state.fresh = false;
  const began = cache.get('a');
  state.fresh = true;
  loads[0]?.answer('A');
  t.equal(await began, 'A');
  t.equal(cache.peek('a'), undefined);
});

t.test('a load that fails is nobody else’s failure later', async (t) => {
  const { cache, loads, fill } = openCache();
  const gets = [cache.get('a'), cache.get('a')];
  loads[0]?.fail(new Error('away'));
  for (const got of gets) await t.rejects(got, { message: 'away' });
  t.equal(await fill('a', 'A'), 'A');
});

t.test('ids of nothing are bounded, and push out nothing that is in use', async (t) => {
  const { cache, loads, fill } = openCache({ maxEntries: 10 });
  for (let n = 0; n < 10; n++) await fill(`known-${n}`, 'x');
  for (let n = 0; n < 1_000; n++) await fill(`guessed-${n}`, null);
  t.equal(loads.length, 1_010);
  for (let n = 0; n < 10; n++) t.equal(cache.peek(`known-${n}`), 'x');
  const remembered = Array.from({ length: 1_000 }, (_, n) => cache.peek(`guessed-${n}`)).filter(
    (value) => value === null,
  );
  t.equal(remembered.length, 10);
});
