import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import {
  createExpressions,
  type Evaluation,
  type ExpressionsOptions,
} from '../../../src/dispatch/expressions/expressions.ts';
import { moduleFor } from '../../helpers/checkout.ts';
import t, { type Test } from '../../helpers/tap.ts';

/** One process is enough for most, and shows best what others find after what came before. */
function start(t: Test, options: ExpressionsOptions = {}) {
  const expressions = createExpressions({ processes: 1, ...options });
  t.teardown(() => expressions.close());
  return {
    ...expressions,
    evaluate: (expression: string, input: unknown = {}, owner = 'a') =>
      expressions.evaluate(expression, JSON.stringify(input), owner),
  };
}

const shown = (evaluation: Evaluation) =>
  evaluation.status === 'evaluated' ? [evaluation.json, evaluation.truth] : evaluation.reason;

/** The ids of this process's evaluators. */
async function evaluators(): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, parent, ...args]) =>
        Number(parent) === process.pid && / \S*evaluator-process/.test(` ${args.join(' ')}`),
    )
    .map(([pid]) => Number(pid));
}

const STUCK = '$f := function($x) { $f($x) }; $f(1)';
const LOOP = `(${STUCK})`;
const BACKTRACKING = '$match($pad("", 40, "a") & "!", /^(a+)+$/)';
const BIG_STRING = `($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) };
  $uppercase($f("abcdefgh", 25)))`;
const BIG_ARRAY = '$split($pad("", 100000000, "a"), "")';

t.test('what expressions come to', async (t) => {
  const { evaluate } = start(t);
  const input = { body: { n: 5, items: [{ a: 1 }, { a: 2 }], text: 'é', big: 9007199254740991 } };
  const cases: [string, string | null, boolean][] = [
    ['body.n', '5', true],
    ['body.n > 9', 'false', false],
    ['body.items.a', '[1,2]', true],
    ['body.items[a=2]', '{"a":2}', true],
    ['body.none', null, false],
    ['0', '0', false],
    ['""', '""', false],
    ['[]', '[]', false],
    ['null', 'null', false],
    ['{ "x": body.big, "t": body.text }', '{"x":9007199254740991,"t":"é"}', true],
    ['$base64decode($base64encode("ab"))', '"ab"', true],
    ['$eval("1 + 1")', '2', true],
    ['$toMillis("2020-01-01")', '1577836800000', true],
    ['$sum', null, false],
    ['{ "f": $sum, "g": function($x) { $x }, "a": 1 }', '{"a":1}', true],
  ];
  for (const [expression, json, truth] of cases) {
    t.same(shown(await evaluate(expression, input)), [json, truth], expression);
  }
});

t.test("an expression's own faults", async (t) => {
  const { evaluate } = start(t);
  t.same(await evaluate('$error("no amount")'), {
    status: 'failed',
    reason: 'error',
    detail: 'no amount (at position 7)',
  });
  t.match(await evaluate('"a" + 1'), { reason: 'error', detail: /must evaluate to a number/ });
  t.match(await evaluate('body.'), { reason: 'error', detail: /Unexpected end/ });
  t.match(await evaluate('$unknown(1)'), { reason: 'error', detail: /non-function/ });
  t.match(await evaluate('($f := function($x) { 1 + $f($x) }; $f(1))'), { status: 'failed' });
  t.match(await evaluate('[1..10000000]'), { reason: 'error', detail: /sequence length/ });
  t.match(await evaluate('$pad("", 1073741824, "x")'), { status: 'failed' });
});

t.test('time: loops and regular expressions that backtrack', async (t) => {
  const { evaluate } = start(t, { limitMs: 200 });
  for (const expression of [LOOP, BACKTRACKING, '$map([1..900000], function($v) { $v & "" })']) {
    t.same(await evaluate(expression), {
      status: 'failed',
      reason: 'time',
      detail: 'It took longer than 200 ms.',
    });
    t.same(shown(await evaluate('1')), ['1', true], 'the next one is evaluated');
  }
  t.equal((await evaluators()).length, 1, 'by the same process');
});

