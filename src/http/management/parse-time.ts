import { Problem } from '../../domain/problem.ts';

/** @throws Problem validation_failed for a time that matches the format and yet is none, such as a leap second. */
export function parseTime(text: string | undefined, pointer: string): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new Problem('validation_failed', { errors: [{ pointer, detail: 'must be a valid date-time' }] });
}
