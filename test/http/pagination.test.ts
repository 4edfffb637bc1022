import { sql } from 'kysely';
import { writeIngestBatch } from '../../src/store/ingest.ts';
import { ingestRow } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';
import { type Client, idOf, itemsOf, setUp } from './management.ts';

const LISTS = ['/api/workflows', '/api/executions', '/api/webhook-logs'];

/** All ids of a list, page by page; `between` is called after each page. */
async function walk(
  call: Client,
  path: string,
  limit: number,
  between: () => Promise<unknown> = async () => null,
) {
  const ids: unknown[] = [];
  let pages = 0;
  for (let cursor: unknown = ''; cursor !== null; pages++) {
    const answer = await call('GET', `${path}?limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    ids.push(...itemsOf(answer).map((item) => item.id));
    cursor = answer.json.nextCursor;
    await between();
  }
  return { ids, pages };
}

t.test('every row is on one page, whatever is created meanwhile', async (t) => {
  const { call, db, pool, organizationId } = await setUp(t);
  // Created in one statement: the same microsecond, so that only the id tells them apart.
  await sql`
    INSERT INTO workflows (id, organization_id, name)
    SELECT gen_random_uuid(), ${organizationId}, 'same time' FROM generate_series(1, 23)`.execute(db);
  // Less than a millisecond apart: a cursor with milliseconds would skip or repeat.
  await sql`
    INSERT INTO workflows (id, organization_id, name, created_at)
    SELECT gen_random_uuid(), ${organizationId}, 'close', now() + n * interval '10 microseconds'
    FROM generate_series(1, 20) AS n`.execute(db);
  const workflowId = idOf(await call('POST', '/api/workflows', { body: { name: 'new' } }));
  const ingest = () => writeIngestBatch(pool, [ingestRow(workflowId, { organizationId })]);
  for (let i = 0; i < 20; i++) await ingest();

  for (const path of LISTS) {
    const all = itemsOf(await call('GET', `${path}?limit=200`)).map((item) => item.id);
    t.ok(all.length >= 20);
    const { ids, pages } = await walk(call, path, 7, async () => {
      await call('POST', '/api/workflows', { body: { name: 'meanwhile' } });
      await ingest();
    });
    t.same(ids, all, path);
    t.equal(pages, Math.ceil(all.length / 7));
  }
});

t.test('a full last page says that it is the last', async (t) => {
  const { call } = await setUp(t);
  for (let i = 0; i < 4; i++) await call('POST', '/api/workflows', { body: { name: `${i}` } });
  const { ids, pages } = await walk(call, '/api/workflows', 2);
  t.match([ids.length, pages], [4, 2]);
  t.match((await call('GET', '/api/executions')).json, { data: [], nextCursor: null });
});

t.test('a cursor that this list did not make is refused', async (t) => {
  const { call, pool, organizationId } = await setUp(t);
  const workflowId = idOf(await call('POST', '/api/workflows', { body: { name: 'a' } }));
  await call('POST', '/api/workflows', { body: { name: 'b' } });
  for (let i = 0; i < 2; i++) await writeIngestBatch(pool, [ingestRow(workflowId, { organizationId })]);
  const cursors: string[] = [];
  for (const path of LISTS) cursors.push(String((await call('GET', `${path}?limit=1`)).json.nextCursor));
  const bent = (cursor: string) => [`${cursor}A`, cursor.slice(1), `${cursor}%3D`, cursor.replace(/.$/, '_')];
  for (const [i, path] of LISTS.entries()) {
    const others = cursors.filter((_, j) => j !== i);
    for (const cursor of [...others, ...bent(cursors[i] ?? ''), 'x', '0', "'"]) {
      const answer = await call('GET', `${path}?cursor=${cursor}`);
      t.match(answer, { status: 400, json: { code: 'invalid_cursor' } }, `${path} ${cursor}`);
    }
    t.equal((await call('GET', `${path}?cursor=${cursors[i]}`)).status, 200);
    t.match(await call('GET', `${path}?cursor=`), { status: 400, json: { code: 'validation_failed' } });
  }
});
