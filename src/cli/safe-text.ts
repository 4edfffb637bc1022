/** Controls, invisible format characters (those that turn the direction of text among them), line separators. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text that cannot drive a terminal: a webhook's path or a workflow's name is written by strangers. What is
 * escaped is written as JSON does, so that JSON stays the same document.
 */
export const safe = (text: string): string =>
  text.replace(UNSAFE, (found) =>
    Array.from({ length: found.length }, (_, i) => unit(found.charCodeAt(i))).join(''),
  );

/** The same for text of several lines, which stay lines. */
export const safeLines = (text: string): string => text.split('\n').map(safe).join('\n');

const unit = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;
