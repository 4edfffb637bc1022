import { errors } from 'undici';
import type { LostReason, NotSentReason } from './send-result.ts';

const MAX_DETAIL = 300;

const NOT_SENT_BY_CODE: ReadonlyMap<string, NotSentReason> = new Map([
  ['ADDRESS_NOT_ALLOWED', 'address_not_allowed'],
  ['NAME_NOT_USABLE', 'dns'],
  ['OWN_ADDRESS', 'endpoint_not_allowed'],
  ['DEADLINE', 'timeout'],
  ['ECONNREFUSED', 'refused'],
  ['ETIMEDOUT', 'connect_timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connect_timeout'],
  ['UND_ERR_INVALID_ARG', 'invalid_request'],
  ['UND_ERR_NOT_SUPPORTED', 'invalid_request'],
  ['UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 'invalid_request'],
]);

const INVALID_RESPONSE_CODES: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

/** Why no byte of the request left. `secure`: the connection was to be a TLS one. */
export function notSentReason(error: Error, secure: boolean): NotSentReason {
  const { code = '', syscall } = firstCause(error);
  const known = NOT_SENT_BY_CODE.get(code);
  if (known) return known;
  if (syscall === 'getaddrinfo') return 'dns';
  // What fails on a TLS connection after its TCP connection stood is the handshake: alerts, certificates,
  // a peer that hangs up in the middle. Their codes are too many to list.
  return secure && syscall !== 'connect' && !(error instanceof errors.UndiciError) ? 'tls' : 'network';
}

/** Why no answer came although the request may have arrived. */
export function lostReason(error: Error): LostReason {
  const { code = '' } = firstCause(error);
  if (code === 'DEADLINE') return 'timeout';
  if (error instanceof errors.HTTPParserError || INVALID_RESPONSE_CODES.has(code)) return 'invalid_response';
  if (error instanceof errors.SocketError && error.message.startsWith('bad ')) return 'invalid_response';
  return 'connection_lost';
}

/**
 * One short line without control characters. The messages of Node and undici name the host and the port,
 * never the path or the query.
 */
export function describe(error: Error): string {
  const { message } = firstCause(error);
  return message
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, MAX_DETAIL);
}

/** Connecting to several addresses at once fails with an AggregateError, whose own message is empty. */
function firstCause(error: Error): NodeJS.ErrnoException {
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? first : error;
}