t.test('memory: a process that runs out of it is replaced', async (t) => {
  const { evaluate } = start(t, { limitMs: 20_000 });
  for (const expression of [BIG_STRING, BIG_ARRAY]) {
    t.same(shown(await evaluate('1')), ['1', true]);
    const [before] = await evaluators();
    t.same(await evaluate(expression), {
      status: 'failed',
      reason: 'memory',
      detail: 'It needed more than 64 MiB.',
    });
    t.same(shown(await evaluate('1')), ['1', true]);
    t.not((await evaluators())[0], before);
  }
});

t.test('the size of the result', async (t) => {
  const { evaluate } = start(t, { maxResultBytes: 1_000 });
  t.same(shown(await evaluate('$pad("", 998, "x")')), [`"${'x'.repeat(998)}"`, true]);
  t.equal(shown(await evaluate('$pad("", 999, "x")')), 'size');
  t.equal(shown(await evaluate('$pad("", 500, "é")')), 'size', 'in bytes');
});

t.test('no way out, and no way to others', async (t) => {
  const { evaluate } = start(t);
  const input = JSON.parse('{"a":1,"__proto__":{"p":1},"constructor":{"prototype":{"p":1}}}') as object;
  for (const expression of [
    '$merge([{ "__proto__": { "p": 1 } }, $])',
    '$ ~> |$|{ "__proto__": { "p": 1 }, "constructor": { "prototype": { "p": 1 } } }|',
    '$each($, function($v, $k) { { $k: $v } })',
    '{ "__proto__": { "p": 1 } }',
    '$lookup($sum, "constructor")',
    '$eval("process")',
    '$eval("globalThis.process.env")',
    '$string.constructor("return process")()',
  ]) {
    await evaluate(expression, input);
    for (const name of ['p', 'process', 'globalThis', 'window', 'toString', '$.constructor']) {
      t.same(shown(await evaluate(`{ "n": 1 }.(${name})`)), [null, false], `${name} after ${expression}`);
    }
  }
  t.equal(({} as { p?: number }).p, undefined);
});

t.test('an evaluator knows nothing of our environment', async (t) => {
  const { evaluate } = start(t);
  await evaluate('1');
  const [pid] = await evaluators();
  const files = await readdir('/proc').catch(() => []);
  if (files.length === 0) return t.comment('there is no /proc here');
  const names = (await readFile(`/proc/${pid}/environ`, 'utf8'))
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => line.split('=')[0]);
  // The channel to us, and what the test runner gives to every process that is forked.
  const given = /^(NODE_CHANNEL_|NODE_OPTIONS$|_TAPJS_)/;
  t.same(
    names.filter((name) => !given.test(name ?? '')),
    [],
  );
});

t.test('fifty behind a stuck one come through, and the event loop turns meanwhile', async (t) => {
  const { evaluate } = start(t, { limitMs: 1_000 });
  await evaluate('1');
  let turns = 0;
  let isDone = false;
  const turn = () => {
    turns++;
    if (!isDone) setImmediate(turn);
  };
  turn();
  const stuck = evaluate(BACKTRACKING);
  const others = await Promise.all(
    Array.from({ length: 50 }, (_, i) => evaluate('body.i + 1', { body: { i } })),
  );
  isDone = true;
  t.equal(shown(await stuck), 'time');
  t.same(
    others.map(shown),
    others.map((_, i) => [String(i + 1), true]),
  );
  t.ok(turns > 50, `${turns} turns`);
});

t.test('slow ones stand back, and only a few of them wait', async (t) => {
  const { evaluate } = start(t, { limitMs: 300 });
  t.equal(shown(await evaluate(LOOP)), 'time');
  const ended: string[] = [];
  const note = async (name: string, evaluation: Promise<Evaluation>) => {
    const result = shown(await evaluation);
    ended.push(name);
    return result;
  };
  const slow = Array.from({ length: 10 }, () => note('slow', evaluate(LOOP)));
  const quick = Array.from({ length: 3 }, () => note('quick', evaluate('1')));
  await Promise.all(quick);
  t.ok(ended.filter((name) => name === 'slow').length <= 2, 'the one under way, and the one refused');
  const results = await Promise.all(slow);
  t.equal(results.filter((result) => result === 'time').length, 9);
  t.equal(results.filter((result) => result === 'unavailable').length, 1);
});

