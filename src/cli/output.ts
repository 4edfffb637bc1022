import { styleText } from 'node:util';
import Table from 'cli-table3';
import { safe, safeLines } from './safe-text.ts';

/** Standard output has the data and nothing else; what is told beside it goes to standard error. */
export const write = (text: string): void => void process.stdout.write(`${text}\n`);

export const say = (text: string): void => void process.stderr.write(`${safeLines(text)}\n`);

export const writeJson = (value: unknown): void => write(safeLines(JSON.stringify(value, null, 2)));

/** One document a line. */
export const writeJsonLine = (value: unknown): void => write(safe(JSON.stringify(value)));

export const writeText = (text: string): void => write(safeLines(text));

type Color = 'green' | 'yellow' | 'red' | 'dim';

/** Colored on a terminal that wants it: Node knows NO_COLOR, FORCE_COLOR and TERM. */
export function colored(color: Color, text: string): string {
  const { stdout } = process;
  return stdout.isTTY && stdout.hasColors() ? styleText(color, text) : text;
}

/** A cell's text: null and undefined as a dash, the rest made safe, and cut where it would fill the screen. */
export function cell(value: string | number | boolean | null | undefined, limit = 100): string {
  if (value === null || value === undefined || value === '') return '-';
  const text = safe(String(value));
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Columns without lines between them, which a terminal shows and `awk` reads. Cells come from `cell`. */
export function writeTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const table = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  if (head.length > 0) table.push([...head]);
  table.push(...rows.map((row) => [...row]));
  write(
    table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n'),
  );
}

/** Names and values, one pair a line. */
export const writeFields = (fields: Record<string, string | number | boolean | null | undefined>): void =>
  writeTable(
    [],
    Object.entries(fields).map(([name, value]) => [name, cell(value, 500)]),
  );
