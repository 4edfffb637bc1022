/** The part of a pino logger that is used here. */
export interface QueueLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const REPEAT_MS = 10_000;

/**
 * What a log may say of an error. Not the error itself: a logger writes all its properties, and those of a
 * Redis error are the command and its arguments, the password of an AUTH among them.
 */
export function describeError(error: unknown): { error: string; code?: string } {
  const { message, code, name }: NodeJS.ErrnoException =
    error instanceof Error ? error : new Error(String(error));
  // A refused connection to a name with several addresses is an AggregateError without a message.
  const description = { error: message || code || name };
  // BullMQ's codes are numbers.
  return code === undefined ? description : { ...description, code: String(code) };
}

/** Says when something went away and when it came back, however often its errors come. */
export interface FaultLog {
  /** It does not answer. */
  unavailable(error: unknown): void;
  /** It answered. Cheap: called after every success. */
  healthy(): void;
  /** It answers, and complains. */
  error(error: unknown): void;
}

export interface FaultLogOptions {
  log: QueueLog;
  /** What went away: the lines are called `<subject>.unavailable`, `.recovered` and `.error`. */
  subject: string;
  /** On every line. */
  fields: object;
}

/**
 * One line when it goes away and one when it is back; at most one of each in ten seconds, with the number of
 * errors that had none: BullMQ was seen to report 81,000 errors in ten seconds. A fault that is over before
 * it was its turn to be told is not told at all, so the last line is always true.
 */
export function createFaultLog({ log, subject, fields }: FaultLogOptions): FaultLog {
  const outage = createThrottle((told) => log.warn({ ...fields, ...told }, `${subject}.unavailable`));
  const complaints = createThrottle((told) => log.warn({ ...fields, ...told }, `${subject}.error`));
  let downSince: number | null = null;
  let told = false;
  return {
    unavailable(error) {
      downSince ??= performance.now();
      if (outage(error)) told = true;
    },
    healthy() {
      if (downSince === null) return;
      const downMs = Math.round(performance.now() - downSince);
      downSince = null;
      if (!told) return;
      told = false;
      log.info({ ...fields, downMs }, `${subject}.recovered`);
    },
    error: complaints,
  };
}

/** Passes on one error in ten seconds, with the number of those since the last; says whether it did. */
function createThrottle(tell: (told: object) => void): (error: unknown) => boolean {
  let nextAt = 0;
  let suppressed = 0;
  return (error) => {
    const now = performance.now();
    if (now < nextAt) {
      suppressed += 1;
      return false;
    }
    nextAt = now + REPEAT_MS;
    tell({ ...describeError(error), suppressed });
    suppressed = 0;
    return true;
  };
}
