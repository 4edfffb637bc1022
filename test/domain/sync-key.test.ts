import { keyFault, readKey } from '../../src/domain/sync-key.ts';
import t from '../helpers/tap.ts';

t.test('a key is found where the path says', async (t) => {
  const record = { id: 'a', n: 7, customer: { id: 8, 'a.b': 'c', list: ['x'] }, 'x/y': 'z', f: 1.5, o: {} };
  for (const [path, key] of [
    ['id', 'a'],
    ['/id', 'a'],
    ['n', '7'],
    ['customer.id', '8'],
    ['/customer/id', '8'],
    ['/customer/a.b', 'c'],
    ['/customer/list/0', 'x'],
    ['/x~1y', 'z'],
    ['f', null],
    ['o', null],
    ['none', null],
    ['id.length', null],
    ['toString', null],
    ['__proto__', null],
  ] as const)
    t.equal(readKey(record, path), key, path);
  t.equal(readKey(null, 'id'), null);
  t.equal(readKey({ id: '' }, 'id'), '');
});

t.test('a key is one that a path can have', async (t) => {
  for (const key of ['a', 'a b', 'ä', 'a/b?c#d', '😀', 'x'.repeat(200), '...'])
    t.equal(keyFault(key), null, key);
  for (const key of ['', '.', '..', 'a\0', '\ud800', 'x'.repeat(201), 'ä'.repeat(34)])
    t.type(keyFault(key), 'string', JSON.stringify(key));
});
