import { Type } from 'typebox';
import { Id, Timestamp } from './common.ts';

/** Any text: an id that is not one is a workflow that does not exist, and answered as such. */
export const WebhookParams = Type.Object({
  workflowId: Type.String({ description: 'The id of the workflow.' }),
});

export const WebhookAccepted = Type.Object(
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
  { description: 'The webhook is stored durably and will be executed.' },
);

export const WebhookActive = Type.Object(
  {
    message: Type.Literal('Webhook endpoint active'),
    workflowId: Id,
    method: Type.Literal('POST'),
    timestamp: Timestamp,
  },
  { description: 'The workflow exists and takes webhooks by POST.' },
);
