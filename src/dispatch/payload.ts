import type { TriggerType } from '../domain/states.ts';
import { forwardableHeaders, queryWithoutCredentials, withoutCredentials } from './request-headers.ts';
import type { HeaderList } from './send-result.ts';

export interface StoredRequest {
  method: string;
  /** As it was received, without the question mark. */
  query: string;
  headers: HeaderList;
  body: Buffer | null;
  sourceIp: string;
  receivedAt: Date;
}

export interface PayloadInput {
  forward: 'request' | 'envelope';
  endpointUrl: string;
  execution: { id: string; workflowId: string; triggerType: TriggerType; triggeredAt?: Date };
  /** What a sender sent; null for an execution that no request started. */
  request: StoredRequest | null;
  /** The JSON an execution was started with, when no request did. */
  input: Buffer | null;
}

export interface Payload {
  method: string;
  url: string;
  headers: HeaderList;
  body: Buffer | null;
}

const OWN_HEADERS: HeaderList = [
  ['content-type', 'application/json'],
  ['user-agent', 'hookgate'],
];

/** What is sent to an endpoint, without the headers that differ from attempt to attempt. */
export function buildPayload(input: PayloadInput): Payload {
  const { request, endpointUrl } = input;
  const own = { method: 'POST', url: endpointUrl, headers: [...OWN_HEADERS] };
  if (input.forward === 'envelope') return { ...own, body: envelope(input) };
  if (request === null) return { ...own, body: input.input ?? Buffer.from('{}') };
  return {
    method: request.method,
    url: withQuery(endpointUrl, queryWithoutCredentials(request.query)),
    headers: [...forwardableHeaders(request.headers), ...saysWho(request.sourceIp)],
    body: request.body,
  };
}

/** As a proxy would say it: the client's address, as far as it is known who that is. */
const saysWho = (sourceIp: string): HeaderList => [
  ['x-forwarded-for', sourceIp],
  ['x-real-ip', sourceIp],
];

/** The endpoint's own query stays, and stays first; the sender's follows it byte for byte. */
function withQuery(endpointUrl: string, rawQuery: string): string {
  const query = rawQuery.replace(/^\?/, '').replace(/[^\x21-\x7e]|#/gu, percentEncode);
  if (query === '') return endpointUrl;
  const [url = ''] = endpointUrl.split('#');
  if (!url.includes('?')) return `${url}?${query}`;
  return /[?&]$/.test(url) ? `${url}${query}` : `${url}&${query}`;
}

/** A request line is read as Latin-1: a character up to 0xff is the one byte that was received. */
function percentEncode(character: string): string {
  const bytes = Buffer.from(character, (character.codePointAt(0) ?? 0) <= 0xff ? 'latin1' : 'utf8');
  return [...bytes].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

type Trigger = Pick<PayloadInput, 'execution' | 'request' | 'input'>;

/** What an expression sees, as JSON: what an envelope has, on one level. */
export function expressionInput(trigger: Trigger): string {
  const { head, data } = describe(trigger);
  return `${head.slice(0, -1)},${data.slice(1)}`;
}

/** Headers that are only true of the body they came with. */
const OF_THE_BODY: ReadonlySet<string> = new Set([
  'content-type',
  'content-encoding',
  'content-language',
  'content-md5',
  'content-digest',
  'repr-digest',
  'digest',
]);

/** The same payload with other JSON as its body. What the sender signed it with stays. */
export function withJsonBody(payload: Payload, json: string): Payload {
  const others = payload.headers.filter(([name]) => !OF_THE_BODY.has(name.toLowerCase()));
  return {
    ...payload,
    method: 'POST',
    headers: [['content-type', 'application/json'], ...others],
    body: Buffer.from(json),
  };
}

function envelope(trigger: Trigger): Buffer {
  const { head, data } = describe(trigger);
  return Buffer.from(`${head.slice(0, -1)},"triggerData":${data}}`);
}

/**
 * The body's JSON is put there as the text it is, not parsed and written again: large numbers, `1.0` and
 * duplicate keys arrive at the endpoint as they were sent.
 */
function describe({ execution, request, input }: Trigger): { head: string; data: string } {
  const { id: executionId, workflowId, triggerType } = execution;
  const head = JSON.stringify({ executionId, workflowId, triggerType });
  const at = request ? request.receivedAt : execution.triggeredAt;
  const rest = JSON.stringify({
    headers: request ? headerObject(withoutCredentials(request.headers)) : {},
    query: request ? queryObject(queryWithoutCredentials(request.query)) : {},
    method: request?.method ?? null,
    sourceIp: request?.sourceIp ?? null,
    timestamp: at?.toISOString() ?? null,
  });
  const body = bodyMembers(request ? request.body : (input ?? Buffer.from('{}')));
  return { head, data: `{${body},${rest.slice(1)}` };
}

function bodyMembers(body: Buffer | null): string {
  if (body === null) return '"body":null';
  const text = utf8(body);
  if (text === null) return `"body":"${body.toString('base64')}","bodyEncoding":"base64"`;
  const json = text.replace(/^\uFEFF/, '');
  return `"body":${isJson(json) ? json : JSON.stringify(text)}`;
}

function utf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null; // the one way to learn that bytes are not UTF-8
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // the one way to learn that a text is not JSON
  }
}

/** Names in lower case, repeated ones joined as HTTP joins them. */
function headerObject(headers: HeaderList): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    const before = joined.get(lower);
    joined.set(lower, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(joined);
}

/** A parameter that is there more than once becomes a list. */
function queryObject(query: string): Record<string, string | string[]> {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => {
      const [first = '', ...more] = parameters.getAll(name);
      return [name, more.length === 0 ? first : [first, ...more]];
    }),
  );
}
