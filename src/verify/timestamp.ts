import type { VerifyFailure } from '../domain/verify-failure.ts';

export type TimestampUnit = 's' | 'ms' | 'rfc3339';

/** At most 15 digits: every such number is exact. `1e9`, `+5` and `0x10`, which Number() takes, are not. */
const DIGITS = /^\d{1,15}$/;

/**
 * As every time from 2001 to 2286 is written. Needed where the age does not count: `176` and `{}` are signed like `17` and
 * `6{}`. Elsewhere a time that has a digit more or less is out of its tolerance.
 */
const USUAL_DIGITS = { s: /^\d{10}$/, ms: /^\d{13}$/ } as const;

const RFC3339 = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;

export interface TimestampRule {
  unit: TimestampUnit;
  /** null: however old it is. */
  toleranceSeconds: number | null;
}

/** What is wrong with a timestamp; null: nothing. Its form counts even where its age does not. */
export function timestampFailure(
  text: string | undefined | null,
  rule: TimestampRule,
  nowMs: number,
): VerifyFailure | null {
  if (text === null) return 'duplicate_header';
  if (text === undefined || text === '') return 'missing_timestamp';
  const sentMs = toMs(text, rule);
  if (Number.isNaN(sentMs)) return 'malformed_timestamp';
  if (rule.toleranceSeconds === null) return null;
  // Asked this way round, a NaN is refused.
  return Math.abs(nowMs - sentMs) <= rule.toleranceSeconds * 1000 ? null : 'timestamp_out_of_tolerance';
}

/** Unix milliseconds; NaN: it is malformed. */
function toMs(text: string, { unit, toleranceSeconds }: TimestampRule): number {
  if (unit === 'rfc3339') return rfc3339ToMs(text);
  if (!(toleranceSeconds === null ? USUAL_DIGITS[unit] : DIGITS).test(text)) return Number.NaN;
  return unit === 's' ? Number(text) * 1000 : Number(text);
}

/** Finer than a millisecond is cut off: Date.parse need not take more than three digits. */
function rfc3339ToMs(text: string): number {
  const [, date, time, fraction = '', zone = ''] = RFC3339.exec(text) ?? [];
  if (date === undefined) return Number.NaN;
  return Date.parse(`${date}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}${zone.toUpperCase()}`);
}

/** How a sender writes a time. */
export function writeTimestamp(nowMs: number, unit: TimestampUnit): string {
  if (unit === 'rfc3339') return new Date(nowMs).toISOString();
  return String(Math.floor(unit === 's' ? nowMs / 1000 : nowMs));
}
