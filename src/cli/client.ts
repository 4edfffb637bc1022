import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import type { ProblemBody } from '../http/schemas/common.ts';
import { lineOf, RefusedError, UnreachableError } from './errors.ts';
import { apiKey, serviceUrl } from './settings.ts';

/** Options that every command has. */
export interface GlobalOptions {
  url?: string | undefined;
  organization?: string | undefined;
  json?: true | undefined;
}

export type Query = Record<string, string | number | boolean | undefined>;

export interface Call {
  query?: Query;
  /** Sent as JSON. */
  json?: unknown;
  /** JSON that is sent as it is written, instead. */
  rawJson?: string;
  signal?: AbortSignal;
}

export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

/** Longer than anything the management API takes for an answer. */
const ANSWER_LIMIT_MS = 60_000;

/** Finds out where the service is and with which key to call it. Calls nothing yet. */
export async function connect({ url: option, organization }: GlobalOptions): Promise<Client> {
  const url = serviceUrl(option);
  return new Client(url, {
    authorization: `Bearer ${await apiKey(url)}`,
    ...(organization !== undefined && { 'x-organization-id': organization }),
  });
}

/** The management API of a service. */
export class Client {
  readonly url: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, headers: Record<string, string>) {
    this.url = url;
    this.#headers = headers;
  }

  /**
   * @throws UnreachableError when nothing answers there.
   * @throws RefusedError when the answer is no success.
   */
  async call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, call: Call = {}): Promise<T> {
    const { body } = await this.#request(method, path, call);
    const text = await body.text().catch((error: unknown) => {
      throw this.#unreachable(error);
    });
    if (text === '') return undefined as T;
    const value = parseJson(text);
    if (value === undefined) throw new RefusedError(502, this.#notOurs('text that is not JSON'));
    return value as T;
  }

  get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
    return this.call('GET', path, { query, ...(signal && { signal }) });
  }

  /** Up to `limit` items of a list, over as many pages as that takes, and whether there are more. */
  async list<T>(path: string, query: Query, limit: number): Promise<{ items: T[]; more: boolean }> {
    const items: T[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.get<Page<T>>(path, {
        ...query,
        cursor,
        limit: Math.min(limit - items.length, 200),
      });
      items.push(...page.data);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && items.length < limit);
    return { items, more: cursor !== undefined };
  }

  /** The body as it arrives; it ends with an error when it breaks off. */
  async stream(path: string, query: Query, signal: AbortSignal): Promise<Readable> {
    return (await this.#request('GET', path, { query, signal })).body;
  }

  async #request(method: 'GET' | 'POST' | 'DELETE', path: string, call: Call) {
    const { query = {}, json, signal } = call;
    const body = call.rawJson ?? (json === undefined ? undefined : JSON.stringify(json));
    const url = new URL(this.url + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const answer = await request(url, {
      method,
      headers: { ...this.#headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
      headersTimeout: ANSWER_LIMIT_MS,
    }).catch((error: unknown) => {
      throw signal?.aborted ? error : this.#unreachable(error);
    });
    if (answer.statusCode < 300) return answer;
    throw await this.#refusal(answer);
  }

  #unreachable(error: unknown): UnreachableError {
    return new UnreachableError(
      `Hookgate does not answer at ${this.url} (${lineOf(error)}): start it with "npm start", or say where it is with --url or HOOKGATE_URL.`,
    );
  }

  async #refusal({ statusCode, body }: Dispatcher.ResponseData): Promise<RefusedError> {
    const problem = parseJson(await body.text().catch(() => '')) as Partial<ProblemBody> | undefined;
    if (typeof problem?.code !== 'string')
      return new RefusedError(statusCode, this.#notOurs(`${statusCode}`));
    return new RefusedError(statusCode, problemLine(problem));
  }

  #notOurs(answer: string): string {
    return `${this.url} answered ${answer}, which Hookgate does not: is this its address, and nothing between?`;
  }
}

/** A problem in one line: what, why, which fields, its stable code, and what finds it in the log. */
export function problemLine({ title, detail, errors = [], code, requestId }: Partial<ProblemBody>): string {
  const faults = errors.map((fault) => `${fault.pointer} ${fault.detail}`).join('; ');
  return `${title}: ${detail}${faults && ` (${faults})`} [${code}, request ${requestId}]`;
}

/** undefined: it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
