import type { Catalogue } from './entry.ts';

/** What is configured, and what is kept. */
export const MANAGING_PROBLEMS = {
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
  query_timeout: {
    status: 503,
    title: 'Query timeout',
    detail:
      'The database was given no more time for this. Ask for less, such as a shorter time or fewer rows, or try again after Retry-After seconds.',
  },
  connections_busy: {
    status: 503,
    title: 'Connections busy',
    detail:
      'Too many calls of your organization wait for the database. Send fewer at once, and this one again after Retry-After seconds.',
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
} as const satisfies Catalogue;
