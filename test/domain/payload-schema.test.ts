import { compilePayloadSchema, type PayloadSchema } from '../../src/domain/payload-schema.ts';
import t from '../helpers/tap.ts';

function faultsOf(schema: PayloadSchema, body: string) {
  const compiled = compilePayloadSchema(schema);
  if (!compiled.ok) throw new Error(compiled.detail);
  return compiled.validate(Buffer.from(body));
}

function refusal(schema: PayloadSchema): string {
  const compiled = compilePayloadSchema(schema);
  return compiled.ok ? 'compiled' : compiled.detail;
}

t.test('draft 2020-12 is the default', async (t) => {
  t.same(faultsOf({ prefixItems: [{ type: 'string' }] }, '[1]'), [
    { pointer: '/body/0', detail: 'must be string' },
  ]);
  t.same(faultsOf({ prefixItems: [{ type: 'string' }] }, '["a"]'), []);
  t.same(
    faultsOf({ $schema: 'https://json-schema.org/draft/2020-12/schema', required: ['a'] }, '{"a":1}'),
    [],
  );
});

t.test('draft-07 is used when $schema says so', async (t) => {
  const $schema = 'http://json-schema.org/draft-07/schema#';
  t.same(faultsOf({ $schema, items: [{ type: 'string' }] }, '[1]'), [
    { pointer: '/body/0', detail: 'must be string' },
  ]);
  t.match(refusal({ items: [{ type: 'string' }] }), /items must be object,boolean/);
  t.match(refusal({ $schema: 'http://json-schema.org/draft-04/schema#' }), /\$schema must be/);
});

t.test('formats are checked, boolean schemas are schemas, what is no JSON never matches', async (t) => {
  t.match(faultsOf({ format: 'email' }, '"x"'), [{ pointer: '/body', detail: /format "email"/ }]);
  t.same(faultsOf({ format: 'email' }, '"x@example.com"'), []);
  t.equal(faultsOf(false, '1').length, 1);
  t.match(faultsOf(true, '{'), [{ detail: /not valid JSON/ }]);
});

t.test('references stay within the schema', async (t) => {
  t.same(faultsOf({ $ref: '#/$defs/a', $defs: { a: { type: 'number' } } }, '1'), []);
  t.match(refusal({ $ref: 'https://example.com/schema.json' }), /does not resolve/);
  t.match(refusal({ $ref: '#/$defs/missing' }), /does not resolve/);
});

t.test('a mistake in the schema is named', async (t) => {
  t.match(refusal({ type: 'strin' }), /data\/type/);
  t.match(refusal({ typo: 'string' }), /unknown keyword: "typo"/);
  t.match(refusal({ pattern: '[' }), /regular expression/i);
  t.match(refusal({ format: 'no-such-format' }), /unknown format/);
  t.match(refusal({ $async: true }), /\$async/);
});

t.test('neither schema nor body can keep the process busy', async (t) => {
  const nested = (levels: number): PayloadSchema =>
    levels === 0 ? { type: 'string' } : { not: nested(levels - 1) };
  t.match(refusal(nested(100)), /nest deeper/);
  let endless: PayloadSchema = {};
  for (let i = 0; i < 100_000; i++) endless = { not: endless };
  t.match(refusal(endless), /nest deeper/, 'deeper than the stack');
  t.match(refusal({ enum: ['x'.repeat(70_000)] }), /at most 65536 bytes/);
  t.match(
    refusal({ $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' }),
    /complex/,
  );
  const backtracking = faultsOf({ pattern: '^(a|a)*$' }, JSON.stringify(`${'a'.repeat(60)}b`));
  t.match(backtracking, [{ detail: /takes too long/ }]);
  const many = JSON.stringify(Array.from({ length: 20_000 }, (_, i) => ({ a: { b: i } })));
  t.match(faultsOf({ uniqueItems: true }, many), [{ detail: /takes too long/ }]);
  const doubling: Record<string, unknown> = { d0: { type: 'string' } };
  for (let i = 1; i < 40; i++) {
    const $ref = `#/$defs/d${i - 1}`;
    doubling[`d${i}`] = { allOf: [{ $ref }, { $ref }] };
  }
  t.match(faultsOf({ $defs: doubling, $ref: '#/$defs/d39' }, '"x"'), [{ detail: /takes too long/ }]);
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  t.match(faultsOf({ type: 'array', items: { $ref: '#' } }, deep), [{ detail: /nest deeper/ }]);
  t.same(faultsOf({ pattern: '^a+$' }, '"aaa"'), [], 'and the next one is judged as ever');
});

t.test('two schemas do not see each other', async (t) => {
  t.same(faultsOf({ $id: 'https://example.com/a', type: 'string' }, '"x"'), []);
  t.same(faultsOf({ $id: 'https://example.com/a', type: 'number' }, '1'), []);
  t.match(refusal({ $ref: 'https://example.com/a' }), /does not resolve/);
});
