interface CatalogueEntry {
  status: number;
  title: string;
  /** What happened and what to do about it, when whoever raises it has nothing more precise to say. */
  detail: string;
}

/** Every error this service answers, under its stable code. */
export const PROBLEMS = {
  // The request as such
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
    detail: 'The body is larger than this route accepts. Send less, or raise maxBodyBytes of the webhook.',
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
  headers_too_large: {
    status: 431,
    title: 'Headers too large',
    detail:
      'The headers, with the path and its query, are larger than the 14 KiB this service reads. Send fewer or shorter ones.',
  },
  // Who asks
  unauthorized: {
    status: 401,
    title: 'Unauthorized',
    detail: 'Send a valid API key as "Authorization: Bearer <key>" or "x-api-key: <key>".',
  },
  insufficient_scope: {
    status: 403,
    title: 'Insufficient scope',
    detail: 'The API key lacks the scope this call needs. Use one that has it.',
  },
  organization_not_found: {
    status: 404,
    title: 'Organization not found',
    detail: 'There is no organization with this id. GET /api/organizations lists them.',
  },
  // Receiving
  workflow_not_found: {
    status: 404,
    title: 'Workflow not found',
    detail: 'There is no workflow with this id. GET /api/workflows lists those of your organization.',
  },
  workflow_inactive: {
    status: 403,
    title: 'Workflow inactive',
    detail: 'The workflow is not active. Activate it with PATCH /api/workflows/:id.',
  },
  webhook_disabled: {
    status: 403,
    title: 'Webhook disabled',
    detail: 'The workflow does not accept webhooks. Enable it with PATCH /api/workflows/:id/webhook.',
  },
  ip_not_allowed: {
    status: 403,
    title: 'Address not allowed',
    detail:
      'The source address is not in the allowlist of this webhook. Add it to ipAllowlist with PATCH /api/workflows/:id/webhook.',
  },
  authentication_failed: {
    status: 401,
    title: 'Authentication failed',
    detail:
      'The webhook could not be authenticated. Check its secret and how it is sent: GET /api/workflows/:id/webhook has a command that does it right.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    detail: 'The rate limit of this webhook is used up. Try again after Retry-After seconds.',
  },
  payload_rejected: {
    status: 422,
    title: 'Payload rejected',
    detail:
      'The body does not match the payload schema of this webhook. See errors for each fault, and send it again without them.',
  },
  overloaded: {
    status: 503,
    title: 'Overloaded',
    detail: 'Too much is waiting to be stored. Nothing was stored: send it again after Retry-After seconds.',
  },
  not_stored: {
    status: 503,
    title: 'Not stored',
    detail:
      'The database did not take the request in time. Nothing was stored: send it again after Retry-After seconds.',
  },
  commit_unconfirmed: {
    status: 503,
    title: 'Commit unconfirmed',
    detail:
      'The database did not confirm in time. The request may have been stored and may run: send it again after Retry-After seconds.',
  },
  storage_rejected: {
    status: 400,
    title: 'Storage rejected',
    detail:
      'The database refused this request as data it cannot hold, such as a NUL character. Send it without.',
  },
  database_unavailable: {
    status: 503,
    title: 'Database unavailable',
    detail: 'The database does not answer. Try again after Retry-After seconds.',
  },
  shutting_down: {
    status: 503,
    title: 'Shutting down',
    detail: 'This process is stopping. Try again after Retry-After seconds.',
  },
  // Executing
  execution_not_found: {
    status: 404,
    title: 'Execution not found',
    detail: 'There is no execution with this id. GET /api/executions lists those of your organization.',
  },
  execution_workflow_inactive: {
    status: 409,
    title: 'Workflow inactive',
    detail: 'The workflow is not active. Activate it with PATCH /api/workflows/:id.',
  },
  idempotency_key_reused: {
    status: 409,
    title: 'Idempotency key reused',
    detail: 'This Idempotency-Key was used with another body. Use a new key for a new request.',
  },
  execution_not_retryable: {
    status: 409,
    title: 'Execution not retryable',
    detail:
      'Only an execution that is failed or dead_lettered can be retried. Wait for its end, or run its webhook again with POST /api/webhook-logs/:id/retry.',
  },
  execution_not_cancellable: {
    status: 409,
    title: 'Execution not cancellable',
    detail: 'The execution has ended already: there is nothing left to cancel.',
  },
  // Managing
  webhook_log_not_found: {
    status: 404,
    title: 'Webhook log not found',
    detail: 'There is no webhook log with this id. GET /api/webhook-logs lists what is kept.',
  },
  body_expired: {
    status: 410,
    title: 'Body expired',
    detail: 'The retention of this webhook is over and its bytes are gone. Ask its sender to send it again.',
  },
  body_not_kept: {
    status: 409,
    title: 'Body not kept',
    detail:
      'The webhook was refused, and of refused webhooks no body is kept. Ask its sender to send it again.',
  },
  search_too_wide: {
    status: 400,
    title: 'Search too wide',
    detail:
      'A search in bodies needs a workflowId, or from and to at most 24 hours apart. Add one or the other.',
  },
  replay_not_found: {
    status: 404,
    title: 'Replay not found',
    detail: 'There is no replay with this id. GET /api/replays lists those of your organization.',
  },
  replay_not_cancellable: {
    status: 409,
    title: 'Replay not cancellable',
    detail: 'The replay has ended already: there is nothing left to cancel.',
  },
  precondition_failed: {
    status: 412,
    title: 'Precondition failed',
    detail: 'It was changed by somebody else meanwhile. Read it again, and send its new ETag as If-Match.',
  },
  cannot_sign: {
    status: 409,
    title: 'Cannot sign',
    detail:
      'Only the sender can sign for this webhook: what is kept here is its public key, or no secret at all. Have the sender send a test.',
  },
  api_key_not_found: {
    status: 404,
    title: 'API key not found',
    detail: 'There is no API key with this id. GET /api/api-keys lists those of your organization.',
  },
  not_grantable: {
    status: 403,
    title: 'Not grantable',
    detail:
      'A key cannot grant more than it has itself, nor for longer. See errors for each scope and for the time, and ask with a key that has them.',
  },
  name_taken: {
    status: 409,
    title: 'Name taken',
    detail: 'Another object of this kind has this name. Choose another one.',
  },
  invalid_configuration: {
    status: 422,
    title: 'Invalid configuration',
    detail:
      'The settings contradict each other. See errors for each fault, and send them again without them.',
  },
  // Us
  too_many_streams: {
    status: 503,
    title: 'Too many streams',
    detail: 'This process serves as many event streams as it may. Try again after Retry-After seconds.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    detail: 'Something went wrong on our side. Try again; if it stays, the request id finds it in the log.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ProblemCode = keyof typeof PROBLEMS;
