import t from '../helpers/tap.ts';
import { codes, findings, type Mistake, NOW, SECRET, secret, sign } from './diagnose-requests.ts';

const VALUE = {
  id: 1001,
  name: 'Zoë',
  html: '<b>&',
  url: 'https://a.example/b',
  list: [1, { b: 1, a: 2 }],
  none: {},
};
const COMPACT = JSON.stringify(VALUE);

const pythonDefault = (text: string) =>
  text
    .replace(/("(?:[^"\\]|\\.)*")|([,:])/g, (_, string, mark) => string ?? `${mark} `)
    .replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
const php = (text: string) =>
  text
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
const go = (text: string) =>
  text.replace(/[<>&]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
const sortKeys = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sortKeys)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, sortKeys(inner)]),
        )
      : value;

const BOM = '\ufeff';

/** What was signed, and what arrived. */
const CHANGED: Record<string, [signed: string | Buffer, arrived: string | Buffer]> = {
  'indented by 2 on the way': [COMPACT, JSON.stringify(VALUE, null, 2)],
  'indented by 4': [COMPACT, JSON.stringify(VALUE, null, 4)],
  'made compact': [JSON.stringify(VALUE, null, 2), COMPACT],
  'made compact, from 4': [JSON.stringify(VALUE, null, 4), COMPACT],
  'made compact, from tabs': [JSON.stringify(VALUE, null, '\t'), COMPACT],
  'made compact, from a file': [`${JSON.stringify(VALUE, null, 2)}\n`, COMPACT],
  'as Python writes it': [pythonDefault(COMPACT), COMPACT],
  'written by Python on the way': [COMPACT, pythonDefault(COMPACT)],
  'as PHP writes it': [php(COMPACT), COMPACT],
  'as Go writes it': [go(COMPACT), COMPACT],
  'written by Go on the way': [COMPACT, go(COMPACT)],
  'its keys sorted': [JSON.stringify(sortKeys(VALUE)), COMPACT],
  'its keys sorted, as Python writes it': [pythonDefault(JSON.stringify(sortKeys(VALUE))), COMPACT],
  'numbers kept as they came': [
    '{"a":1.0,"b":12345678901234567890}',
    '{ "a": 1.0, "b": 12345678901234567890 }',
  ],
  'numbers rewritten': ['{"a":1,"b":100}', '{"a":1.0,"b":1e2}'],
  'keys that repeat': ['{"a":1,"a":2}', '{"a": 1, "a": 2}'],
  'a line feed added': [COMPACT, `${COMPACT}\n`],
  'a line feed taken away': [`${COMPACT}\n`, COMPACT],
  'CRLF added': [COMPACT, `${COMPACT}\r\n`],
  'CRLF made line feeds': ['a\r\nb\r\n', 'a\nb\n'],
  'line feeds made CRLF': ['a\nb\n', 'a\r\nb\r\n'],
  'white space around it': [COMPACT, `  ${COMPACT}  `],
  'a byte order mark taken away': [`${BOM}${COMPACT}`, COMPACT],
  'a byte order mark added': [COMPACT, `${BOM}${COMPACT}`],
  'encoded twice': ['Zoë', Buffer.from(Buffer.from('Zoë').toString('latin1'))],
  'from Latin-1 to UTF-8': [Buffer.from('Zoë', 'latin1'), 'Zoë'],
  'signed before it was there': ['', COMPACT],
  'a form with %20': ['a=1%202&b=%2F', 'a=1+2&b=%2F'],
  'a form with +': ['a=1+2&b=%2F', 'a=1%202&b=%2F'],
  'a form with small digits': ['a=%2f%3a', 'a=%2F%3A'],
  'a form, sorted': ['a=1&b=2', 'b=2&a=1'],
};

for (const [name, [signed, arrived]] of Object.entries(CHANGED)) {
  t.test(name, (t) => {
    const found = findings({ headers: { 'x-webhook-signature': sign(signed) }, body: arrived });
    t.match(found, [{ code: 'body_reserialized', proven: true }]);
    t.equal(found.length, 1);
    t.end();
  });
}

t.test('a changed body with another mistake', (t) => {
  const indented = JSON.stringify(VALUE, null, 2);
  const mistakes: [Mistake, string[]][] = [
    [{ headers: { 'x-signature': sign(COMPACT) } }, ['body_reserialized', 'other_header']],
    [
      { headers: { 'x-webhook-signature': sign(COMPACT, { as: 'base64' }) } },
      ['body_reserialized', 'wrong_encoding'],
    ],
    [
      {
        headers: { 'x-webhook-signature': sign(COMPACT) },
        secrets: [secret('the-new-secret'), secret(SECRET, { expiresAt: NOW - 1 })],
      },
      ['body_reserialized', 'expired_secret'],
    ],
  ];
  for (const [mistake, expected] of mistakes) t.same(codes({ ...mistake, body: indented }), expected);
  t.end();
});

t.test('a body with other contents is no other form of it', (t) => {
  for (const body of ['{"id":1002}', '{"id":"1001"}', '[]', 'id=1001', '']) {
    t.same(codes({ headers: { 'x-webhook-signature': sign('{"id":1001}') }, body }), [], body);
  }
  t.end();
});

t.test('a large body', (t) => {
  const signature = { 'x-webhook-signature': sign('x') };
  t.same(codes({ headers: signature, body: Buffer.alloc(200_000) }), ['diagnosis_skipped']);
  t.same(codes({ headers: signature, body: Buffer.alloc(1_048_577) }), ['diagnosis_skipped']);
  const large = Buffer.alloc(1_000_000, 'a');
  t.same(codes({ headers: { 'x-webhook-signature': sign(large, { as: 'base64' }) }, body: large }), [
    'wrong_encoding',
  ]);
  t.end();
});
