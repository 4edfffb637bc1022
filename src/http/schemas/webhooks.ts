import { Type } from 'typebox';
import { Id, problems, Timestamp } from './common.ts';
import { webhookAccepted, webhookActive } from './examples/webhook-logs.ts';

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

const Plain = { type: 'string' };

/** Beside our own document: what a sender that asks or insists on something else is told. */
const stored = (description: string) => ({
  description,
  content: {
    'application/json': { schema: WebhookAccepted, example: webhookAccepted },
    'text/plain': { schema: Plain, example: '[accepted]' },
  },
});

const { 401: unauthenticated } = problems('authentication_failed');
/** Xero takes no answer with a body. */
const UNAUTHENTICATED = {
  ...unauthenticated,
  content: { ...unauthenticated?.content, 'text/plain': { schema: Plain, example: '' } },
};

/** A handshake in JSON is not of one shape: it is what its sender expects. */
const Other = Type.Object({}, { description: 'What the handshake of the sender wants to hear.' });
const Received = Type.Union([WebhookAccepted, Other]);
const Checked = Type.Union([WebhookActive, Other]);

const HOOK_SECRET = {
  'x-hook-secret': {
    type: 'string' as const,
    description: 'What the sender brought along, for the handshake of Asana.',
    required: false as const,
  },
};

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
    'Takes any content type and keeps the bytes as they came. Answers only after the webhook is committed. Who may send is decided by the auth type of the workflow. A handshake is answered where one is configured, and executes nothing. What is a delivery of Hookgate itself is counted (`x-hookgate-hops`): it is refused when it comes back to its own workflow, or when more than eight executions led to it.',
  security: [],
  params: WebhookParams,
  response: {
    200: {
      description:
        'The webhook is stored durably and will be executed. Its sender is told so in the words of `success`, if that is set. Or: the handshake of its sender, answered.',
      headers: HOOK_SECRET,
      content: {
        'application/json': { schema: Received, example: webhookAccepted },
        'text/plain': { schema: Plain, example: '[accepted]' },
      },
    },
    204: Type.Null({ description: 'As 200, for who sets `success` so, and for some handshakes.' }),
    205: Type.Null({ description: 'As 200, for who sets `success` so.' }),
    '2XX': stored('As 200, for who sets `success` so.'),
    ...problems(
      'storage_rejected',
      'hop_limit_reached',
      'authentication_failed',
      'workflow_inactive',
      'webhook_disabled',
      'ip_not_allowed',
      'workflow_not_found',
      'payload_too_large',
      'payload_rejected',
      'rate_limited',
      'too_many_failures',
      'too_many_unknown_names',
      'overloaded',
      'not_stored',
      'commit_unconfirmed',
      'database_unavailable',
      'handshake_refused',
      'sender_unreachable',
    ),
    401: UNAUTHENTICATED,
  },
};

export const checkWebhook = {
  operationId: 'checkWebhook',
  tags,
  summary: 'Check that a webhook listens',
  description:
    'Says whether a webhook sent here would be let in, as far as that can be known without one: whether the workflow exists, is active, and takes webhooks from this address. Where a handshake by GET is configured, it is answered here.',
  security: [],
  params: WebhookParams,
  response: {
    200: {
      description:
        'The workflow exists and takes webhooks by POST. Or: the handshake of its sender, answered.',
      content: {
        'application/json': { schema: Checked, example: webhookActive },
        'text/plain': { schema: Plain, example: '1158201444' },
      },
    },
    ...problems(
      'workflow_inactive',
      'webhook_disabled',
      'ip_not_allowed',
      'workflow_not_found',
      'too_many_failures',
      'too_many_unknown_names',
      'hop_limit_reached',
      'database_unavailable',
      'handshake_refused',
    ),
  },
};
