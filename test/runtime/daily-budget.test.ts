import { DailyBudget } from '../../src/runtime/daily-budget.ts';
import t from '../helpers/tap.ts';

const DAY_MS = 86_400_000;

function daily(limit = 100) {
  const time = { now: 10 * DAY_MS + 1_000 };
  const warned: unknown[] = [];
  const refused: string[] = [];
  const budget = new DailyBudget({
    limit: () => limit,
    onRefused: (key) => refused.push(key),
    onNearlyUsedUp: (...warning) => warned.push(warning),
    now: () => time.now,
  });
  return { budget, time, warned, refused };
}

t.test('from midnight to midnight', async (t) => {
  const { budget, time, warned, refused } = daily();
  budget.spend('a', 79);
  t.same(warned, []);
  budget.spend('a', 10);
  budget.spend('a', 20);
  t.same(warned, [['a', 89, 100]], 'somebody is told once');
  t.notOk(budget.isLeft('a'), 'what had begun was paid for');
  t.ok(budget.isLeft('b'));
  t.same(refused, ['a']);
  t.equal(budget.secondsUntilLeft(), 86_399);
  time.now = 11 * DAY_MS;
  t.ok(budget.isLeft('a'));
  t.equal(budget.used('a'), 0);
  budget.spend('a', 90);
  t.equal(warned.length, 2, 'and again the next day');
});

t.test('what is written down, and what others have written', async (t) => {
  const { budget, time } = daily();
  budget.spend('a', 10);
  const first = budget.takeUnwritten();
  t.same(first, [{ day: 10, amounts: new Map([['a', 10]]) }]);
  t.same(budget.takeUnwritten(), []);
  budget.spend('a', 5);
  budget.know(10, new Map([['a', 60]]));
  t.equal(budget.used('a'), 65, 'with what is not written yet');
  budget.putBack(first);
  t.same(budget.takeUnwritten(), [{ day: 10, amounts: new Map([['a', 15]]) }]);
  budget.spend('a', 7);
  time.now += DAY_MS;
  budget.spend('a', 3);
  budget.know(10, new Map([['a', 99]]));
  t.equal(budget.used('a'), 3, 'yesterday is over');
  const both = budget.takeUnwritten();
  t.same(
    both.map(({ day, amounts }) => [day, amounts.get('a')]),
    [
      [10, 7],
      [11, 3],
    ],
  );
  budget.putBack(both);
  t.equal(budget.takeUnwritten().length, 2);
});
