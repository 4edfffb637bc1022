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
    detail: 'The request does not match its schema. See errors for each fault.',
  },
  invalid_json: { status: 400, title: 'Invalid JSON', detail: 'The body is not valid JSON.' },
  invalid_cursor: {
    status: 400,
    title: 'Invalid cursor',
    detail: 'The cursor is not one this list handed out. Start again without it.',
  },
  bad_request: { status: 400, title: 'Bad request', detail: 'The request could not be understood.' },
  route_not_found: {
    status: 404,
    title: 'Route not found',
    detail: 'There is nothing at this path. See /docs for the routes.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    detail: 'This path does not take that method. See the Allow header.',
  },
  request_timeout: {
    status: 408,
    title: 'Request timeout',
    detail: 'The request did not arrive completely in time.',
  },
  payload_too_large: {
    status: 413,
    title: 'Payload too large',
    detail: 'The body is larger than this route accepts.',
  },
  uri_too_long: { status: 414, title: 'URI too long', detail: 'A path parameter is too long.' },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'Send the body as application/json.',
  },
  headers_too_large: {
    status: 431,
    title: 'Headers too large',
    detail: 'The headers, with the path and its query, are larger than the 14 KiB this service reads.',
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
    detail: 'The API key lacks the scope this call needs.',
  },
  organization_not_found: {
    status: 404,
    title: 'Organization not found',
    detail: 'There is no organization with this id.',
  },
  // Receiving
  workflow_not_found: {
    status: 404,
    title: 'Workflow not found',
    detail: 'There is no workflow with this id.',
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
    detail: 'The source address is not in the allowlist of this webhook.',
  },
  authentication_failed: {
    status: 401,
    title: 'Authentication failed',
    detail: 'The webhook could not be authenticated.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    detail: 'The rate limit of this webhook is used up. Try again after Retry-After seconds.',
  },
  payload_rejected: {
    status: 422,
    title: 'Payload rejected',
    detail: 'The body does not match the payload schema of this webhook. See errors for each fault.',
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
    detail: 'The database refused this request as data it cannot hold.',
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
    detail: 'There is no execution with this id.',
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
    detail: 'Only an execution that is failed or dead_lettered can be retried.',
  },
  execution_not_cancellable: {
    status: 409,
    title: 'Execution not cancellable',
    detail: 'The execution has ended already.',
  },
  // Managing
  webhook_log_not_found: {
    status: 404,
    title: 'Webhook log not found',
    detail: 'There is no webhook log with this id.',
  },
  endpoint_not_found: {
    status: 404,
    title: 'Endpoint not found',
    detail: 'There is no endpoint with this id.',
  },
  name_taken: { status: 409, title: 'Name taken', detail: 'Another object of this kind has this name.' },
  invalid_configuration: {
    status: 422,
    title: 'Invalid configuration',
    detail: 'The settings contradict each other. See errors for each fault.',
  },
  // Us
  not_ready: {
    status: 503,
    title: 'Not ready',
    detail: 'The service cannot do its work now. See checks for the reason.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    detail: 'Something went wrong on our side. The request id finds it in the log.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ProblemCode = keyof typeof PROBLEMS;
