/** Reads errors of node-postgres: what is known about a statement that failed. */

const sqlState = (error: unknown): string | null => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
};

/** No connection could be had, so the statement never left. */
export class NotSentError extends Error {
  override name = 'NotSentError';
}

/** The values were refused (classes 22 and 23): sending them again cannot help. */
export function isDataFault(error: unknown): boolean {
  const state = sqlState(error);
  return state !== null && (state.startsWith('22') || state.startsWith('23'));
}

/**
 * Whether the statement may have been committed although it failed here: the connection broke or timed
 * out before the verdict, or the session was terminated (57P0x), which can strike between a commit and
 * its confirmation.
 */
export function isUncertain(error: unknown): boolean {
  if (error instanceof NotSentError) return false;
  const state = sqlState(error);
  return state === null || state.startsWith('08') || state.startsWith('57P') || state === '40003';
}

/** The database cannot be reached or does not take work now; the same call may succeed later. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof NotSentError) return true;
  const state = sqlState(error);
  if (state !== null) return /^(08|53|57P|55P03|40)/.test(state);
  const code = (error as { code?: unknown } | null)?.code;
  if (
    typeof code === 'string' &&
    /^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)/.test(code)
  )
    return true;
  // node-postgres gives these no code.
  return (
    error instanceof Error &&
    /timeout|Connection terminated|Client has encountered a connection error/i.test(error.message)
  );
}

/** The server ended it because it took too long. */
export const isStatementTimeout = (error: unknown): boolean => sqlState(error) === '57014';

/** It gave up waiting for what somebody else has locked, and changed nothing. */
export const isLockTimeout = (error: unknown): boolean => sqlState(error) === '55P03';

/** It was undone to let another transaction go on: the same can be done again at once. */
export function isConflict(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40001' || state === '40P01';
}

/** A unique constraint refused the row; the constraint's name. */
export function uniqueViolation(error: unknown): string | null {
  return sqlState(error) === '23505' ? ((error as { constraint?: string }).constraint ?? '') : null;
}
