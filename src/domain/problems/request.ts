import type { Catalogue } from './entry.ts';

/** The request as such. */
export const REQUEST_PROBLEMS = {
  validation_failed: {
    status: 400,
    title: 'Validation failed',
    detail:
      'The request does not match its schema. See errors for each fault, and send it again without them.',
  },
  invalid_json: {
    status: 400,
    title: 'Invalid JSON',
    detail: 'The body is not valid JSON. Send one that is, in UTF-8.',
  },
  invalid_cursor: {
    status: 400,
    title: 'Invalid cursor',
    detail: 'The cursor is not one this list handed out. Start again without it.',
  },
  bad_request: {
    status: 400,
    title: 'Bad request',
    detail: 'The request is not as HTTP has it. Check its path, its headers and the length of its body.',
  },
  route_not_found: {
    status: 404,
    title: 'Route not found',
    detail: 'There is nothing at this path. See /docs for the routes.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    detail: 'This path does not take that method. Use one that the Allow header names.',
  },
  request_timeout: {
    status: 408,
    title: 'Request timeout',
    detail:
      'The request did not arrive completely in time. Send it again, and less of it when that fails too.',
  },
  payload_too_large: {
    status: 413,
    title: 'Payload too large',
    detail:
      'The body is larger than this route accepts: 64 KiB for settings, 128 KiB where a payload schema may be among them, else MAX_BODY_BYTES or maxBodyBytes of the webhook. Send less, or raise that.',
  },
  uri_too_long: {
    status: 414,
    title: 'URI too long',
    detail: 'A path parameter is longer than any id. Check the path.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'Send the body as application/json.',
  },
  too_many_unknown_names: {
    status: 429,
    title: 'Too many unknown names',
    detail:
      'Too many workflows or API keys that there are not were asked for from this address, so no more are looked up for a while. Check the id or the key, and try again after Retry-After seconds.',
  },
  headers_too_large: {
    status: 431,
    title: 'Headers too large',
    detail:
      'The headers, with the path and its query, are larger than the 14 KiB this service reads. Send fewer or shorter ones.',
  },
  metrics_closed: {
    status: 403,
    title: 'Metrics closed',
    detail:
      'Metrics are not shown to everybody. Set METRICS_TOKEN and send it as "Authorization: Bearer <token>", or have them on a listener of their own with OPERATIONS_PORT.',
  },
  too_many_connections: {
    status: 429,
    title: 'Too many connections',
    detail:
      'From this address come more connections, or more requests at the same time, than one client may have. Close some, or try again after Retry-After seconds.',
  },
  too_many_bytes: {
    status: 429,
    title: 'Too many bytes',
    detail:
      'The bodies that arrive from this address at the same time are more than one client may send. Nothing was stored: send fewer at once, and this one again after Retry-After seconds.',
  },
} as const satisfies Catalogue;
