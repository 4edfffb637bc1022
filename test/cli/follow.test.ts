import { v7 } from 'uuid';
import type { Query } from '../../src/cli/client.ts';
import { Follower } from '../../src/cli/follow.ts';
import type { WebhookLogSummary } from '../../src/http/schemas/webhook-logs.ts';
import t from '../helpers/tap.ts';

const START = Date.UTC(2030, 0, 1);

/** A list as the API has it, newest first, in pages of `size` at the most. */
function createList(size: number) {
  const rows: WebhookLogSummary[] = [];
  const queries: Query[] = [];
  const page = async (query: Query) => {
    queries.push(query);
    const from = query.from === undefined ? 0 : Date.parse(String(query.from));
    const found = rows
      .filter(({ receivedAt }) => Date.parse(receivedAt) >= from)
      .filter(({ workflowId }) => query.workflowId === undefined || workflowId === query.workflowId)
      .filter(({ id }) => query.cursor === undefined || id < String(query.cursor))
      .sort((a, b) => (a.id < b.id ? 1 : -1));
    const data = found.slice(0, Math.min(size, Number(query.limit)));
    return { data, nextCursor: data.length < found.length ? (data.at(-1)?.id ?? null) : null };
  };
  /** Makes a row visible that was received so many milliseconds after the start. */
  const add = (ms: number, workflowId = 'one'): string => {
    const id = v7({ msecs: START + ms });
    const receivedAt = new Date(START + ms).toISOString();
    rows.push({ id, workflowId, receivedAt } as WebhookLogSummary);
    return id;
  };
  return { page, add, queries };
}

const ids = (logs: WebhookLogSummary[]) => logs.map(({ id }) => id);

t.test('begins with the last few, and goes on with what arrives', async (t) => {
  const list = createList(2);
  const old = [0, 10_000, 20_000, 20_001, 20_002].map((ms) => list.add(ms));
  const follower = new Follower(list.page, {});
  t.same(ids(await follower.begin(3)), old.slice(2));
  t.same(await follower.next(), [], 'nothing of what was there, shown or not');
  const fresh = [20_002, 21_000, 22_000, 23_000, 24_000].map((ms) => list.add(ms)).sort();
  t.same(ids(await follower.next()), fresh, 'oldest first, over several pages');
  t.same(await follower.next(), []);
});

t.test('a row that shows late, below those that were shown', async (t) => {
  const list = createList(200);
  list.add(0);
  const follower = new Follower(list.page, {});
  await follower.begin(0);
  list.add(100_000);
  t.equal((await follower.next()).length, 1);
  const soon = list.add(99_000);
  t.same(ids(await follower.next()), [soon]);
  const late = list.add(30_000);
  const found: string[] = [];
  for (let looks = 0; looks < 10; looks += 1) found.push(...ids(await follower.next()));
  t.same(found, [late], 'is found once, when it looks back that far');
});

t.test('what was on its way when it began is new; what is older is not', async (t) => {
  const list = createList(200);
  list.add(60_000);
  const follower = new Follower(list.page, {});
  await follower.begin(0);
  list.add(1_000);
  const onItsWay = list.add(59_000);
  const found: string[] = [];
  for (let looks = 0; looks < 20; looks += 1) found.push(...ids(await follower.next()));
  t.same(found, [onItsWay]);
});

t.test('an empty list, and one that was not looked at for an hour', async (t) => {
  const list = createList(200);
  const follower = new Follower(list.page, {});
  t.same(await follower.begin(10), []);
  const first = list.add(0);
  t.same(ids(await follower.next()), [first]);
  const later = [1, 1_800_000, 3_600_000].map((ms) => list.add(ms));
  t.same(ids(await follower.next()), later);
});

t.test('a filter that hardly anything fits never makes it read far back', async (t) => {
  const list = createList(1);
  const rare = list.add(0, 'rare');
  for (let ms = 1; ms <= 100; ms += 1) list.add(ms * 60_000);
  const follower = new Follower(list.page, { workflowId: 'rare' });
  t.same(ids(await follower.begin(5)), [rare]);
  for (let ms = 101; ms <= 200; ms += 1) {
    list.add(ms * 60_000);
    await follower.next();
  }
  const oldest = Math.min(
    ...list.queries.slice(-2).map(({ from }) => Date.parse(String(from ?? '2040-01-01'))),
  );
  t.ok(oldest >= START + 190 * 60_000, 'the time goes on although nothing fits');
  const fresh = list.add(200 * 60_000 + 1, 'rare');
  t.same(ids(await follower.next()), [fresh]);
});
