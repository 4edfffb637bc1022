import { Type } from 'typebox';

/** Text that Postgres can hold and give back as it was: no NUL, no half of a surrogate pair. */
export const Text = (options: { minLength?: number; maxLength: number; description?: string }) =>
  Type.String({ ...options, pattern: '^[^\\u0000\\ud800-\\udfff]*$' });

export const Name = Text({ minLength: 1, maxLength: 200 });
