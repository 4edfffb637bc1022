import type { Catalogue } from './entry.ts';

/** What comes in, and what is stored of it. */
export const RECEIVING_PROBLEMS = {
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
      'The webhook could not be authenticated. Check its secret and how it is sent: GET /api/workflows/:id/webhook has a command that does it right, and GET /api/webhook-logs/:id says what would have been right.',
  },
  handshake_refused: {
    status: 403,
    title: 'Handshake refused',
    detail:
      'The request asks for the handshake of this webhook, but not as its sender does. Check that verifyToken of the webhook is what was entered at the sender, and that its secret is that of the sender; GET /api/webhook-logs has the reason.',
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
  too_many_failures: {
    status: 429,
    title: 'Too many failures',
    detail:
      'Too many webhooks from this address could not be authenticated by this workflow, so none is heard for a while. Check the secret and how it is sent, and try again after Retry-After seconds: more of the same does not prolong it.',
  },
  payload_rejected: {
    status: 422,
    title: 'Payload rejected',
    detail:
      'The body does not match the payload schema of this webhook. See errors for each fault, and send it again without them.',
  },
  storage_budget_exceeded: {
    status: 429,
    title: 'Storage budget exceeded',
    detail:
      'The organization has stored as much today as it may, so nothing more is taken until midnight in UTC. GET /api/usage shows how much that is. Have the limit stored_bytes raised, or try again after Retry-After seconds.',
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
  sender_unreachable: {
    status: 503,
    title: 'Sender unreachable',
    detail:
      "A host of the sender's own, without which this request can be neither verified nor confirmed, did not answer. Send it again after Retry-After seconds.",
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
} as const satisfies Catalogue;
