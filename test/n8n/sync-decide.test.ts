import { type Current, decide, type Incoming } from '../../src/n8n/sync/decide.ts';
import t from '../helpers/tap.ts';

const NONE = { isOpen: false, kept: new Set<string>() };
const current = (more: Partial<Current> = {}): Current => ({
  content: { n: 1 },
  version: 3,
  clock: '5-a',
  localVersion: 3,
  remoteClock: '4-b',
  ...more,
});
const incoming = (more: Partial<Incoming> = {}): Incoming => ({
  content: { n: 2 },
  clock: '6-b',
  baseVersion: null,
  ...more,
});
const said = (decision: ReturnType<typeof decide>) =>
  decision.action === 'ignore' ? decision.why : decision.action;

t.test('the last write wins', async (t) => {
  const ask = (change: Partial<Incoming>, there: Current | null = current()) =>
    said(decide(there, incoming(change), { policy: 'last_write_wins', dispute: NONE }));
  t.equal(ask({}, null), 'apply');
  t.equal(ask({}), 'apply');
  t.equal(ask({ content: null }), 'apply');
  t.equal(ask({ content: { n: 1 } }), 'apply', 'the same, but later: the clock counts');
  t.equal(ask({ clock: '5-a' }), 'duplicate');
  t.equal(ask({ clock: '4-z' }), 'stale');
  t.equal(ask({ clock: '5-b' }), 'apply', 'of the same time the greater origin');
  t.equal(ask({ clock: '4-b', baseVersion: 3 }), 'stale', 'whatever it was made to');
});

t.test('what did not know of ours is for somebody to decide', async (t) => {
  const ask = (change: Partial<Incoming>, there: Current | null = current(), dispute = NONE) =>
    said(decide(there, incoming(change), { policy: 'manual', dispute }));
  t.equal(ask({}, null), 'apply');
  t.equal(ask({ baseVersion: 3 }), 'apply');
  t.equal(ask({ baseVersion: 9 }), 'apply');
  t.equal(ask({ baseVersion: 2 }), 'conflict');
  t.equal(ask({ baseVersion: 0 }), 'conflict');
  t.equal(ask({ baseVersion: null }), 'conflict');
  t.equal(ask({ baseVersion: 2, content: { n: 1 } }), 'same');
  t.equal(ask({ baseVersion: 2, content: null }), 'conflict', 'a deletion too');
  t.equal(ask({ baseVersion: 2 }, current({ version: 4 })), 'conflict', 'though they have changed it since');
  t.equal(ask({ baseVersion: null }, current({ version: 4 })), 'apply', 'after a change of theirs');
  t.equal(ask({ clock: '5-a' }), 'duplicate');
  t.equal(ask({ clock: '4-b' }), 'duplicate', 'the one that was taken last');
  t.equal(ask({ clock: '3-b' }), 'stale', 'they have overwritten it themselves');
  t.equal(
    ask({ clock: '4-c', baseVersion: 3 }),
    'apply',
    'their wall clock is behind, but they knew of ours',
  );
  t.equal(
    ask({ baseVersion: 3 }, current(), { isOpen: true, kept: new Set() }),
    'conflict',
    'it joins what is open',
  );
  t.equal(ask({ baseVersion: 2 }, current(), { isOpen: false, kept: new Set(['6-b']) }), 'duplicate');
});
