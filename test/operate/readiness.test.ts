import { createReadiness, type ReadinessPorts } from '../../src/operate/readiness.ts';
import t from '../helpers/tap.ts';

const never = () => new Promise<never>(() => undefined);
const fails = () => Promise.reject(new Error('password of the database: secret'));

const readiness = (overrides: Partial<ReadinessPorts> = {}) =>
  createReadiness({
    role: 'all',
    pendingMigrations: async () => [],
    oldestDueSeconds: async () => 0,
    queue: async () => ({ healthy: true, kind: 'redis' }),
    shuttingDown: () => false,
    ...overrides,
  })();

t.test('everything is well', async (t) => {
  t.same(await readiness(), {
    status: 'ok',
    checks: { database: { status: 'ok' }, queue: { status: 'ok' }, work: { status: 'ok' } },
  });
});

const CASES: [string, Partial<ReadinessPorts>, string, string, RegExp][] = [
  ['Postgres is down', { pendingMigrations: fails }, 'unready', 'database', /Postgres does not answer/],
  ['Postgres hangs', { pendingMigrations: never }, 'unready', 'database', /Postgres does not answer/],
  [
    'migrations are missing',
    { pendingMigrations: async () => ['0009_more'] },
    'unready',
    'database',
    /0009_more.*npm run migrate/,
  ],
  [
    'the queue is down',
    { queue: async () => ({ healthy: false, kind: 'redis' }) },
    'degraded',
    'queue',
    /redis.*still accepted/,
  ],
  ['work stands still', { oldestDueSeconds: async () => 61.4 }, 'degraded', 'work', /waited for 61 s/],
  [
    'work stands still where nothing else is done',
    { oldestDueSeconds: async () => 61.4, role: 'worker' },
    'unready',
    'work',
    /waited for 61 s/,
  ],
  ['nobody knows about work', { oldestDueSeconds: fails }, 'degraded', 'work', /not known/],
  ['the process stops', { shuttingDown: () => true }, 'unready', 'shutdown', /shutting down/],
];

for (const [name, overrides, status, check, detail] of CASES) {
  t.test(`${name}: ${status}`, async (t) => {
    const found = await readiness(overrides);
    t.equal(found.status, status);
    t.match(found.checks[check], { status, detail });
    t.notOk(JSON.stringify(found).includes('secret'));
    const others = Object.entries(found.checks).filter(([other]) => other !== check);
    t.ok(others.every(([, { status: other }]) => other === 'ok'));
  });
}

t.test('work that is a little late is no finding, and the worst finding counts', async (t) => {
  t.equal((await readiness({ oldestDueSeconds: async () => 59 })).status, 'ok');
  const found = await readiness({
    queue: async () => ({ healthy: false, kind: 'redis' }),
    pendingMigrations: fails,
  });
  t.equal(found.status, 'unready');
});

t.test('asked by many, it looks once a second, and tells at once that it stops', async (t) => {
  let looks = 0;
  let now = 0;
  let stopping = false;
  const ask = createReadiness(
    {
      role: 'all',
      pendingMigrations: async () => {
        looks++;
        return [];
      },
      oldestDueSeconds: async () => 0,
      queue: async () => ({ healthy: true, kind: 'redis' }),
      shuttingDown: () => stopping,
    },
    () => now,
  );
  const askers = () => Promise.all(Array.from({ length: 80 }, ask));
  t.ok((await askers()).every(({ status }) => status === 'ok'));
  now = 999;
  await askers();
  t.equal(looks, 1);
  stopping = true;
  t.equal((await ask()).status, 'unready');
  stopping = false;
  t.equal((await ask()).status, 'ok');
  now = 1_000;
  await askers();
  t.equal(looks, 2);
});

t.test('a database that hangs is not asked again until it answers', async (t) => {
  const asked: ((pending: string[]) => void)[] = [];
  let now = 0;
  const ask = createReadiness(
    {
      role: 'all',
      pendingMigrations: () => new Promise((resolve) => asked.push(resolve)),
      oldestDueSeconds: async () => 0,
      queue: async () => ({ healthy: true, kind: 'redis' }),
      shuttingDown: () => false,
    },
    () => now,
  );
  t.equal((await ask()).status, 'unready');
  now = 5_000;
  t.equal((await ask()).status, 'unready');
  t.equal(asked.length, 1);
  asked[0]?.([]);
  await new Promise(setImmediate);
  now = 10_000;
  const answer = ask();
  asked[1]?.([]);
  t.equal((await answer).status, 'ok');
});
