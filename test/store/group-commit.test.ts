import { NotSentError } from '../../src/store/faults.ts';
import { GroupCommit, type GroupCommitOptions } from '../../src/store/group-commit.ts';
import t from '../helpers/tap.ts';

interface Gate {
  items: string[];
  /** `left`: those that need another write. */
  commit: (left?: string[]) => void;
  fail: (error: unknown) => void;
}

/** A writer whose batches end when the test says so. */
function gatedWriter() {
  const gates: Gate[] = [];
  const arrivals: ((gate: Gate) => void)[] = [];
  const write = (items: string[]) =>
    new Promise<string[]>((written, fail) => {
      const gate: Gate = { items, commit: (left = []) => written(left), fail };
      const waiting = arrivals.shift();
      if (waiting) waiting(gate);
      else gates.push(gate);
    });
  const next = (): Promise<Gate> => {
    const gate = gates.shift();
    return gate ? Promise.resolve(gate) : new Promise((resolve) => arrivals.push(resolve));
  };
  return { write, next };
}

function group(options: Partial<GroupCommitOptions<string>> & Pick<GroupCommitOptions<string>, 'write'>) {
  const late: string[] = [];
  const commit = new GroupCommit<string>({
    onLate: (items) => late.push(...items),
    sizeOf: (item) => item.length,
    maxRows: 100,
    maxBytes: 1_000,
    maxWaitingRows: 1_000,
    maxWaitingBytes: 10_000,
    deadlineMs: 30_000,
    concurrency: 1,
    ...options,
  });
  return { commit, late };
}

const sqlError = (code: string) => Object.assign(new Error(code), { code });

t.test('what arrives while a batch is under way shares the next one', async (t) => {
  const { write, next } = gatedWriter();
  const { commit } = group({ write });
  const first = commit.submit('a');
  const gate = await next();
  t.same(gate.items, ['a'], 'a lone request waits for nobody');
  const others = ['b', 'c', 'd'].map((item) => commit.submit(item));
  gate.commit();
  t.equal(await first, 'committed');
  const second = await next();
  t.same(second.items, ['b', 'c', 'd']);
  second.commit();
  t.same(await Promise.all(others), ['committed', 'committed', 'committed']);
  t.same(commit.waiting, { rows: 0, bytes: 0 });
});

t.test('a batch is bounded in rows and in bytes', async (t) => {
  const { write, next } = gatedWriter();
  const { commit } = group({ write, maxRows: 2, maxBytes: 10 });
  const answers = ['a', 'b', 'c', 'x'.repeat(9), 'yy'].map((item) => commit.submit(item));
  const sizes: number[] = [];
  for (let seen = 0; seen < 5; ) {
    const gate = await next();
    sizes.push(gate.items.length);
    seen += gate.items.length;
    gate.commit();
  }
  t.same(sizes, [2, 2, 1]);
  t.same(await Promise.all(answers), Array(5).fill('committed'));
});

t.test('who cannot wait for the deadline of all is answered sooner', async (t) => {
  const { write, next } = gatedWriter();
  const { commit } = group({ write });
  const hurried = commit.submit('hurried', 10);
  const patient = commit.submit('patient');
  const gate = await next();
  // Long before the deadline of all, half a minute, and while nobody knows what became of it.
  t.equal(await Promise.race([hurried, patient]), 'unconfirmed');
  t.equal(await hurried, 'unconfirmed');
  gate.commit();
  t.equal(await patient, 'committed');
});

t.test(
  'beyond the waiting limits the answer is overloaded, and what was taken is still committed',
  async (t) => {
    const { write, next } = gatedWriter();
    const { commit } = group({ write, maxWaitingBytes: 10 });
    const first = commit.submit('12345');
    const gate = await next();
    const second = commit.submit('6789');
    t.equal(await commit.submit('too much'), 'overloaded');
    gate.commit();
    (await next()).commit();
    t.same(await Promise.all([first, second]), ['committed', 'committed']);
    const alone = commit.submit('larger than the limit');
    (await next()).commit();
    t.equal(await alone, 'committed', 'a large one passes when nothing else waits');
  },
);

