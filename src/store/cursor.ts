import { Problem } from '../domain/problem.ts';

export interface PageRequest {
  limit: number;
  /** `nextCursor` of the page before; undefined: the first page. */
  cursor?: string | undefined;
}

export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

/** Where a page ends and the next one begins, for one list. */
export interface CursorFormat {
  encode(...position: string[]): string;
  /** @throws Problem invalid_cursor when this list never made such a cursor. */
  decode(cursor: string): string[];
}

const VERSION = 'v1';
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/**
 * A cursor is the version, the list and the position, in base64url. It grants nothing (the same policies
 * apply to every page), so it is not signed; it is only checked to be one that this list could have made.
 */
function cursorFormat(list: string, position: string): CursorFormat {
  const shape = new RegExp(`^${VERSION} ${list} ${position}$`);
  return {
    encode: (...parts) => Buffer.from([VERSION, list, ...parts].join(' ')).toString('base64url'),
    decode(cursor) {
      const bytes = Buffer.from(cursor, 'base64url');
      // Buffer.from skips what is not base64url: only a text that comes out again was one.
      const match = bytes.toString('base64url') === cursor ? shape.exec(bytes.toString('latin1')) : null;
      if (match === null) throw new Problem('invalid_cursor');
      return match.slice(1);
    },
  };
}

/** For a list ordered by its ids. */
export const idCursor = (list: string): CursorFormat => cursorFormat(list, `(${UUID})`);

/** For a list ordered by a time, given in microseconds as Postgres keeps it, and then by id. */
export const timeCursor = (list: string): CursorFormat => cursorFormat(list, `(\\d{1,16}) (${UUID})`);

/** For a list ordered by a number that counts up. */
export const seqCursor = (list: string): CursorFormat => cursorFormat(list, '(\\d{1,15})');

/** Makes a page of up to `limit` rows from up to one row more. */
export function toPage<Row, T>(
  rows: readonly Row[],
  limit: number,
  as: { item: (row: Row) => T; cursor: (row: Row) => string },
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(as.item),
    nextCursor: rows.length > limit && last !== undefined ? as.cursor(last) : null,
  };
}
