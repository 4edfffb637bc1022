import { sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import { createDailyUse } from '../../src/operate/daily-use.ts';
import { DailyBudget } from '../../src/runtime/daily-budget.ts';
import { addDailyUse, deleteOldDailyUse, loadDailyUse } from '../../src/store/daily-use.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/eventually.ts';
import t from '../helpers/tap.ts';

async function setUp(t: Parameters<typeof openTestDatabase>[0]) {
  const { db } = await openTestDatabase(t);
  const [a = '', b = ''] = [newId(), newId()];
  for (const id of [a, b]) {
    await sql`INSERT INTO organizations (id, name, slug) VALUES (${id}, 'Test', ${id})`.execute(db);
  }
  return { db, a, b };
}

t.test('amounts add up, by organization and day', async (t) => {
  const { db, a, b } = await setUp(t);
  const add = (...uses: [string, number, number][]) =>
    addDailyUse(
      db,
      'stored_bytes',
      uses.map(([organizationId, day, amount]) => ({ organizationId, day, amount })),
    );
  t.same(await add([a, 20_000, 5_000_000_000]), [{ organizationId: a, day: 20_000, amount: 5_000_000_000 }]);
  const totals = await add([b, 20_000, 1], [a, 20_000, 2], [a, 20_001, 3], [newId(), 20_000, 4]);
  t.same(
    totals.map(({ organizationId, day, amount }) => [organizationId === a ? 'a' : 'b', day, amount]).sort(),
    [
      ['a', 20_000, 5_000_000_002],
      ['a', 20_001, 3],
      ['b', 20_000, 1],
    ],
    'an organization that is gone is left out',
  );
  t.same(await loadDailyUse(db, 'stored_bytes', 20_001), new Map([[a, 3]]));
  t.same(await loadDailyUse(db, 'other', 20_001), new Map());
  t.equal(await deleteOldDailyUse(db), 3);
});

t.test('two processes know what both have used', async (t) => {
  const { db, a } = await setUp(t);
  const process = () => {
    const budget = new DailyBudget({
      limit: () => 100,
      onRefused: () => undefined,
      onNearlyUsedUp: () => undefined,
      now: Date.now,
    });
    const fail = (_fields: object, message: string) => void t.fail(message);
    const log = { info: () => undefined, warn: fail, error: fail };
    const writer = createDailyUse({
      budget,
      add: (uses) => addDailyUse(db, 'stored_bytes', uses),
      load: (day) => loadDailyUse(db, 'stored_bytes', day),
      log,
    });
    t.teardown(() => writer.close());
    return { budget, writer };
  };
  const [one, other] = [process(), process()];
  one.budget.spend(a, 40);
  await one.writer.close();
  // What was used before it began is read first.
  other.writer.start();
  await eventually('it is read', () => other.budget.used(a) === 40);
  other.budget.spend(a, 60);
  t.notOk(other.budget.isLeft(a));
  await other.writer.close();
  one.writer.start();
  await eventually('and told', () => !one.budget.isLeft(a));
});
