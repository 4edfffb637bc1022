import type { Client } from '../dispatch/client.ts';
import type { NotSentReason, ResponseResult, SendResult } from '../dispatch/send-result.ts';
import { type N8nFailure, type N8nResult, unexpected } from './result.ts';

export interface CallOptions {
  /** Milliseconds for the whole call. */
  timeoutMs: number;
  /** Sent as JSON. */
  body?: object;
}

/** Makes one call of n8n's public API. `path` begins after `/api/v1`. The value is JSON of any shape. */
export type Call = (
  method: 'GET' | 'POST',
  path: string,
  options: CallOptions,
) => Promise<N8nResult<unknown>>;

/** `baseUrl` without a slash at its end. The key goes to this address and no further: redirects are not followed. */
export function createCall({
  client,
  baseUrl,
  apiKey,
}: {
  client: Pick<Client, 'send'>;
  baseUrl: string;
  apiKey: string;
}): Call {
  return async (method, path, { timeoutMs, body }) => {
    const sent = await client.send({
      url: `${baseUrl}/api/v1${path}`,
      method,
      headers: [
        ['x-n8n-api-key', apiKey],
        ['accept', 'application/json'],
        ['user-agent', 'hookgate'],
        ...(body === undefined ? [] : ([['content-type', 'application/json']] as const)),
      ],
      body: body === undefined ? null : Buffer.from(JSON.stringify(body)),
      timeoutMs,
    });
    return judge(sent, method, timeoutMs);
  };
}

// Not the client's own words: those may quote what was sent, and a key is sent.
const NOT_SENT: Record<NotSentReason, string> = {
  refused: 'it refuses connections',
  dns: 'its name is not found',
  tls: 'the TLS handshake fails',
  connect_timeout: 'it does not accept connections',
  address_not_allowed: 'its address is not allowed',
  endpoint_not_allowed: 'its address is not allowed',
  timeout: 'it does not accept connections',
  invalid_request: 'the request cannot be sent: check that N8N_API_KEY has no line breaks in it',
  network: 'the network fails',
};

function judge(sent: SendResult, method: 'GET' | 'POST', timeoutMs: number): N8nResult<unknown> {
  if (sent.status === 'response') return judgeAnswer(sent, method, timeoutMs);
  const { reason } = sent;
  if (sent.status === 'not_sent') {
    const late = reason === 'timeout' || reason === 'connect_timeout';
    return late
      ? { status: 'timeout', sent: false }
      : { status: 'unreachable', detail: NOT_SENT[sent.reason] };
  }
  if (reason === 'timeout') return { status: 'timeout', sent: true };
  if (reason === 'invalid_response') return unexpected('It answered something that is not HTTP.');
  return { status: 'unreachable', detail: 'the connection broke off' };
}

function judgeAnswer(answer: ResponseResult, method: 'GET' | 'POST', timeoutMs: number): N8nResult<unknown> {
  const { statusCode } = answer;
  if (answer.truncated) return unexpected('Its answer is larger than what is read of one.');
  if (answer.bodyIncomplete) {
    return answer.durationMs >= timeoutMs
      ? { status: 'timeout', sent: true }
      : { status: 'unreachable', detail: 'its answer broke off' };
  }
  if ([502, 503, 504].includes(statusCode)) {
    return { status: 'unreachable', detail: `it answered ${statusCode}, as when n8n is starting or down` };
  }
  if (statusCode >= 300 && statusCode < 400) {
    return unexpected(`It answered a redirect (${statusCode}), which is not followed.`);
  }
  const value = parseJson(answer.body);
  if (value === undefined) return unexpected(`It answered ${statusCode} with something that is not JSON.`);
  if (statusCode < 300) return { status: 'ok', value };
  return refusal(statusCode, method, messageOf(value));
}

function refusal(statusCode: number, method: 'GET' | 'POST', message: string | null): N8nFailure {
  const strange = unexpected(`It answered ${statusCode}${message === null ? '' : `: ${message}`}.`);
  switch (statusCode) {
    case 401:
      return { status: 'key_refused' };
    case 403:
      return { status: 'forbidden', message };
    case 404:
      return { status: 'not_found' };
    case 400:
    case 409:
    case 422:
      // A read asks for no change that could be refused: n8n did not understand us.
      return method === 'GET' ? strange : { status: 'refused', statusCode, message };
    default:
      return strange;
  }
}

const MAX_MESSAGE = 300;

/** n8n's own words, made fit to be shown; null when it said none. */
function messageOf(value: unknown): string | null {
  const message =
    typeof value === 'object' && value !== null ? (value as { message?: unknown }).message : null;
  return typeof message === 'string' && message.trim() !== '' ? shown(message, MAX_MESSAGE) : null;
}

/** Text of n8n's, on one line and without what cannot be stored or shown. */
export const shown = (text: string, limit: number): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, limit)
    .replace(/\p{Cs}/gu, '');

/** undefined: it is none. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
