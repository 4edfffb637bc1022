/** What is verified: the request as the sender made it. */
export interface VerifyRequest {
  method: string;
  /** The public URL as the sender knows it, not what a proxy made of it. */
  url: string;
  /** Lower-cased, as node delivers them: every value is the header's bytes read as latin1. */
  headers: RequestHeaders;
  rawBody: Buffer;
  /** Unix milliseconds. */
  nowMs: number;
}

export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The one value of a header; undefined when absent, null when it came more than once.
 *
 * Only strings count: a name such as `__proto__` or `constructor` reads something inherited, which is
 * neither a value nor a reason to throw.
 */
export function readHeader(headers: RequestHeaders, name: string): string | undefined | null {
  const value: unknown = headers[name];
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  if (value.length > 1) return null;
  const only: unknown = value[0];
  return typeof only === 'string' ? only : undefined;
}
