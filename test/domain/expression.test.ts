import { checkExpression, describeExpressionFault } from '../../src/domain/expression.ts';
import t from '../helpers/tap.ts';

t.test('what is JSONata has no fault', (t) => {
  for (const text of [
    'true',
    'body.amount > 100 and $exists(headers."x-id")',
    '{ "id": body.id, "lines": body.items.{ "sku": sku } }',
    '/* why */ body ~> |items|{ "seen": true }|',
    '$match(body.text, /^(a+)+$/)',
    '$now()',
    '__proto__',
  ])
    t.equal(checkExpression(text), null, text);
  t.end();
});

t.test('what is not says what and where', (t) => {
  t.equal(checkExpression('body.a +'), 'is not JSONata: Unexpected end of expression (at position 8)');
  t.equal(checkExpression(''), 'is not JSONata: Unexpected end of expression (at position 0)');
  t.match(checkExpression('body.a body.b'), /^is not JSONata: .*\(at position \d+\)$/);
  t.match(checkExpression('"no end'), /^is not JSONata: .*\(at position \d+\)$/);
  t.match(checkExpression('a\n\n ]'), /^is not JSONata: [^\n]*$/);
  t.end();
});

t.test('what the parser would take long for, or all of the stack, is too complex', (t) => {
  for (const open of ['(', '[', '-']) t.match(checkExpression(open.repeat(10_000)), /too complex/, open);
  t.match(checkExpression(`a${'.**'.repeat(30_000)}`), /too complex/);
  t.equal(checkExpression('a'), null, 'and the next one is as good as ever');
  t.end();
});

t.test('a fault is one line of bounded length', (t) => {
  const long = describeExpressionFault({ message: `a\r\n\u0000${'x'.repeat(1_000)}`, position: 3 });
  t.match(long, /^a x+… \(at position 3\)$/);
  t.ok(long.length < 250);
  t.equal(describeExpressionFault({}), 'it failed without a message');
  t.end();
});
