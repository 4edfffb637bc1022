/** What can be told in one line and needs no stack: ends the program with 1. */
export class CliError extends Error {
  override name = 'CliError';
}

/** The command line contradicts itself or names something that cannot be: ends the program with 2. */
export class UsageError extends CliError {
  override name = 'UsageError';
}

/** Nothing answered. The same call may succeed later. */
export class UnreachableError extends CliError {
  override name = 'UnreachableError';
}

/** The service answered, and refused. */
export class RefusedError extends CliError {
  override name = 'RefusedError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** One line about an error of any kind. A refused connection to several addresses has no message, only a code. */
export function lineOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return message || code || String(error);
}
