import { cell } from '../../src/cli/output.ts';
import { safe, safeLines } from '../../src/cli/safe-text.ts';
import t from '../helpers/tap.ts';

t.test('what could drive a terminal is written as JSON writes it', (t) => {
  const hostile = '\u001b]0;title\u0007 \u009b31m \u202egpj.exe\u2028\u200b \u{e0041}\ud800';
  const text = safe(hostile);
  t.match(text, /^[ -~]+$/);
  t.equal(JSON.parse(`"${text}"`), hostile, 'and means the same there');
  t.equal(safe('Grüße, 世界 🎉'), 'Grüße, 世界 🎉');
  t.equal(safe('a\nb'), 'a\\u000ab');
  t.equal(safeLines('a\nb\r\n'), 'a\nb\\u000d\n');
  t.end();
});

t.test('cells', (t) => {
  t.same([cell(null), cell(''), cell(0), cell(false)], ['-', '-', '0', 'false']);
  t.equal(cell('x'.repeat(200), 10), `${'x'.repeat(9)}…`);
  t.end();
});
