import { type TSchema, Type } from 'typebox';
import { answer } from './common.ts';

const TAG = '(?:W/)?"[!#-~\\x80-\\xff]*"';
const TAG_LIST = `^(?:\\*|[ \\t,]*${TAG}(?:[ \\t]*,[ \\t,]*${TAG})*[ \\t,]*)$`;

const tags = (description: string) =>
  Type.Optional(Type.String({ maxLength: 2_000, pattern: TAG_LIST, description }));

/** For calls that change something. */
export const IfMatch = Type.Object({
  'if-match': tags(
    'Entity tags from `ETag`: the call is refused with 412 when it was changed since. Without it, or with `*`, the last writer wins.',
  ),
});

/** For calls that show something. */
export const IfNoneMatch = Type.Object({
  'if-none-match': tags('Entity tags from `ETag`: answers 304 when nothing has changed since.'),
});

const ETAG = { type: 'string', description: 'For `If-Match` and `If-None-Match`.' } as const;

/** The answer of a call that shows something as it is now. */
export const tagged = <T extends TSchema>(schema: T): T => answer(schema, { headers: { etag: ETAG } });

export const NotModified = answer(Type.Null({ description: 'What `If-None-Match` names is current.' }), {
  headers: { etag: ETAG },
});
