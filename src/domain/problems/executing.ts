import type { Catalogue } from './entry.ts';

/** Executions, their deliveries and their callbacks. */
export const EXECUTING_PROBLEMS = {
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
      'Too many executions have led to this, or it has come back to the workflow that it came from: it looks like a loop. Check which endpoint, or which n8n workflow, sends here what it is started by. A delivery cannot start anything again either.',
  },
} as const satisfies Catalogue;
