import { credentialHeaders, headersAsJson } from '../../src/receive/header-log.ts';
import t from '../helpers/tap.ts';

const pairs = (raw: string[], more: string[] = []) =>
  JSON.parse(headersAsJson(raw, credentialHeaders(more))) as [string, string][];

t.test('order, spelling and repetition stay', (t) => {
  t.same(pairs(['B', '1', 'a', '2', 'b', '3', 'A', '2']), [
    ['B', '1'],
    ['a', '2'],
    ['b', '3'],
    ['A', '2'],
  ]);
  t.same(pairs([]), []);
  t.end();
});

t.test('credentials go, in whatever spelling', (t) => {
  const raw = [
    'AUTHORIZATION',
    's',
    'Proxy-Authorization',
    's',
    'cookie',
    's',
    'X-Api-Key',
    's',
    'X-Token',
    's',
  ];
  t.same(
    pairs(raw, ['x-token']).map(([, value]) => value),
    Array.from({ length: 5 }, () => '[redacted]'),
  );
  t.same(pairs(['X-Token', 's', 'X-Authorization', 's']), [
    ['X-Token', 's'],
    ['X-Authorization', 's'],
  ]);
  t.end();
});

t.test('any value is JSON', (t) => {
  const odd = ['"', '\\', '\u0000\u0001\t', 'caf\xe9', '\ud800', '__proto__', '],["x","y"'];
  const raw = odd.flatMap((value) => [value, value]);
  t.same(
    pairs(raw),
    odd.map((value) => [value, value]),
  );
  t.end();
});
