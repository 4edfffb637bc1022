import { type KeyObject, randomBytes } from 'node:crypto';
import type { HeaderList } from './send-result.ts';
import { signBody, signStandard } from './signature.ts';

const CONNECTION_BOUND: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'host',
  'content-length',
  'expect',
]);

const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'x-api-key']);

// A sender's tracestate belongs to its own traceparent, which ours replaces.
const TRACE: ReadonlySet<string> = new Set(['traceparent', 'tracestate']);

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// One control character, or one character that has no single byte, and the client refuses the whole request.
const SENDABLE_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The sender's headers without those that prove who it is, and without names only we may use. */
export function withoutCredentials(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return !CREDENTIALS.has(lower) && !lower.startsWith('proxy-') && !isOurs(lower);
  });
}

/** Those of the sender's headers that go on to the endpoint, in their order and spelling. */
export function forwardableHeaders(headers: HeaderList): HeaderList {
  const nominated = new Set(
    headers
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, value]) => value.toLowerCase().split(','))
      .map((name) => name.trim()),
  );
  return withoutCredentials(headers).filter(([name, value]) => {
    const lower = name.toLowerCase();
    if (CONNECTION_BOUND.has(lower) || nominated.has(lower)) return false;
    return TOKEN.test(name) && SENDABLE_VALUE.test(value);
  });
}

/** Whether an endpoint may not be given a header of this name (in lower case): it is HTTP's, or ours. */
export const isReservedHeader = (lower: string): boolean =>
  CONNECTION_BOUND.has(lower) || lower === 'content-type' || isOurs(lower);

// With underscores too: some servers hand both spellings to the application as one name.
const isOurs = (lower: string): boolean =>
  lower.replaceAll('_', '-').startsWith('x-hookgate-') || TRACE.has(lower);

export interface DeliveryHeadersInput {
  forward: 'request' | 'envelope';
  /** What the payload brings along. */
  base: HeaderList;
  /** What the endpoint is configured to be told; takes the place of headers of the same names. */
  configured: Readonly<Record<string, string>>;
  body: Buffer | null;
  key: KeyObject;
  executionId: string;
  deliveryId: string;
  workflowId: string;
  attempt: number;
  nowMs: number;
}

/** All headers of one attempt: the payload's, then ours, signed with the endpoint's key. */
export function deliveryHeaders(input: DeliveryHeadersInput): HeaderList {
  const { key, deliveryId: id } = input;
  const body = input.body ?? Buffer.alloc(0);
  const timestamp = Math.floor(input.nowMs / 1000);
  const signature = signStandard(key, { id, timestamp, body });
  const configured = Object.entries(input.configured);
  const replaced = new Set(configured.map(([name]) => name.toLowerCase()));
  const headers: HeaderList = [
    ...input.base.filter(([name]) => !replaced.has(name.toLowerCase())),
    ...configured,
    ['x-hookgate-execution-id', input.executionId],
    ['x-hookgate-delivery-id', id],
    ['x-hookgate-workflow-id', input.workflowId],
    ['x-hookgate-attempt', String(input.attempt)],
    ['x-hookgate-timestamp', String(timestamp)],
    ['x-hookgate-signature', signature],
    ['traceparent', traceparent(input.executionId)],
  ];
  if (input.forward === 'request') return headers;
  // An envelope is a webhook of our own, so it is signed as webhooks usually are. A forwarded request keeps
  // its sender's signature headers, which these would replace.
  return [
    ...headers,
    ['x-webhook-signature', signBody(key, body)],
    ['webhook-id', id],
    ['webhook-timestamp', String(timestamp)],
    ['webhook-signature', signature],
  ];
}

/** What may be kept of the headers that were sent: without the values of those that the endpoint is configured with. */
export function withoutConfigured(
  headers: HeaderList,
  configured: Readonly<Record<string, string>>,
): HeaderList {
  const names = new Set(Object.keys(configured).map((name) => name.toLowerCase()));
  if (names.size === 0) return headers;
  return headers.map(([name, value]) => [name, names.has(name.toLowerCase()) ? '[redacted]' : value]);
}

/** One trace for each execution, so that every attempt of it is found under the same trace id. */
function traceparent(executionId: string): string {
  const traceId = executionId.replaceAll('-', '').toLowerCase();
  return `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
}
