import { createTestDatabase } from '../../helpers/postgres.ts';
import t, { type Test } from '../../helpers/tap.ts';

t.test('a database that nobody drops', async (t) => {
  const careless = { teardown: () => undefined } as unknown as Test;
  await createTestDatabase(careless);
  t.pass('it is there');
});
