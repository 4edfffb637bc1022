import jsonata from 'jsonata';
import { within } from './time-limit.ts';

/** JSONata's parser takes time in proportion to the square of the length, for texts that are made for it. */
const PARSE_LIMIT_MS = 250;
const MAX_DETAIL = 200;

/** What JSONata says is wrong. `position`: in characters from the start of the expression. */
export interface ExpressionFault {
  message?: unknown;
  position?: unknown;
}

/** What is wrong with the syntax of a JSONata expression, in one line; null: nothing. */
export function checkExpression(text: string): string | null {
  try {
    const parsed = within(PARSE_LIMIT_MS, () => jsonata(text));
    return parsed.inTime ? null : 'is too complex: it takes too long to parse';
  } catch (error) {
    if (error instanceof RangeError) return 'is too complex: it nests too deep';
    return `is not JSONata: ${describeExpressionFault(error as ExpressionFault)}`;
  }
}

/** In one line of bounded length, because values of the input can be part of a message. */
export function describeExpressionFault({ message, position }: ExpressionFault): string {
  const text = typeof message === 'string' ? message : 'it failed without a message';
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  const short = line.length > MAX_DETAIL ? `${line.slice(0, MAX_DETAIL - 1)}…` : line;
  return typeof position === 'number' ? `${short} (at position ${position})` : short;
}
