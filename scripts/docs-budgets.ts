import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { BUDGET_NAMES, budgetEntry } from '../src/domain/budgets.ts';

/** Writes the table of the budgets into docs/security.md, from the catalogue. */

const BEGIN = '<!-- budgets: written by "npm run docs:budgets" -->';
const END = '<!-- /budgets -->';

const OF = { organization: 'each organization', address: 'each address', service: 'all together' };

/** A text with the table of now in place of the one that is there. */
export function withBudgets(text: string): string {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from === -1 || to < from)
    throw new Error(`There is no place for the budgets between ${BEGIN} and ${END}.`);
  return `${text.slice(0, from)}${BEGIN}\n\n${table()}\n\n${text.slice(to)}`;
}

function table(): string {
  const rows = BUDGET_NAMES.map((name) => {
    const { setting, unit, of, description, whenUsedUp } = budgetEntry(name);
    const limit = `${budgetEntry(name).default.toLocaleString('en')} ${unit}`;
    return [`\`${name}\``, `\`${setting}\``, limit, OF[of], description, whenUsedUp];
  });
  const heads = ['budget', 'setting', 'default', 'of', 'for', 'when it is used up'];
  // As wide as the formatter has them.
  const widths = heads.map((head, at) =>
    Math.max(...[head, ...rows.map((row) => row[at] ?? '')].map(({ length }) => length)),
  );
  const line = (cells: string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const file = new URL('../docs/security.md', import.meta.url);
  await writeFile(file, withBudgets(await readFile(file, 'utf8')));
}
