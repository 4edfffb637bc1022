import { startMaintenance } from '../../src/operate/maintenance.ts';
import t from '../helpers/tap.ts';

t.test('every task runs at once, whatever becomes of the one before', async (t) => {
  const done: [string, number][] = [];
  const errors: [string, unknown][] = [];
  const error = new Error('away');
  let last: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    last = resolve;
  });
  const maintenance = startMaintenance({
    tasks: [
      { name: 'fails', run: () => Promise.reject(error) },
      { name: 'works', run: async () => 3 },
    ],
    onDone: (task, count) => {
      done.push([task, count]);
      last();
    },
    onError: (task, thrown) => errors.push([task, thrown]),
  });
  await finished;
  await maintenance.stop();
  t.same(done, [['works', 3]]);
  t.same(errors, [['fails', error]]);
});

t.test('stopping waits for the task under way and starts no other', async (t) => {
  const steps: string[] = [];
  let finish: () => void = () => undefined;
  const maintenance = startMaintenance({
    tasks: [
      {
        name: 'first',
        run: async () => {
          await new Promise<void>((resolve) => {
            finish = resolve;
          });
          steps.push('first');
          return 0;
        },
      },
      { name: 'second', run: async () => steps.push('second') },
    ],
    onDone: () => undefined,
    onError: (_task, error) => t.fail(String(error)),
  });
  const stopped = maintenance.stop().then(() => steps.push('stopped'));
  finish();
  await stopped;
  t.same(steps, ['first', 'stopped']);
});

t.test('it comes round again as often as asked for', async (t) => {
  let rounds = 0;
  let enough: () => void = () => undefined;
  const third = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const maintenance = startMaintenance({
    tasks: [{ name: 'often', run: async () => rounds++ }],
    intervalMs: 1,
    onDone: (_task, count) => count === 2 && enough(),
    onError: (_task, error) => t.fail(String(error)),
  });
  await third;
  await maintenance.stop();
  t.ok(rounds >= 3);
});
