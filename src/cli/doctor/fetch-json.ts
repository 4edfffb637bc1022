import { request } from 'undici';
import { parseJson } from '../client.ts';

const LIMIT_MS = 5_000;

export interface JsonAnswer {
  status: number;
  /** undefined: it is no JSON. */
  body: unknown;
}

/** Asks an address once and follows no redirect: headers may hold a key. */
export async function fetchJson(url: string, headers: Record<string, string> = {}): Promise<JsonAnswer> {
  const { statusCode, body } = await request(url, { headers, signal: AbortSignal.timeout(LIMIT_MS) });
  return { status: statusCode, body: parseJson(await body.text()) };
}
