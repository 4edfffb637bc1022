import { isUtf8 } from 'node:buffer';
import { MAX_JSON_DEPTH, nestsWithin } from '../../domain/json-limits.ts';

export type BodyView =
  | { body: unknown; bodyEncoding: 'json' }
  | { body: string; bodyEncoding: 'text' }
  | { body: string; bodyEncoding: 'base64' };

/** The value of a body that is JSON; undefined for anything else, and for what nests too deep to be written again. */
export function jsonValue(bytes: Buffer): unknown {
  if (!isUtf8(bytes) || !nestsWithin(bytes, MAX_JSON_DEPTH)) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Bytes as an answer can show them: as JSON when they are, else as text, else in base64. */
export function bodyView(bytes: Buffer): BodyView {
  const body = jsonValue(bytes);
  if (body !== undefined) return { body, bodyEncoding: 'json' };
  if (isUtf8(bytes)) return { body: bytes.toString('utf8'), bodyEncoding: 'text' };
  return { body: bytes.toString('base64'), bodyEncoding: 'base64' };
}

export const headersView = (headers: readonly [string, string][] | null) =>
  (headers ?? []).map(([name, value]) => ({ name, value }));
