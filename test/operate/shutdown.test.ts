import { type Phase, shutDown } from '../../src/operate/shutdown.ts';
import t from '../helpers/tap.ts';

/** Runs the phases and tells what happened. */
async function run(phases: Phase[], limitMs: number) {
  const outcomes: string[] = [];
  const errors: [string, unknown][] = [];
  await shutDown(phases, limitMs, {
    onPhase: (phase, { timedOut }) => outcomes.push(`${phase} ${timedOut ? 'timed out' : 'done'}`),
    onError: (phase, error) => errors.push([phase, error]),
  });
  return { outcomes, errors };
}

const never = () => new Promise<never>(() => undefined);

t.test('one after the other', async (t) => {
  const order: string[] = [];
  const phase = (name: string): Phase => ({
    name,
    async run() {
      order.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} ends`);
    },
  });
  const { outcomes } = await run([phase('a'), phase('b')], 60_000);
  t.same(order, ['a begins', 'a ends', 'b begins', 'b ends']);
  t.same(outcomes, ['a done', 'b done']);
});

t.test('one that never ends, throws or rejects keeps no other from running', async (t) => {
  const thrown = new Error('at once');
  const rejected = new Error('later');
  let last = false;
  const { outcomes, errors } = await run(
    [
      { name: 'hangs', share: 0.1, run: never },
      {
        name: 'throws',
        run: () => {
          throw thrown;
        },
      },
      { name: 'rejects', run: () => Promise.reject(rejected) },
      {
        name: 'last',
        run: async () => {
          last = true;
        },
      },
    ],
    2_000,
  );
  t.ok(last);
  t.same(outcomes, ['hangs timed out', 'throws done', 'rejects done', 'last done']);
  t.same(errors, [
    ['throws', thrown],
    ['rejects', rejected],
  ]);
});

t.test('a phase is told its share of the whole, and no more than is left', async (t) => {
  const told: number[] = [];
  const phase = (share?: number): Phase => ({
    name: 'x',
    ...(share !== undefined && { share }),
    run: async (limitMs) => void told.push(limitMs),
  });
  await run([phase(0.25), phase()], 60_000);
  t.equal(told[0], 15_000);
  t.ok((told[1] ?? 0) > 30_000 && (told[1] ?? 0) <= 60_000);
});

t.test('even when the time is used up there is enough to close a socket', async (t) => {
  let told = 0;
  const { outcomes } = await run(
    [
      { name: 'hangs', run: never },
      {
        name: 'last',
        run: async (limitMs) => {
          told = limitMs;
          await new Promise((resolve) => setImmediate(resolve));
        },
      },
    ],
    1,
  );
  t.same(outcomes, ['hangs timed out', 'last done']);
  t.ok(told >= 100);
});
