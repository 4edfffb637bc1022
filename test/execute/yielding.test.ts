import { yielding } from '../../src/execute/yielding.ts';
import t from '../helpers/tap.ts';

const job = {
  kind: 'execution',
  id: '01a200fe-bb32-70a8-8ea0-1cb415672224',
  run: 1,
  organizationId: '01a200fe-bb32-70a8-8ea0-1cb415672225',
} as const;

t.test('a job starts at once when the front door is quiet', async (t) => {
  let checks = 0;
  const handled: object[] = [];
  const handle = yielding(
    () => {
      checks++;
      return false;
    },
    async (given) => void handled.push(given),
  );
  await handle(job);
  t.same(handled, [job]);
  t.equal(checks, 1);
});

t.test('it waits while the front door is busy, and starts when that is over', async (t) => {
  let busyChecks = 3;
  let startedBusy = true;
  const handle = yielding(
    () => busyChecks-- > 0,
    async () => {
      startedBusy = busyChecks > 0;
    },
  );
  await handle(job);
  t.notOk(startedBusy);
});

t.test('it does not wait for ever', async (t) => {
  let handled = false;
  await yielding(
    () => true,
    async () => {
      handled = true;
    },
  )(job);
  t.ok(handled);
});

t.test('a failure of the job is passed on', async (t) => {
  const handle = yielding(
    () => false,
    () => Promise.reject(new Error('failed')),
  );
  await t.rejects(handle(job), { message: 'failed' });
});