t.test('no more rows wait than may', async (t) => {
  const { write, next } = gatedWriter();
  const { commit } = group({ write, maxWaitingRows: 2 });
  const first = commit.submit('a');
  const gate = await next();
  const waiting = [commit.submit('b'), commit.submit('c')];
  const refused = commit.submit('d');
  gate.commit();
  (await next()).commit();
  t.same(await Promise.all([first, ...waiting, refused]), [
    'committed',
    'committed',
    'committed',
    'overloaded',
  ]);
});

t.test('what needs another write gets it, and nobody else waits for that', async (t) => {
  const { write, next } = gatedWriter();
  const { commit } = group({ write });
  const answers = ['a', 'b', 'c', 'd'].map((item) => commit.submit(item));
  (await next()).commit(['b', 'd']);
  t.same(await Promise.all([answers[0], answers[2]]), ['committed', 'committed']);
  t.same(commit.waiting.rows, 2);
  const second = await next();
  t.same(second.items, ['b', 'd']);
  second.fail(new Error('Connection terminated unexpectedly'));
  const third = await next();
  t.same(third.items, ['b', 'd'], 'again, without what is stored');
  third.commit(['d']);
  t.equal(await answers[1], 'committed');
  (await next()).commit();
  t.equal(await answers[3], 'committed');
  t.same(commit.waiting, { rows: 0, bytes: 0 });
});

t.test('a write that never ends its items does not go on after their deadline', async (t) => {
  const { commit, late } = group({ write: async (items) => items, deadlineMs: 60 });
  t.equal(await commit.submit('a'), 'not_stored');
  await commit.flush();
  t.same(late, []);
});

t.test('a data fault is narrowed down to the row that has it', async (t) => {
  const written: string[] = [];
  const { commit } = group({
    write: async (items) => {
      if (items.includes('bad')) throw sqlError('22021');
      written.push(...items);
      return [];
    },
  });
  const items = ['a', 'b', 'bad', 'c', 'd', 'e', 'f'];
  const answers = await Promise.all(items.map((item) => commit.submit(item)));
  t.same(answers, ['committed', 'committed', 'rejected', 'committed', 'committed', 'committed', 'committed']);
  t.same(written.sort(), ['a', 'b', 'c', 'd', 'e', 'f']);
});

t.test('after a lost connection the identical batch is written again', async (t) => {
  const { write, next } = gatedWriter();
  const { commit } = group({ write });
  const answer = commit.submit('a');
  (await next()).fail(new Error('Connection terminated unexpectedly'));
  const again = await next();
  t.same(again.items, ['a']);
  again.commit();
  t.equal(await answer, 'committed');
});

t.test('at the deadline: certain when nothing left, unknown when a verdict is missing', async (t) => {
  await t.test('no connection: not stored', async (t) => {
    const { commit, late } = group({
      write: () => Promise.reject(new NotSentError('refused')),
      deadlineMs: 60,
    });
    t.equal(await commit.submit('a'), 'not_stored');
    t.same(late, []);
  });
  await t.test('a refusal by the server is a verdict', async (t) => {
    const { commit } = group({ write: () => Promise.reject(sqlError('53300')), deadlineMs: 60 });
    t.equal(await commit.submit('a'), 'not_stored');
  });
  await t.test('a session terminated around its commit is not', async (t) => {
    const { commit, late } = group({ write: () => Promise.reject(sqlError('57P01')), deadlineMs: 60 });
    t.equal(await commit.submit('a'), 'unconfirmed');
    await commit.flush();
    t.same(late, ['a']);
  });
  await t.test('a write that hangs', async (t) => {
    const { write, next } = gatedWriter();
    const { commit, late } = group({ write, deadlineMs: 60 });
    const hanging = commit.submit('a');
    const gate = await next();
    const behind = commit.submit('b');
    t.equal(await hanging, 'unconfirmed');
    t.equal(await behind, 'not_stored', 'what waits behind it never left');
    t.same(late, [], 'not late before its fate is known');
    gate.commit();
    await commit.flush();
    t.same(late, ['a'], 'it got in after all, and that is reported');
  });
});

t.test('flush waits for everything that was submitted', async (t) => {
  const { write, next } = gatedWriter();
  const { commit } = group({ write });
  let flushed = false;
  const answers = [commit.submit('a')];
  const gate = await next();
  answers.push(commit.submit('b'));
  const flush = commit.flush().then(() => {
    flushed = true;
  });
  gate.commit();
  const last = await next();
  t.notOk(flushed);
  last.commit();
  await flush;
  t.same(await Promise.all(answers), ['committed', 'committed']);
});
