import fc from 'fast-check';
import { compileEventField, isEventField } from '../../src/verify/event-field.ts';
import { fuzzRuns } from '../helpers/fuzz.ts';
import t from '../helpers/tap.ts';

const read = (source: string, body: string, headers = {}) =>
  compileEventField(source)({ headers, rawBody: Buffer.from(body) });

t.test('in a header', async (t) => {
  t.equal(read('header:X-Id', '', { 'x-id': 'a' }), 'a');
  t.equal(read('header:x-id', '', { 'x-id': ['a'] }), 'a');
  t.equal(read('header:x-id', '', { 'x-id': ['a', 'b'] }), undefined);
  t.equal(read('header:x-id', '', { 'x-id': '' }), undefined);
  t.equal(read('header:x-id', '', {}), undefined);
  t.equal(read('header:constructor', ''), undefined);
  t.equal(read('header:__proto__', ''), undefined);
  t.equal(read('header:svix-id,webhook-id', '', { 'webhook-id': 'b' }), 'b');
  t.equal(read('header:svix-id,webhook-id', '', { 'webhook-id': 'b', 'svix-id': 'a' }), 'a');
  t.equal(read('header:svix-id,webhook-id', '', { 'webhook-id': 'b', 'svix-id': ['a', 'c'] }), undefined);
});

t.test('in the body', async (t) => {
  const cases: [string, string, string | undefined][] = [
    ['json:id', '{"id":"a"}', 'a'],
    ['json:a.b.0.c', '{"a":{"b":[{"c":"x"}]}}', 'x'],
    ['json:0.id', '[{"id":1},{"id":2}]', '1'],
    ['json:[].id', '[{"id":1}]', '1'],
    ['json:[].id', '[{"id":1},{"id":2}]', undefined],
    ['json:[].id', '[]', undefined],
    ['json:[].id', '{"id":1}', undefined],
    ['json:a+b', '{"a":"x","b":7}', 'x7'],
    ['json:a+b', '{"a":"x"}', undefined],
    ['json:id', '{"id":9007199254740991}', '9007199254740991'],
    ['json:id', '{"id":9007199254740993}', undefined],
    ['json:id', '{"id":1.5}', undefined],
    ['json:id', '{"id":-3}', '-3'],
    ['json:id', '{"id":true}', undefined],
    ['json:id', '{"id":null}', undefined],
    ['json:id', '{"id":{}}', undefined],
    ['json:id', '{"id":""}', undefined],
    ['json:id', '{"id":"\\ud800"}', undefined],
    ['json:id', '{"id":"\\ud83d\\ude00"}', '\u{1f600}'],
    ['json:id', '\ufeff{"id":"a"}', 'a'],
    ['json:id', '{"id":"a"', undefined],
    ['json:id', '', undefined],
    ['json:id', 'null', undefined],
    ['json:length', '"text"', undefined],
    ['json:length', '[1,2]', undefined],
    ['json:constructor.name', '{}', undefined],
    ['json:__proto__', '{}', undefined],
    ['json:__proto__', '{"__proto__":"own"}', 'own'],
    ['json:event-data.event', '{"event-data":{"event":"opened"}}', 'opened'],
  ];
  for (const [source, body, expected] of cases) t.equal(read(source, body), expected, `${source} of ${body}`);
  t.equal(
    compileEventField('json:id')({ headers: {}, rawBody: Buffer.from('{"id":"\xff"}', 'latin1') }),
    undefined,
    'invalid UTF-8',
  );
});

t.test('what an object inherits is not in it', async (t) => {
  Object.defineProperty(Object.prototype, 'inherited', { value: 'x', configurable: true });
  t.teardown(() => Reflect.deleteProperty(Object.prototype, 'inherited'));
  t.equal(read('json:inherited', '{}'), undefined);
  t.equal(read('json:0.inherited', '[{}]'), undefined);
});

t.test('what is longer than 500 characters is absent', async (t) => {
  t.equal(read('json:id', `{"id":"${'x'.repeat(500)}"}`)?.length, 500);
  t.equal(read('json:id', `{"id":"${'x'.repeat(501)}"}`), undefined);
  t.equal(read('header:x-id', '', { 'x-id': 'x'.repeat(501) }), undefined);
});

t.test('a source that is none finds nothing', async (t) => {
  const none = [
    '',
    'id',
    'json:',
    'json:a..b',
    'json:.a',
    'header:',
    'header:a b',
    'header:a,,b',
    'query:id',
    'json:a+',
  ];
  for (const source of [...none, `json:${'a.'.repeat(20)}a`, `json:${'a'.repeat(1_000_000)}`]) {
    t.equal(isEventField(source), false, source.slice(0, 40));
    t.equal(read(source, '{"a":{"b":1},"id":1}', { a: '1' }), undefined);
  }
});

t.test('nothing makes it throw', async (t) => {
  const source = fc.oneof(
    fc.string(),
    fc.stringMatching(/^(json|header):[a.\d[\]+,]{0,20}$/),
    fc.constantFrom('json:__proto__.constructor', 'json:[].[].[]', 'header:__proto__,constructor'),
  );
  const body = fc.oneof(
    fc.json().map((text) => Buffer.from(text)),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.constant(Buffer.from('['.repeat(1_000_000))),
  );
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(source, body, fc.dictionary(fc.string(), fc.anything()), (source, rawBody, headers) => {
        const found = compileEventField(source)({ headers: headers as Record<string, string>, rawBody });
        return found === undefined || (found.length > 0 && found.length <= 500);
      }),
      { numRuns: fuzzRuns(1000) },
    ),
  );
});
