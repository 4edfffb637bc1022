import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { createLoop, jittered } from '../../src/queue/loop.ts';
import t from '../helpers/tap.ts';

function createRounds(answers: (number | Error)[]) {
  const rounds = new PassThrough({ objectMode: true });
  const lines: string[] = [];
  const log = {
    info: (_: object, line: string) => lines.push(`info ${line}`),
    warn: (_: object, line: string) => lines.push(`warn ${line}`),
    error: (_: object, line: string) => lines.push(`error ${line}`),
  };
  let count = 0;
  const round = async () => {
    const answer = answers[count] ?? 3_600_000;
    count += 1;
    rounds.write({ count });
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const loop = createLoop({ round, subject: 'rounds', log });
  const until = async (n: number) => {
    while (count < n) await once(rounds, 'data');
  };
  return { loop, lines, until, count: () => count };
}

t.test('a round follows the other, until it stops', async (t) => {
  const { loop, until, count } = createRounds([0, 0, 1, 0]);
  loop.start();
  loop.start();
  await until(5);
  await loop.stop();
  await loop.stop();
  t.equal(count(), 5, 'the fifth has an hour to wait, which stopping cuts short');
  loop.start();
  await until(6);
  await loop.stop();
});

t.test('the next round can be hastened', async (t) => {
  const { loop, until, count } = createRounds([3_600_000, 3_600_000]);
  loop.start();
  await until(1);
  loop.hasten(1);
  await until(2);
  await loop.stop();
  t.equal(count(), 2);
});

t.test('a round that fails is said once, and so is its end', async (t) => {
  const { loop, lines, until } = createRounds([new Error('gone'), new Error('gone'), 0, 0]);
  loop.start();
  for (let n = 1; n <= 4; n += 1) {
    await until(n);
    loop.hasten(0);
  }
  await until(5);
  await loop.stop();
  t.match(lines, [/ rounds\.unavailable$/, / rounds\.recovered$/]);
  t.equal(lines.length, 2);
});

t.test('what is jittered is about as long as it was', async (t) => {
  const values = Array.from({ length: 200 }, () => jittered(100));
  t.ok(values.every((value) => value >= 75 && value <= 125));
  t.ok(new Set(values).size > 100);
});
