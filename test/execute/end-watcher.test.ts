import { setImmediate as turn } from 'node:timers/promises';
import { EndWatcher } from '../../src/execute/end-watcher.ts';
import t from '../helpers/tap.ts';

const LONG_MS = 30_000;
const never = new AbortController().signal;

/** A watcher on executions that end when the test says so. */
function watch() {
  const ended = new Set<string>();
  const asked: string[][] = [];
  const errors: unknown[] = [];
  let fault: Error | null = null;
  const watcher = new EndWatcher({
    findEnded: async (ids) => {
      asked.push(ids);
      if (fault) throw fault;
      return ids.filter((id) => ended.has(id));
    },
    onError: (error) => {
      errors.push(error);
      fault = null;
    },
  });
  watcher.start();
  const breakOnce = (error: Error) => {
    fault = error;
  };
  return { watcher, ended, asked, errors, breakOnce };
}

t.test('everybody who waits is served by the same questions', async (t) => {
  const { watcher, ended, asked } = watch();
  const waits = ['a', 'b', 'b'].map((id) => watcher.waitForEnd(id, LONG_MS, never));
  const c = watcher.waitForEnd('c', LONG_MS, never);
  while (!asked.some((ids) => ids.length === 3)) await turn();
  t.ok(
    asked.every((ids) => new Set(ids).size === ids.length),
    'an id is asked for once',
  );
  ended.add('a').add('b');
  t.same(await Promise.all(waits), [true, true, true]);
  const before = asked.length;
  while (asked.length === before) await turn();
  t.same(asked.at(-1), ['c'], 'who has been served is not asked for again');
  ended.add('c');
  t.equal(await c, true);
  const questions = asked.length;
  await turn();
  await watcher.stop();
  t.equal(asked.length, questions, 'nobody waits, nothing is asked');
});

t.test('an execution that has ended already is seen at once', async (t) => {
  const { watcher, ended } = watch();
  ended.add('a');
  t.equal(await watcher.waitForEnd('a', LONG_MS, never), true);
  t.equal(await watcher.waitForEnd('a', LONG_MS, never), true, 'and the poller starts again');
  await watcher.stop();
});

t.test('time runs out, the client goes away', async (t) => {
  const { watcher } = watch();
  t.equal(await watcher.waitForEnd('a', 1, never), false);
  const client = new AbortController();
  const wait = watcher.waitForEnd('a', LONG_MS, client.signal);
  client.abort();
  t.equal(await wait, false);
  t.equal(await watcher.waitForEnd('a', LONG_MS, client.signal), false, 'gone before it began');
  await watcher.stop();
});

t.test('a database fault is reported and survived', async (t) => {
  const { watcher, ended, errors, breakOnce } = watch();
  const fault = new Error('connection lost');
  breakOnce(fault);
  ended.add('a');
  t.equal(await watcher.waitForEnd('a', LONG_MS, never), true);
  t.same(errors, [fault]);
  await watcher.stop();
});

t.test('stopping lets everybody go, and can be repeated', async (t) => {
  const { watcher, asked } = watch();
  const wait = watcher.waitForEnd('a', LONG_MS, never);
  while (asked.length === 0) await turn();
  await Promise.all([watcher.stop(), watcher.stop()]);
  t.equal(await wait, false);
  t.equal(await watcher.waitForEnd('a', LONG_MS, never), false);
  watcher.start();
  t.equal(await watcher.waitForEnd('a', 1, never), false);
  await watcher.stop();
});