t.test('one that takes long, and no longer than it may, stands back too', async (t) => {
  // Far apart: on a busy machine a little processor time takes long by the clock.
  const { evaluate } = start(t, { limitMs: 60_000, slowMs: 200 });
  await evaluate('1');
  const long = (n: number) => `$count($map([1..${n}], function($v) { $v * 2 }))`;
  /** How many of three slow ones are done when three quick ones, which came after them, are. */
  const before = async (size: number): Promise<number> => {
    let done = 0;
    const slow = Array.from({ length: 3 }, async () => {
      await evaluate(long(size));
      done++;
    });
    await Promise.all(Array.from({ length: 3 }, () => evaluate('1')));
    const found = done;
    await Promise.all(slow);
    return found;
  };
  // Twice as long each time, until it takes what makes one slow, on whatever machine this is.
  let size = 10_000;
  let found = 3;
  while (found > 1 && shown(await evaluate(long(size)))[0] === String(size)) {
    found = await before(size);
    size *= 2;
  }
  t.ok(found <= 1, `${found} were done: the one under way, and no other`);
});

/** As a service shares them out, where one owner has used up its time at once. */
const shares = (spent: Set<string>, maxWaiting = 500) => ({
  spend: (owner: string) => void spent.add(owner),
  isSpent: (owner: string) => spent.has(owner),
  maxWaiting: () => maxWaiting,
  onRefused() {},
  onOpen() {},
});

t.test('many slow ones of one owner keep another waiting for one of them at the most', async (t) => {
  const { evaluate } = start(t, { processes: 2, limitMs: 300, shares: shares(new Set(['a'])) });
  await evaluate('1', {}, 'b');
  let done = 0;
  // Each another expression: that they are slow is not known before.
  const slow = Array.from({ length: 12 }, async (_, n) => {
    await evaluate(`${LOOP} & "${n}"`, {}, 'a');
    done++;
  });
  for (let n = 0; n < 5; n++) t.same(shown(await evaluate('1 + 1', {}, 'b')), ['2', true]);
  t.ok(done <= 1, `${done} of the slow ones were done by then`);
  await Promise.all(slow);
});

t.test('only so many of one owner wait, and another is not turned away for it', async (t) => {
  const { evaluate } = start(t, { limitMs: 300, shares: shares(new Set(), 3) });
  const all = Array.from({ length: 6 }, (_, n) => evaluate(`"${n}"`, {}, 'a'));
  t.same(shown(await evaluate('1', {}, 'b')), ['1', true]);
  const ends = (await Promise.all(all)).map(shown);
  t.equal(ends.filter((end) => end === 'unavailable').length, 2, 'one is evaluated, three wait');
});

t.test('an evaluator that somebody kills is replaced, and nothing is lost', async (t) => {
  const { evaluate } = start(t);
  await evaluate('1');
  const [idle] = await evaluators();
  process.kill(idle ?? 0, 'SIGKILL');
  t.same(shown(await evaluate('2')), ['2', true], 'while it was idle');
  const running = evaluate(LOOP);
  const [busy] = await evaluators();
  process.kill(busy ?? 0, 'SIGKILL');
  t.equal(shown(await running), 'time', 'while it was not: evaluated by another');
});

t.test('nothing is started before it is needed, and closing ends everything', async (t) => {
  const { evaluate, close } = start(t, { limitMs: 60_000, processes: 2 });
  t.same(await evaluators(), []);
  t.same(shown(await evaluate('1')), ['1', true]);
  const open = [evaluate(LOOP), evaluate(BACKTRACKING), evaluate('1')];
  await close();
  for (const evaluation of [...open, evaluate('1')]) {
    t.match(await evaluation, { status: 'failed', reason: 'unavailable', detail: /shutting down/ });
  }
  t.same(await evaluators(), []);
});

t.test('an idle evaluator does not keep a process alive', async (t) => {
  const { url, nodeArguments } = moduleFor('src/dispatch/expressions/expressions.ts');
  const script = `const { createExpressions } = await import(${JSON.stringify(url)});
    const { json } = await createExpressions().evaluate('1 + 1', '{}'); console.log(json);`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...nodeArguments, '--input-type=module', '--eval', script],
    { timeout: 60_000 },
  );
  t.equal(stdout.trim(), '2');
});
