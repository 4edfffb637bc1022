import { type EndTurn, NoTurnError, Turns } from '../../src/runtime/turns.ts';
import t from '../helpers/tap.ts';

const LONG = 60_000;

/** Those who have their turn, in that order. */
function record(turns: Turns) {
  const order: string[] = [];
  const ends = new Map<string, EndTurn>();
  const ask = (key: string, name: string) =>
    turns.take(key).then((end) => {
      order.push(name);
      ends.set(name, end);
    });
  return { order, ask, end: (name: string) => ends.get(name)?.() };
}

/** What follows from a turn is done. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

t.test('whose turn it is goes round, whoever asks most', async (t) => {
  const { order, ask, end } = record(new Turns({ places: 1, waitMs: LONG, maxWaiting: 10 }));
  const all = [
    ask('a', 'a1'),
    ask('a', 'a2'),
    ask('a', 'a3'),
    ask('b', 'b1'),
    ask('c', 'c1'),
    ask('b', 'b2'),
  ];
  for (const name of ['a1', 'a2', 'b1', 'c1', 'a3', 'b2']) {
    await settled();
    t.equal(order.at(-1), name);
    end(name);
    end(name);
  }
  await Promise.all(all);
});

t.test('nobody gets the last place who has all the others', async (t) => {
  const { order, ask, end } = record(new Turns({ places: 3, waitMs: LONG, maxWaiting: 10 }));
  const all = [ask('a', 'a1'), ask('a', 'a2'), ask('a', 'a3'), ask('b', 'b1')];
  await settled();
  t.same(order, ['a1', 'a2', 'b1']);
  end('b1');
  await settled();
  t.same(order, ['a1', 'a2', 'b1'], 'it is free for others still');
  end('a1');
  await Promise.all(all);
  t.same(order, ['a1', 'a2', 'b1', 'a3']);
});

t.test('the wait is bounded, in its length and in how many wait', async (t) => {
  const turns = new Turns({ places: 1, waitMs: 20, maxWaiting: 1 });
  const end = await turns.take('a');
  const late = turns.take('b');
  await t.rejects(turns.take('b'), NoTurnError, 'one more than may wait');
  await t.rejects(late, NoTurnError);
  end();
  (await turns.take('c'))();
});
