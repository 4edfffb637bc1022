import { FairQueue } from '../../src/runtime/fair-queue.ts';
import t from '../helpers/tap.ts';

const first = () => 0;

/** Takes one after the other, each charged as much as it costs. */
function takeAll(queue: FairQueue<string>, costOf: (item: string) => number): string[] {
  const order: string[] = [];
  for (let item = queue.take(first); item !== undefined; item = queue.take(first)) {
    order.push(item);
    queue.charge(item.charAt(0), costOf(item));
  }
  return order;
}

t.test('one of each in turn, where all cost the same', async (t) => {
  const queue = new FairQueue<string>();
  for (const item of ['a1', 'a2', 'a3']) queue.push('a', item);
  for (const item of ['b1', 'b2']) queue.push('b', item);
  t.equal(queue.used('a'), 3);
  t.same(
    takeAll(queue, () => 1),
    ['a1', 'b1', 'a2', 'b2', 'a3'],
  );
  t.same([...queue.keys()], []);
});

t.test('by what they cost, not by how many there are', async (t) => {
  const queue = new FairQueue<string>();
  for (let n = 0; n < 3; n++) queue.push('a', `a${n}`);
  for (let n = 0; n < 20; n++) queue.push('b', `b${n}`);
  const order = takeAll(queue, (item) => (item.startsWith('a') ? 10 : 1));
  t.equal(order.indexOf('a1'), 11, 'ten of the cheap ones for one that is ten times as dear');
});

t.test('what was not used is not saved up', async (t) => {
  const queue = new FairQueue<string>();
  for (let n = 0; n < 100; n++) queue.push('a', `a${n}`);
  for (let n = 0; n < 50; n++) {
    queue.take(first);
    queue.charge('a', 1);
  }
  for (let n = 0; n < 10; n++) queue.push('b', `b${n}`);
  const order = takeAll(queue, () => 1).slice(0, 6);
  t.equal(order.filter((item) => item.startsWith('a')).length, 3);
});

t.test('who may have nothing now is passed over, and keeps their place', async (t) => {
  const queue = new FairQueue<string>();
  queue.push('a', 'a1');
  queue.push('b', 'b1');
  t.equal(
    queue.take((_items, owner) => (owner === 'a' ? -1 : 0)),
    'b1',
  );
  t.equal(
    queue.take(() => -1),
    undefined,
  );
  t.same(queue.drain(), ['a1']);
  t.equal(queue.take(first), undefined);
});

t.test('those who have not been there for long are forgotten', async (t) => {
  const queue = new FairQueue<string>();
  queue.charge('old', 1_000);
  for (let n = 0; n < 10_001; n++) queue.charge(`another ${n}`, 1);
  queue.push('another 10000', 'x');
  queue.push('old', 'y');
  t.same([queue.take(first), queue.take(first)], ['y', 'x'], 'as if it had never been there');
});
