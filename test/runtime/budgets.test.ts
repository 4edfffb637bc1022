import { DEFAULT_LIMITS } from '../../src/domain/budgets.ts';
import { Budgets, EVERYBODY } from '../../src/runtime/budgets.ts';
import t from '../helpers/tap.ts';

const limits = { ...DEFAULT_LIMITS, diagnosis_ms: 10 };
const diagnosis = <T extends { budget: string }>(uses: T[]) =>
  uses.find(({ budget }) => budget === 'diagnosis_ms');

t.test('a rate is filled up again, up to its burst', async (t) => {
  let now = 0;
  const budgets = new Budgets({ limits, now: () => now });
  const rate = budgets.rate('diagnosis_ms');
  t.equal(budgets.rate('diagnosis_ms'), rate, 'all who ask share it');
  t.ok(rate.tryTake('a', 100));
  t.notOk(rate.tryTake('a'), 'the burst of ten seconds is gone');
  t.ok(rate.tryTake('b'), 'another has their own');
  now = 1_000;
  t.equal(rate.used('a'), 90);
  t.ok(rate.tryTake('a', 50), 'what has begun may end');
  t.equal(rate.used('a'), 140);
  t.equal(rate.secondsUntilLeft('a'), 4);
  now = 100_000;
  t.equal(rate.used('a'), 0);
  t.match(diagnosis(budgets.totals()), { budget: 'diagnosis_ms', used: 0, refused: 1 });
});

t.test('an organization can have a limit of its own, which can change', async (t) => {
  let own: number | undefined = 1_000;
  const budgets = new Budgets({
    limits,
    ownLimits: (id) => (id === 'a' && own !== undefined ? { diagnosis_ms: own } : undefined),
    now: () => 0,
  });
  const rate = budgets.rate('diagnosis_ms');
  rate.spend('a', 5_000);
  t.ok(rate.isLeft('a'));
  own = undefined;
  t.notOk(rate.isLeft('a'), 'what is owed stays owed');
  t.equal(budgets.limit('diagnosis_ms', 'a'), 10);
  t.match(diagnosis(budgets.ofOrganization('a')), { limit: 10, used: 5_000, refused: 1 });
});

t.test('so many at the same time', async (t) => {
  const budgets = new Budgets({ limits: { ...limits, diagnosis_ms: 2 } });
  const slots = budgets.concurrent('diagnosis_ms');
  const one = slots.take('a');
  t.ok(one);
  t.ok(slots.take('a'));
  t.equal(slots.take('a'), null);
  t.ok(slots.take('b'));
  one?.();
  one?.();
  t.equal(slots.used('a'), 1, 'it is given back once');
  t.ok(slots.take('c', 5), 'who has nothing gets what they ask for');
  t.same(budgets.organizations(), ['a', 'b', 'c']);
  t.match(diagnosis(budgets.totals()), { used: 7, refused: 1 });
});

t.test('who was turned away is known for a while', async (t) => {
  const budgets = new Budgets({ limits });
  budgets.refused('diagnosis_ms', EVERYBODY);
  budgets.refused('diagnosis_ms', 'a');
  budgets.refused('diagnosis_ms', 'a');
  t.match(diagnosis(budgets.ofOrganization('a')), { refused: 2 });
  t.match(diagnosis(budgets.ofOrganization('b')), { refused: 0 });
});

t.test('what grows bit by bit', async (t) => {
  const held = new Budgets({ limits }).concurrent('diagnosis_ms');
  t.ok(held.grow('a', 8, 0));
  t.ok(held.grow('a', 8, 8), 'who is the only one gets more than there is');
  t.notOk(held.grow('a', 1, 0), 'but nobody beside it');
  t.equal(held.used('a'), 16);
  held.giveBack('a', 16);
  t.same([...held.keys()], []);
  t.ok(held.grow('a', 4, 0));
  t.ok(held.grow('a', 6, 0));
  t.notOk(held.grow('a', 1, 4));
});
