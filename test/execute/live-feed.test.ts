import { LiveFeed } from '../../src/execute/live-feed.ts';
import type { RecordedTransition } from '../../src/store/transitions.ts';
import t from '../helpers/tap.ts';

const T0 = Date.parse('2026-01-15T09:00:00Z');
const ORGANIZATION = 'organization a';

/** A feed on transitions in memory, in a time that the test makes pass. */
function setUp() {
  let now = T0;
  const stored: RecordedTransition[] = [];
  const spans: number[] = [];
  const feed = new LiveFeed({
    databaseTime: async () => new Date(now),
    findTransitions: async ({ organizationIds, since, until }) => {
      spans.push(now - since.getTime());
      return stored.filter(
        ({ at, organizationId }) => organizationIds.includes(organizationId) && at >= since && at < until,
      );
    },
  });
  const pass = (ms: number) => {
    now += ms;
  };
  /** Becomes visible now, and bears a time that is this much earlier. */
  const commit = (executionId: string, agoMs = 0, given: Partial<RecordedTransition> = {}) => {
    const transition: RecordedTransition = {
      executionId,
      workflowId: 'workflow',
      organizationId: ORGANIZATION,
      seq: 1,
      from: 'queued',
      to: 'running',
      run: 1,
      outcome: null,
      at: new Date(now - agoMs),
      ...given,
    };
    stored.push(transition);
  };
  const listen = (organizationId = ORGANIZATION, workflowId: string | null = null) => {
    const heard: string[] = [];
    const arrays: unknown[] = [];
    const stop = feed.add({
      organizationId,
      workflowId,
      since: new Date(now),
      onTransitions: (news) => {
        arrays.push(news);
        heard.push(...news.map(({ executionId }) => executionId));
      },
    });
    return { heard, arrays, stop };
  };
  return { feed, pass, commit, listen, spans };
}

t.test('each is told once, to whoever listens', async (t) => {
  const { feed, pass, commit, listen } = setUp();
  const [one, same, stranger] = [listen(), listen(), listen('organization b')];
  const narrow = listen(ORGANIZATION, 'another workflow');
  pass(250);
  commit('a');
  commit('b', 0, { organizationId: 'organization b' });
  commit('c', 0, { workflowId: 'another workflow' });
  for (let n = 0; n < 3; n++) {
    await feed.look();
    pass(250);
  }
  t.same(one.heard, ['a', 'c']);
  t.same(stranger.heard, ['b']);
  t.same(narrow.heard, ['c']);
  t.equal(one.arrays[0], same.arrays[0], 'written out only once');
});

t.test('what was before is no news, whoever listened then', async (t) => {
  const { feed, pass, commit, listen } = setUp();
  commit('before', 100);
  const first = listen();
  pass(250);
  commit('a');
  await feed.look();
  pass(250);
  const second = listen();
  const stranger = listen('organization b');
  commit('b', 300, { organizationId: 'organization b' });
  pass(250);
  commit('c');
  await feed.look();
  t.same(first.heard, ['a', 'c']);
  t.same(second.heard, ['c']);
  t.same(stranger.heard, []);
});

t.test('a commit that took long is told late, and not twice', async (t) => {
  const { feed, pass, commit, listen } = setUp();
  const { heard } = listen();
  for (let n = 0; n < 120; n++) {
    pass(250);
    if (n === 60) commit('short', 900);
    if (n === 80) commit('long', 9_000);
    await feed.look();
  }
  t.same(heard, ['short', 'long']);
});

t.test('what was missed is caught up with in pieces', async (t) => {
  const { feed, pass, commit, listen } = setUp();
  const { heard } = listen();
  const expected = Array.from({ length: 100 }, (_, n) => `${n}`);
  for (const id of expected) {
    pass(1_000);
    commit(id);
  }
  await feed.look();
  t.ok(heard.length > 20 && heard.length < 40, 'a piece');
  for (let n = 0; n < 5; n++) await feed.look();
  t.same(heard, expected);
});

t.test('a fault loses nothing', async (t) => {
  let away = true;
  const at = new Date(T0 + 1_000);
  const feed = new LiveFeed({
    databaseTime: async () => new Date(T0 + 60_000),
    findTransitions: async ({ since, until }) => {
      if (away) throw new Error('connection lost');
      return at >= since && at < until
        ? [
            {
              executionId: 'a',
              workflowId: 'w',
              organizationId: 'o',
              seq: 1,
              from: null,
              to: 'running',
              run: 1,
              outcome: null,
              at,
            },
          ]
        : [];
    },
  });
  let heard = 0;
  feed.add({
    organizationId: 'o',
    workflowId: null,
    since: new Date(T0),
    onTransitions: (news) => (heard += news.length),
  });
  await t.rejects(feed.look(), /connection lost/);
  away = false;
  await feed.look();
  t.equal(heard, 1);
});

t.test('nobody listens, nothing is asked', async (t) => {
  const { feed, listen, spans } = setUp();
  await feed.look();
  const { stop } = listen();
  t.equal(feed.isWanted, true);
  stop();
  t.equal(feed.isWanted, false);
  await feed.look();
  t.same(spans, []);
});
