import t from '../helpers/tap.ts';
import { clientOf, idOf, insertOrganization, itemsOf, pointersOf, setUp } from './management.ts';

const NAMES = ['Orders', 'orders of Übermorgen', '100% off', '10_000 ORDERS', 'back\\slash', "it's"];

t.test('workflows are found by a part of their name, literally and in any case', async (t) => {
  const { call, app, db } = await setUp(t);
  const stranger = clientOf(app, (await insertOrganization(db)).key);
  await stranger('POST', '/api/workflows', { body: { name: 'Orders of a stranger' } });
  for (const name of NAMES) await call('POST', '/api/workflows', { body: { name } });
  const found = async (name: string) =>
    itemsOf(await call('GET', `/api/workflows?name=${encodeURIComponent(name)}`))
      .map((item) => String(item.name))
      .sort();
  t.same(await found('ORDERS'), ['10_000 ORDERS', 'Orders', 'orders of Übermorgen']);
  t.same(await found('überMORGEN'), ['orders of Übermorgen']);
  t.same(await found('%'), ['100% off']);
  t.same(await found('_'), ['10_000 ORDERS']);
  t.same(await found('\\'), ['back\\slash']);
  t.same(await found("'"), ["it's"]);
  t.same(await found('stranger'), []);
  for (const name of ['', 'x'.repeat(201), 'a\0b']) {
    const answer = await call('GET', `/api/workflows?name=${encodeURIComponent(name)}`);
    t.match([answer.status, pointersOf(answer)], [400, ['/query/name']]);
  }
  t.equal((await call('GET', '/api/workflows?names=x')).status, 400);
});

t.test('the active ones, and those that are not, page by page', async (t) => {
  const { call } = await setUp(t);
  const ids: Record<'true' | 'false', string[]> = { true: [], false: [] };
  for (let i = 0; i < 12; i++) {
    const isActive = i % 3 !== 0;
    const made = await call('POST', '/api/workflows', { body: { name: `batch ${i % 2}`, isActive } });
    if (i % 2 === 0) ids[`${isActive}`].unshift(idOf(made));
  }
  for (const isActive of ['true', 'false'] as const) {
    const seen: string[] = [];
    let next = '';
    do {
      const page = await call('GET', `/api/workflows?name=BATCH%200&isActive=${isActive}&limit=2${next}`);
      seen.push(...itemsOf(page).map((item) => String(item.id)));
      await call('POST', '/api/workflows', { body: { name: 'batch 0', isActive: isActive === 'true' } });
      next = page.json.nextCursor === null ? '' : `&cursor=${page.json.nextCursor}`;
    } while (next !== '');
    t.same(seen, ids[isActive], 'newest first, and what is new does not move a page');
  }
  t.same(pointersOf(await call('GET', '/api/workflows?isActive=yes')), ['/query/isActive']);
});
