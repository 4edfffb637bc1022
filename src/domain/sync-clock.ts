/**
 * A hybrid logical clock: the time of a change as both sides see it. It follows the clock on the wall, and never goes
 * back: not when that one does, and not behind what the other side has sent. Two changes never have the same one,
 * because it says whose it is.
 */
export interface SyncClock {
  /** Milliseconds since 1970. */
  ms: number;
  /** Counts what happened within one millisecond. */
  counter: number;
  /** Who made the change. */
  origin: string;
}

/** Of those who give us a time only. */
export const REMOTE_ORIGIN = 'remote';

/**
 * How far ahead of our own a clock may be that is sent to us. One of the year 2100 would win against every later
 * change for as long as that takes, and ours would have to follow it.
 */
export const MAX_AHEAD_MS = 5 * 60_000;

const MS_DIGITS = 15;
const COUNTER_DIGITS = 6;
const MAX_COUNTER = 10 ** COUNTER_DIGITS - 1;

/** What `formatClock` makes: of two such texts, the greater one by its bytes is the later clock. */
export const CLOCK_PATTERN = `^[0-9]{${MS_DIGITS}}-[0-9]{${COUNTER_DIGITS}}-[a-z0-9][a-z0-9._]{0,39}$`;
const CLOCK = new RegExp(CLOCK_PATTERN);

/** What the clocks of this millisecond begin with. */
export const timeOf = (ms: number): string => String(ms).padStart(MS_DIGITS, '0');

export function formatClock({ ms, counter, origin }: SyncClock): string {
  return `${timeOf(ms)}-${String(counter).padStart(COUNTER_DIGITS, '0')}-${origin}`;
}

/** null: it is not a clock. */
export function parseClock(text: string): SyncClock | null {
  if (!CLOCK.test(text)) return null;
  const [ms = '', counter = '', origin = ''] = text.split('-');
  return { ms: Number(ms), counter: Number(counter), origin };
}

/** Who makes the changes of ours of a sync: two Hookgates that are synced with each other are told apart. */
export const ownOrigin = (configId: string): string => `hookgate.${configId.slice(-8)}`;

/** The clock of something that happens now: after everything that `last` has seen. null: there was nothing before. */
export function tick(last: string | null, now: number, origin: string): string {
  const before = last === null ? null : parseClock(last);
  if (before === null || now > before.ms) return formatClock({ ms: now, counter: 0, origin });
  return formatClock(after(before, origin));
}

/** The next one of `origin` after this. */
function after({ ms, counter }: SyncClock, origin: string): SyncClock {
  return counter < MAX_COUNTER ? { ms, counter: counter + 1, origin } : { ms: ms + 1, counter: 0, origin };
}

/** The clock next after this, of the same origin. */
export function nextClock(clock: string): string {
  const parsed = parseClock(clock);
  if (parsed === null) throw new Error(`${clock} is not a clock`);
  return formatClock(after(parsed, parsed.origin));
}

/** The later one. */
export const laterClock = (one: string | null, other: string): string =>
  one !== null && one > other ? one : other;

export const isTooFarAhead = (ms: number, now: number): boolean => ms > now + MAX_AHEAD_MS;
