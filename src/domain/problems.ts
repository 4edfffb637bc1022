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
  n8n_signature_invalid: {
    status: 401,
    title: 'Signature invalid',
    detail:
      'Nobody who may send events has signed this body. Check that x-webhook-signature is the hex HMAC-SHA256 of its exact bytes, or that the headers of Standard Webhooks are right and not older than 5 minutes; that x-hookgate-endpoint names the endpoint whose inbound secret signs; and, if none is named, that N8N_WEBHOOK_SECRET is set here to the secret that does.',
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
  delivery_ambiguous: {
    status: 409,
    title: 'Delivery ambiguous',
    detail:
      'The execution has several deliveries that this could be about. Send deliveryId: n8n was told it in x-hookgate-delivery-id.',
  },
  webhook_id_reused: {
    status: 409,
    title: 'Webhook id reused',
    detail:
      'This webhook-id came before with an event that says something else, and this one was not processed. Send every event under an id of its own, and only a repeated one under the same.',
  },
  hop_limit_reached: {
    status: 409,
    title: 'Hop limit reached',
    detail:
      'Too many executions have led to this event, each through n8n: it looks like a loop. Check which n8n workflow sends events that start what it is started by.',
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
  endpoint_not_found: {
    status: 404,
    title: 'Endpoint not found',
    detail:
      'There is no webhook endpoint with this id. GET /api/webhook-endpoints lists those of your organization.',
  },
  endpoint_in_use: {
    status: 409,
    title: 'Endpoint in use',
    detail:
      'Triggers lead to this endpoint. GET /api/workflow-triggers?endpointId= lists them: delete them first.',
  },
  endpoint_inactive: {
    status: 409,
    title: 'Endpoint inactive',
    detail: 'The endpoint is not active. Activate it with PATCH /api/webhook-endpoints/:id.',
  },
  event_not_subscribed: {
    status: 409,
    title: 'Event not subscribed',
    detail:
      'The endpoint names the events it is meant for, and this is none of them. Send one of those, or add this one to its events with PATCH /api/webhook-endpoints/:id.',
  },
  event_not_found: {
    status: 404,
    title: 'Event not found',
    detail:
      'There is no webhook event with this id. GET /api/webhook-events lists those of your organization that are kept.',
  },
  event_not_retryable: {
    status: 409,
    title: 'Event not retryable',
    detail:
      'Only an event that was sent to n8n, and ended failed or dead_lettered, can be sent again. See its direction and its state with GET /api/webhook-events/:id.',
  },
  trigger_not_found: {
    status: 404,
    title: 'Trigger not found',
    detail:
      'There is no workflow trigger with this id. GET /api/workflow-triggers lists those of your organization.',
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
  // n8n
  n8n_not_configured: {
    status: 409,
    title: 'n8n not configured',
    detail:
      'Looking into n8n needs its address and a key of its public API. Have N8N_BASE_URL and N8N_API_KEY set for this service.',
  },
  n8n_not_shared: {
    status: 403,
    title: 'n8n not shared',
    detail:
      'What is in n8n belongs to the whole installation: only the default organization and the admin key of the service may look into it. Ask whoever runs this service for N8N_SHARED=true, which lets every organization.',
  },
  n8n_unreachable: {
    status: 502,
    title: 'n8n unreachable',
    detail:
      'Nothing answers in the place of n8n. Check that it runs and that N8N_BASE_URL is its address; try again when it has started.',
  },
  n8n_timeout: {
    status: 504,
    title: 'n8n timeout',
    detail: 'No answer came from n8n in time. Try again; if it stays, check how busy n8n is.',
  },
  n8n_api_refused: {
    status: 502,
    title: 'n8n refused the key',
    detail:
      "The public API of n8n does not accept N8N_API_KEY: it expired, was deleted, or is another installation's. Have a new one made in n8n under Settings, n8n API, and set as N8N_API_KEY.",
  },
  n8n_api_forbidden: {
    status: 502,
    title: 'n8n forbade the call',
    detail:
      "The public API of n8n does not let N8N_API_KEY do this. Check that the key has the scopes for workflows and executions, that its user may see them, and that n8n's licence includes it.",
  },
  n8n_unexpected_answer: {
    status: 502,
    title: 'Unexpected answer from n8n',
    detail:
      "What answers is not n8n's public API. Check that N8N_BASE_URL is the address of n8n itself, without a path of its webhooks and without a redirect, and that its public API is switched on.",
  },
  n8n_workflow_not_found: {
    status: 404,
    title: 'n8n workflow not found',
    detail:
      'There is no workflow with this id in n8n, or N8N_API_KEY may not see it. GET /api/n8n/workflows lists those it has.',
  },
  n8n_execution_not_found: {
    status: 404,
    title: 'n8n execution not found',
    detail:
      'There is no execution with this id in n8n: there never was, or n8n has deleted it by now. Check the id, and for how long n8n keeps executions.',
  },
  n8n_workflow_inactive: {
    status: 409,
    title: 'n8n workflow inactive',
    detail:
      'The workflow is not active in n8n, which answers 404 to its webhooks. Activate it with POST /api/n8n/workflows/:id/activate, or send allowInactive.',
  },
  n8n_no_webhook: {
    status: 422,
    title: 'No webhook node',
    detail:
      'The n8n workflow has no webhook node that is switched on and has a path of its own. Add one in n8n, and try again.',
  },
  n8n_change_refused: {
    status: 409,
    title: 'n8n refused the change',
    detail:
      'The workflow as it is cannot be changed so: to be activated it needs a trigger, and paths that no other workflow has. Check it in n8n.',
  },
  n8n_execution_not_retryable: {
    status: 409,
    title: 'n8n execution not retryable',
    detail:
      'Only what failed in n8n is run again there. See its status with GET /api/n8n/executions/:id; to run it anew, use POST /api/executions/:id/retry.',
  },
  // Data sync
  data_sync_config_not_found: {
    status: 404,
    title: 'Data sync not found',
    detail:
      'There is no data sync with this id. GET /api/data-sync-configs lists those of your organization.',
  },
  sync_record_not_found: {
    status: 404,
    title: 'Record not found',
    detail:
      'The data sync has no record with this key. GET /api/data-sync-configs/:id/records lists those it has.',
  },
  sync_conflict_not_found: {
    status: 404,
    title: 'Conflict not found',
    detail:
      'The data sync has no conflict with this id. GET /api/data-sync-configs/:id/conflicts lists those it has.',
  },
  sync_conflict_resolved: {
    status: 409,
    title: 'Conflict resolved',
    detail: 'Somebody has decided it already. See the record for what it is now, and change that.',
  },
  sync_run_not_found: {
    status: 404,
    title: 'Full sync not found',
    detail:
      'The data sync has no full sync with this id. GET /api/data-sync-configs/:id/runs lists those it has.',
  },
  sync_run_in_progress: {
    status: 409,
    title: 'Full sync in progress',
    detail: 'The data sync has a full sync that has not ended. Wait for its end, or cancel it.',
  },
  sync_run_state: {
    status: 409,
    title: 'Full sync not in that state',
    detail:
      'Only what is running is paused, only what is paused is resumed, and what has ended is not cancelled. See its state.',
  },
  sync_paused: {
    status: 409,
    title: 'Data sync paused',
    detail:
      'The data sync is not active, and takes nothing meanwhile. Activate it with PATCH /api/data-sync-configs/:id, and send it again.',
  },
  sync_direction: {
    status: 409,
    title: 'Not in this direction',
    detail:
      'The data sync does not go in this direction. Check its direction, and change it with PATCH /api/data-sync-configs/:id.',
  },
  sync_mapping_failed: {
    status: 422,
    title: 'Mapping failed',
    detail:
      'The inbound mapping of the data sync cannot be applied to what was sent. See errors for each record; none of them was taken.',
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
