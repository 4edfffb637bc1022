export type HeaderList = [name: string, value: string][];

export interface OutboundRequest {
  /** http or https, without credentials. Its query is sent as it is written. */
  url: string;
  method: string;
  /** Sent in this order and spelling, duplicates included. */
  headers: readonly (readonly [name: string, value: string])[];
  body: Buffer | null;
  /** One deadline for connecting, sending, and reading the whole answer. */
  timeoutMs: number;
}

/** A status line and headers arrived, whatever became of the body after them. */
export interface ResponseResult {
  status: 'response';
  statusCode: number;
  /** As they came; a decoded body keeps its `content-encoding` here. */
  headers: HeaderList;
  /** Decoded from gzip, deflate or brotli where that is possible, otherwise the bytes that came. */
  body: Buffer;
  /** The rest of the body was left unread, or cut off, because it is over the limit. */
  truncated: boolean;
  /** The body broke off, or the deadline passed while it was read. */
  bodyIncomplete: boolean;
  durationMs: number;
}

export type NotSentReason =
  | 'refused'
  | 'dns'
  | 'tls'
  | 'connect_timeout'
  | 'address_not_allowed'
  /** It leads back to this service, or to what of n8n is no webhook. */
  | 'endpoint_not_allowed'
  | 'timeout'
  | 'invalid_request'
  | 'network';

export type LostReason = 'timeout' | 'connection_lost' | 'invalid_response';

/** What became of one HTTP call. `not_sent` is certain; `lost` means the peer may have acted on it. */
export type SendResult =
  | ResponseResult
  | { status: 'not_sent'; reason: NotSentReason; detail: string; durationMs: number }
  | { status: 'lost'; reason: LostReason; detail: string; durationMs: number };
