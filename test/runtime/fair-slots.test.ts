import { FairSlots } from '../../src/runtime/fair-slots.ts';
import t from '../helpers/tap.ts';

/** Takes as many as it gets. */
function takeAll(slots: FairSlots, key: string): number {
  let taken = 0;
  while (slots.tryTake(key)) taken++;
  return taken;
}

const openSlots = (slots: number, most = Number.POSITIVE_INFINITY) => {
  const fair: FairSlots = new FairSlots({ slots, mayHaveMore: (key) => fair.used(key) < most });
  return fair;
};

t.test('one alone has four fifths, and the others find some', async (t) => {
  const slots = openSlots(50);
  t.equal(takeAll(slots, 'a'), 40);
  t.equal(takeAll(slots, 'b'), 8);
  t.equal(takeAll(slots, 'c'), 1);
  t.equal(slots.free, 1);
  t.equal(takeAll(slots, 'd'), 1);
  t.equal(takeAll(slots, 'e'), 0, 'until there are none');
  t.same([...slots.keys()], ['a', 'b', 'c', 'd']);
});

t.test('what is given back goes to those who have less', async (t) => {
  const slots = openSlots(50);
  takeAll(slots, 'a');
  takeAll(slots, 'b');
  for (let i = 0; i < 10; i++) slots.giveBack('a');
  t.equal(takeAll(slots, 'b'), 8);
  t.notOk(slots.tryTake('a'));
  for (let i = 0; i < 30; i++) slots.giveBack('a');
  t.same([slots.used('a'), [...slots.keys()]], [0, ['b']]);
});

t.test('where there are few, each gets one at least', async (t) => {
  t.equal(takeAll(openSlots(1), 'a'), 1);
  const two = openSlots(2);
  t.equal(takeAll(two, 'a'), 1);
  t.equal(takeAll(two, 'b'), 1);
});

t.test('nobody has more than their own limit', async (t) => {
  const slots = openSlots(50, 3);
  t.equal(takeAll(slots, 'a'), 3);
  t.equal(takeAll(slots, 'b'), 3);
});
