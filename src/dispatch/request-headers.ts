import { type KeyObject, randomBytes } from 'node:crypto';
import { HOPS_HEADER, VIA_HEADER } from '../domain/hops.ts';
import { REDACTED } from '../domain/redacted.ts';
import type { HeaderList, SendResult } from './send-result.ts';
import { type SignedContent, signBody, signStandard } from './signature.ts';

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

/**
 * Who asked, for which host, and by which method are ours to say: what a sender writes there, n8n or what stands behind
 * it would take for the word of its proxy.
 */
const OURS_TO_SAY: ReadonlySet<string> = new Set([
  'forwarded',
  'client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'cf-connecting-ipv6',
  'cf-pseudo-ipv4',
  'do-connecting-ip',
  'fastly-client-ip',
  'fly-client-ip',
  'wl-proxy-client-ip',
  'x-appengine-user-ip',
  'x-azure-clientip',
  'x-azure-socketip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-envoy-external-address',
  'x-host',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-nf-client-connection-ip',
  'x-original-forwarded-for',
  'x-original-host',
  'x-original-url',
  'x-originating-ip',
  'x-proxyuser-ip',
  'x-real-ip',
  'x-remote-addr',
  'x-remote-ip',
  'x-rewrite-url',
  'x-scheme',
  'x-vercel-forwarded-for',
]);

/** Whether a header (in lower case, with whatever for a dash) says what only a proxy that is trusted may. */
export function isOursToSay(lower: string): boolean {
  const name = lower.replaceAll('_', '-');
  return OURS_TO_SAY.has(name) || name === 'x-forwarded' || name.startsWith('x-forwarded-');
}

/** They were about the answer to the sender; the call to the endpoint has its own. */
const isNegotiation = (lower: string): boolean =>
  lower === 'accept-encoding' || lower === 'range' || lower.startsWith('if-');

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// One control character, or one character that has no single byte, and the client refuses the whole request.
const SENDABLE_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * The sender's headers without those that prove who it is, and without names only we may use. What a credential was
 * taken out of before it was stored is left out as a whole: half of it, or a word in its place, could be taken for data.
 */
export function withoutCredentials(headers: HeaderList): HeaderList {
  return headers.filter(([name, value]) => {
    const lower = name.toLowerCase();
    return (
      !CREDENTIALS.has(lower) &&
      !lower.startsWith('proxy-') &&
      !isOurs(lower) &&
      !isOursToSay(lower) &&
      !value.includes(REDACTED)
    );
  });
}

/** The sender's query string, by the same rule. */
export const queryWithoutCredentials = (query: string): string =>
  query.includes(REDACTED)
    ? query
        .split('&')
        .filter((part) => !part.includes(REDACTED))
        .join('&')
    : query;

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
    if (CONNECTION_BOUND.has(lower) || nominated.has(lower) || isNegotiation(lower)) return false;
    return TOKEN.test(name) && SENDABLE_VALUE.test(value);
  });
}

// A sender's go on to the endpoint; those of an envelope are ours.
const SIGNATURES: ReadonlySet<string> = new Set([
  'x-webhook-signature',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
]);

/** Whether an endpoint may not be given a header of this name (in lower case): it is HTTP's, or ours. */
export const isReservedHeader = (lower: string): boolean =>
  CONNECTION_BOUND.has(lower) ||
  lower === 'content-type' ||
  isOurs(lower) ||
  SIGNATURES.has(lower.replaceAll('_', '-'));

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
  /** How many executions led to this one: whatever it leads to brings it back, so that a loop ends. */
  hops: number;
  /** The workflows through which it came, if it came from a delivery of ours. */
  via?: readonly string[];
  nowMs: number;
}

