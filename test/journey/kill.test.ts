import { killUnderLoad } from '../fault/killing.ts';
import t from '../helpers/tap.ts';

// Once, with few senders; ten times, with many: test/fault/kill.test.ts.
t.test('the service and its Postgres killed under load: nothing that was acknowledged is lost', (t) =>
  killUnderLoad(t, { kills: 1, senders: 10, held: 2 }),
);
