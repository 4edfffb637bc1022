import { Type } from 'typebox';
import { Id, problems, Timestamp } from './common.ts';
import { webhookAccepted } from './examples/webhook-logs.ts';

/** Any text: an id that is not one is a workflow that does not exist, and answered as such. */
const WebhookParams = Type.Object({
  workflowId: Type.String({ description: 'The id of the workflow.' }),
});

const WebhookAccepted = Type.Object(
  {
    success: Type.Literal(true),
    message: Type.Literal('Workflow triggered successfully'),
    workflowId: Id,
    jobId: Type.String({ format: 'uuid', description: 'The same as executionId.' }),
    executionId: Id,
    logId: Id,
    duplicate: Type.Boolean({ description: 'Whether this event had been received before.' }),
    timestamp: Timestamp,
  },
  {
    title: 'WebhookAccepted',
    description: 'The webhook is stored durably and will be executed.',
    examples: [webhookAccepted],
  },
);

const WebhookActive = Type.Object(
  {
    message: Type.Literal('Webhook endpoint active'),
    workflowId: Id,
    method: Type.Literal('POST'),
    timestamp: Timestamp,
  },
  { title: 'WebhookActive', description: 'The workflow exists and takes webhooks by POST.' },
);

const tags = ['Receiving'];

/**
 * Only described: a schema of the body would have it parsed and checked, and here it is bytes. Not of one content
 * type either, but that is what most senders send, and what a reader can try.
 */
const ANY_BODY = {
  description: 'Any bytes of any content type.',
  content: {
    'application/json': { schema: {}, example: { order: { id: 1001, total: 42 } } },
    '*/*': { schema: { type: 'string' }, example: 'order=1001&total=42' },
  },
};

export const receiveWebhook = {
  'x-request-body': ANY_BODY,
  operationId: 'receiveWebhook',
  tags,
  summary: 'Receive a webhook',
  description:
    'Takes any content type and keeps the bytes as they came. Answers only after the webhook is committed. Who may send is decided by the auth type of the workflow.',
  security: [],
  params: WebhookParams,
  response: {
    200: WebhookAccepted,
    ...problems(
      'storage_rejected',
      'authentication_failed',
      'workflow_inactive',
      'webhook_disabled',
      'ip_not_allowed',
      'workflow_not_found',
      'payload_too_large',
      'payload_rejected',
      'rate_limited',
      'overloaded',
      'not_stored',
      'commit_unconfirmed',
      'database_unavailable',
    ),
  },
};

export const checkWebhook = {
  operationId: 'checkWebhook',
  tags,
  summary: 'Check that a webhook listens',
  description:
    'Says whether a webhook sent here would be let in, as far as that can be known without one: whether the workflow exists, is active, and takes webhooks from this address.',
  security: [],
  params: WebhookParams,
  response: {
    200: WebhookActive,
    ...problems(
      'workflow_inactive',
      'webhook_disabled',
      'ip_not_allowed',
      'workflow_not_found',
      'database_unavailable',
    ),
  },
};
