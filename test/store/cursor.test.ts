import { idCursor, timeCursor, toPage } from '../../src/store/cursor.ts';
import t from '../helpers/tap.ts';

const ID = '01a200fd-5e60-7623-92fd-a5abf2f40840';

t.test('a cursor comes back as what it was made of', async (t) => {
  t.same(idCursor('things').decode(idCursor('things').encode(ID)), [ID]);
  t.same(timeCursor('things').decode(timeCursor('things').encode('1795312934487123', ID)), [
    '1795312934487123',
    ID,
  ]);
});

t.test('anything else is refused', async (t) => {
  const cursors = idCursor('things');
  const good = cursors.encode(ID);
  const forged = (text: string) => Buffer.from(text).toString('base64url');
  const bad = [
    '',
    'x',
    `${good}=`,
    `${good}A`,
    good.slice(0, -1),
    ` ${good}`,
    `${good.slice(0, 8)}!${good.slice(8)}`,
    idCursor('others').encode(ID),
    timeCursor('things').encode('1', ID),
    forged(`v2 things ${ID}`),
    forged(`v1 things ${ID} `),
    forged(`v1 things ${ID}\n`),
    forged(`v1 things ${ID.toUpperCase()}`),
    forged("v1 things ' OR true --"),
  ];
  for (const cursor of bad)
    t.throws(() => cursors.decode(cursor), { code: 'invalid_cursor' }, JSON.stringify(cursor));
  t.throws(() => timeCursor('things').decode(forged(`v1 things 99999999999999999 ${ID}`)), {
    code: 'invalid_cursor',
  });
});

t.test('a page ends where there is more, and only there', async (t) => {
  const as = { item: (n: number) => n * 10, cursor: (n: number) => `after ${n}` };
  t.same(toPage([1, 2, 3], 2, as), { data: [10, 20], nextCursor: 'after 2' });
  t.same(toPage([1, 2], 2, as), { data: [10, 20], nextCursor: null });
  t.same(toPage([], 2, as), { data: [], nextCursor: null });
});
