import type { ColumnType } from 'kysely';

/** Written as JSON text. */
export type Json<T> = ColumnType<T, string, string>;
/** Given by the database. */
export type CreatedAt = ColumnType<Date, never, never>;