/** All headers of one attempt: the payload's, then ours, signed with the endpoint's key. */
export function deliveryHeaders(input: DeliveryHeadersInput): HeaderList {
  const { key, deliveryId: id } = input;
  const body = input.body ?? Buffer.alloc(0);
  const timestamp = Math.floor(input.nowMs / 1000);
  const { standard, all } = ownSignatures(key, { id, timestamp, body });
  const via: HeaderList = input.via?.length ? [[VIA_HEADER, input.via.join(', ')]] : [];
  const headers: HeaderList = [
    ...withConfigured(input.base, input.configured),
    ['x-hookgate-execution-id', input.executionId],
    ['x-hookgate-delivery-id', id],
    ['x-hookgate-workflow-id', input.workflowId],
    ['x-hookgate-attempt', String(input.attempt)],
    [HOPS_HEADER, String(input.hops)],
    ...via,
    ['x-hookgate-timestamp', String(timestamp)],
    ['x-hookgate-signature', standard],
    ['traceparent', traceparent(input.executionId)],
  ];
  // An envelope is a webhook of our own, so it is signed as webhooks usually are. A forwarded request keeps
  // its sender's signature headers, which these would replace.
  return input.forward === 'request' ? headers : [...headers, ...all];
}

/** Headers, with those that the endpoint is configured with in place of others of the same names. */
export function withConfigured(base: HeaderList, configured: Readonly<Record<string, string>>): HeaderList {
  const entries = Object.entries(configured);
  const replaced = new Set(entries.map(([name]) => name.toLowerCase()));
  return [...base.filter(([name]) => !replaced.has(name.toLowerCase())), ...entries];
}

/** What signs a webhook of our own: `standard` is the signature of Standard Webhooks, `all` the headers with it. */
export function ownSignatures(key: KeyObject, content: SignedContent): { standard: string; all: HeaderList } {
  const { id, timestamp, body } = content;
  const standard = signStandard(key, content);
  return {
    standard,
    all: [
      ['x-webhook-signature', signBody(key, body)],
      ['webhook-id', id],
      ['webhook-timestamp', String(timestamp)],
      ['webhook-signature', standard],
    ],
  };
}

/** What may be kept of the headers that were sent: without the values of those that the endpoint is configured with. */
export function withoutConfigured(
  headers: HeaderList,
  configured: Readonly<Record<string, string>>,
): HeaderList {
  const names = new Set(Object.keys(configured).map((name) => name.toLowerCase()));
  if (names.size === 0) return headers;
  return headers.map(([name, value]) => [name, names.has(name.toLowerCase()) ? REDACTED : value]);
}

/** Shorter values are no secrets, and would be found in anything. */
const MIN_MASKED = 8;

/** The result without the values of configured headers: an endpoint may well tell what it was sent. */
export function withoutConfiguredValues(
  result: SendResult,
  configured: Readonly<Record<string, string>>,
): SendResult {
  const values = credentialsIn(configured);
  if (values.length === 0) return result;
  const inText = (text: string) => values.reduce((rest, value) => rest.replaceAll(value, REDACTED), text);
  if (result.status !== 'response') return { ...result, detail: inText(result.detail) };
  return {
    ...result,
    headers: result.headers.map(([name, value]) => [name, inText(value)]),
    body: values.reduce((rest, value) => inBytes(rest, value), result.body),
  };
}

/** The longest first, which the others may be part of. */
function credentialsIn(configured: Readonly<Record<string, string>>): string[] {
  const values = Object.values(configured).flatMap((value) => {
    const trimmed = value.trim();
    // Whoever reads the header may repeat the credential without its scheme.
    return [trimmed, /^(?:basic|bearer) +(\S+)$/i.exec(trimmed)?.[1] ?? ''];
  });
  return [...new Set(values)]
    .filter(({ length }) => length >= MIN_MASKED)
    .sort((a, b) => b.length - a.length);
}

/** As it was sent, and as JSON would have it. */
function inBytes(body: Buffer, value: string): Buffer {
  const [sent, asText] = [Buffer.from(value, 'latin1'), Buffer.from(value, 'utf8')];
  const masked = replaceBytes(body, sent);
  return sent.equals(asText) ? masked : replaceBytes(masked, asText);
}

function replaceBytes(body: Buffer, value: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = body.indexOf(value); at >= 0; at = body.indexOf(value, from)) {
    parts.push(body.subarray(from, at), Buffer.from(REDACTED));
    from = at + value.length;
  }
  return from === 0 ? body : Buffer.concat([...parts, body.subarray(from)]);
}

/** One trace for each execution or event, so that every attempt of it is found under the same trace id. */
export function traceparent(id: string): string {
  const traceId = id.replaceAll('-', '').toLowerCase();
  return `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
}
