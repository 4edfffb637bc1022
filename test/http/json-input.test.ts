import { memberSource, parseJson } from '../../src/http/management/json-input.ts';
import t from '../helpers/tap.ts';

const member = (text: string, name = 'input') => memberSource(Buffer.from(text), name)?.toString() ?? null;

t.test('a member is cut out as it was sent', async (t) => {
  const cases: [string, string | null][] = [
    ['{}', null],
    ['{"input":{}}', '{}'],
    [' { "input" : { "a" : 1.0 } } ', '{ "a" : 1.0 }'],
    ['{"a":"}{\\"input\\":1","input":{"b":"\\"}"},"c":[{}]}', '{"b":"\\"}"}'],
    ['{"a":{"input":1},"input":12345678901234567890}', '12345678901234567890'],
    ['{"a":[1,2],"b":-1.5e+3 ,"c":true,"input":null}', 'null'],
    ['{"\\u0069nput":"x"}', '"x"'],
    ['{"input":1,"input":{"last":"wins"}}', '{"last":"wins"}'],
    ['{"input":"ü\\ud800\\u0000"}', '"ü\\ud800\\u0000"'],
    ['\ufeff{"input":[]}', '[]'],
    ['{"a\\\\":1,"input":[[],[{}]]\n}', '[[],[{}]]'],
  ];
  for (const [text, expected] of cases) t.equal(member(text), expected, text);
});

t.test('what is cut out is what JSON.parse sees', async (t) => {
  for (const text of [
    '{"x":{"y":[1,{"z":"a,b}"}]},"input":{"k":[{"l":{}}]},"w":"\\\\"}',
    '{"input":[1,2 , 3]}',
  ]) {
    t.same(JSON.parse(member(text) ?? ''), JSON.parse(text).input, text);
  }
});

t.test('keys are data, broken text is refused', async (t) => {
  const parsed = parseJson(Buffer.from('{"input":{"__proto__":{"x":1}}}')) as { input: object };
  t.same(Object.keys(parsed.input), ['__proto__']);
  t.equal(Object.getPrototypeOf(parsed.input), Object.prototype);
  t.throws(() => parseJson(Buffer.from('{"input":')), { code: 'invalid_json' });
  t.throws(() => parseJson(Buffer.from([0x22, 0xff, 0x22])), { code: 'invalid_json' });
  const deep = (levels: number) => Buffer.from('['.repeat(levels) + ']'.repeat(levels));
  t.throws(() => parseJson(deep(201)), { code: 'validation_failed' });
  t.throws(() => parseJson(deep(500_000)), { code: 'validation_failed' });
  t.ok(parseJson(deep(200)));
});
