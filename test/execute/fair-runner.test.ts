import { FairRunner } from '../../src/execute/fair-runner.ts';
import type { Job } from '../../src/execute/worker.ts';
import { FairSlots } from '../../src/runtime/fair-slots.ts';
import t from '../helpers/tap.ts';

/** A runner whose jobs go on until they are told to end. */
function open({ slots = 5, maxWaiting = 100 } = {}) {
  const under = new Map<string, () => void>();
  const waiting = new Map<string, number>();
  const begun: string[] = [];
  const held: string[] = [];
  const runner = new FairRunner({
    slots: new FairSlots({ slots, mayHaveMore: () => true }),
    run: ({ id }) => {
      begun.push(id);
      return new Promise((resolve) => under.set(id, resolve));
    },
    maxWaiting,
    onWaiting: (id, change) => waiting.set(id, (waiting.get(id) ?? 0) + change),
    onShareUsedUp: (id) => held.push(id),
  });
  let made = 0;
  const submit = (organizationId: string): boolean => {
    const job: Job = { kind: 'delivery', id: `${organizationId}${++made}`, run: 1, organizationId };
    return runner.tryRun(job) !== undefined || runner.enqueue(job);
  };
  const end = async (id: string) => {
    under.get(id)?.();
    await new Promise(setImmediate);
  };
  return { runner, submit, end, begun, held, waiting };
}

t.test('whoever has nothing under way goes first, however many of another wait', async (t) => {
  const { submit, end, begun, held, waiting } = open();
  for (let i = 0; i < 20; i++) submit('a');
  t.same(begun, ['a1', 'a2', 'a3', 'a4'], 'all but one');
  t.equal(held[0], 'a');
  t.equal(waiting.get('a'), 16);
  submit('b');
  t.equal(begun.at(-1), 'b21');
  submit('b');
  submit('c');
  t.equal(begun.length, 5, 'no slot is left');
  await end('a1');
  t.equal(begun.at(-1), 'c23');
  await end('a2');
  t.equal(begun.at(-1), 'c23', 'the last is for somebody who has none');
  await end('a3');
  t.equal(begun.at(-1), 'a5', 'in the order in which they came');
  await end('a4');
  t.equal(begun.at(-1), 'b22', 'by turns');
});

t.test('those who have equally many go by turns', async (t) => {
  const { submit, end, begun } = open({ slots: 1 });
  submit('x');
  for (let i = 0; i < 2; i++) for (const id of ['a', 'b']) submit(id);
  for (let i = 0; i < 4; i++) await end(begun.at(-1) ?? '');
  t.same(begun, ['x1', 'a2', 'b3', 'a4', 'b5']);
});

t.test('too many of one are refused, and the same job waits once', async (t) => {
  const { runner, submit, waiting } = open({ slots: 1, maxWaiting: 2 });
  t.same([submit('a'), submit('a'), submit('a'), submit('a')], [true, true, true, false]);
  t.ok(submit('b'), 'which is none of the others business');
  const again: Job = { kind: 'delivery', id: 'b5', run: 1, organizationId: 'b' };
  t.ok(runner.enqueue(again));
  t.equal(waiting.get('b'), 1);
});

t.test('once closed it begins nothing, and gives back what waited', async (t) => {
  const { runner, submit, end, begun, waiting } = open({ slots: 1 });
  for (let i = 0; i < 3; i++) submit('a');
  t.same(
    runner.close().map(({ id }) => id),
    ['a2', 'a3'],
  );
  t.equal(waiting.get('a'), 0);
  await end('a1');
  t.notOk(submit('a'));
  t.same(begun, ['a1']);
});
