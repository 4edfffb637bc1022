import { Problem } from '../../domain/problem.ts';

/**
 * @throws Problem validation_failed for a time that matches the format and yet is none, such as a leap second, or
 * cannot be written in it: its offset may take it out of the years 0 to 9999.
 */
export function parseTime(text: string | undefined, pointer: string): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  const year = time.getUTCFullYear();
  if (year >= 0 && year <= 9999) return time;
  throw new Problem('validation_failed', { errors: [{ pointer, detail: 'must be a valid date-time' }] });
}

interface TimeRange {
  from?: string | undefined;
  to?: string | undefined;
}

/** @throws Problem validation_failed for a range without any time in it: it is a mistake, not a question. */
export function parseTimeRange(range: TimeRange, at: string): { from?: Date; to?: Date } {
  const from = parseTime(range.from, `${at}/from`);
  const to = parseTime(range.to, `${at}/to`);
  if (from && to && to <= from) {
    throw new Problem('validation_failed', {
      errors: [{ pointer: `${at}/to`, detail: 'must be later than from' }],
    });
  }
  return { ...(from && { from }), ...(to && { to }) };
}
