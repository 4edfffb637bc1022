import fc from 'fast-check';
import { openTestDatabase } from '../helpers/database.ts';
import { fuzzRuns } from '../helpers/fuzz.ts';
import t from '../helpers/tap.ts';
import { storeSide } from './sync-store.ts';
import { operations, World } from './sync-world.ts';

// The rules alone, in many more histories: sync-model.test.ts.
for (const policy of ['last_write_wins', 'manual'] as const) {
  t.test(`${policy}: on Postgres too, both sides come to the same`, async (t) => {
    const { db } = await openTestDatabase(t);
    await fc.assert(
      fc.asyncProperty(operations(25), async (history) => {
        const ours = await storeSide(db, policy);
        try {
          await new World(ours, policy).run(history);
        } finally {
          await ours.close();
        }
      }),
      { numRuns: fuzzRuns(25), endOnFailure: true },
    );
    t.pass('all histories');
  });
}
