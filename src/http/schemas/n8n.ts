import { type Static, Type } from 'typebox';
import { Id, listQuery, Nullable, Timestamp } from './common.ts';
import { EndpointInput } from './endpoints.ts';
import * as examples from './examples/n8n.ts';
import { Name, Text } from './text.ts';
import { TriggerInput } from './triggers.ts';
import { WebhookInput } from './webhook-settings.ts';
import { Workflow } from './workflows.ts';

export const N8nWorkflowParams = Type.Object(
  {
    id: Type.String({
      minLength: 1,
      maxLength: 64,
      pattern: '^[A-Za-z0-9_-]+$',
      description: 'The id that the workflow has in n8n.',
    }),
  },
  { additionalProperties: false },
);

export const N8nExecutionParams = Type.Object(
  {
    id: Type.String({
      minLength: 1,
      maxLength: 18,
      pattern: '^[1-9][0-9]*$',
      description: 'The id that the execution has in n8n: a number.',
    }),
  },
  { additionalProperties: false },
);

export const N8nWorkflowsQuery = listQuery({
  name: Type.Optional(
    Text({ minLength: 1, maxLength: 200, description: 'A part of the name, in upper or lower case.' }),
  ),
  isActive: Type.Optional(Type.Boolean({ description: 'Only those that are, or are not.' })),
});

export const N8nWebhook = Type.Object(
  {
    nodeName: Type.String(),
    path: Type.String({ description: 'As the node has it.' }),
    pathParameters: Type.Array(Type.String(), {
      description: 'What has to be filled in for `:name` in the URL.',
    }),
    methods: Type.Array(Type.String(), {
      description: 'Those that n8n takes there; empty: n8n computes them.',
    }),
    authentication: Type.Enum(['none', 'basicAuth', 'headerAuth', 'jwtAuth', 'other'], {
      type: 'string',
      description: 'The credential n8n asks for. `other`: one that Hookgate does not know.',
    }),
    responseMode: Type.String({
      description: 'When n8n answers: `onReceived`, `lastNode`, `responseNode`, ….',
    }),
    productionUrl: Nullable(
      Type.String({ description: 'null: n8n computes the path, or no URL can have it.' }),
    ),
  },
  { title: 'N8nWebhook' },
);

export const N8nWorkflow = Type.Object(
  {
    id: Type.String({ description: 'As n8n has it.' }),
    name: Type.String(),
    isActive: Type.Boolean(),
    createdAt: Nullable(Timestamp),
    updatedAt: Nullable(Timestamp),
    webhooks: Type.Array(N8nWebhook, {
      description: 'Its webhook nodes, of the version that runs, without those that are switched off.',
    }),
  },
  { title: 'N8nWorkflow', description: 'A workflow in n8n.', examples: [examples.n8nWorkflow] },
);

export type N8nWorkflow = Static<typeof N8nWorkflow>;

export const N8nWorkflowPage = Type.Object(
  {
    data: Type.Array(N8nWorkflow),
    nextCursor: Nullable(
      Type.String({ description: 'Where the next page begins; null: this was the last.' }),
    ),
    isComplete: Type.Boolean({
      description: 'false: n8n has more workflows than are read of it, which are 5,000.',
    }),
    skipped: Type.Integer({
      minimum: 0,
      description: 'Workflows that n8n lists in a form that Hookgate does not know: they are left out.',
    }),
    readAt: { ...Timestamp, description: 'When this was read from n8n: at most five seconds ago.' },
  },
  { description: 'One page, newest first.', examples: [examples.n8nWorkflows] },
);

const { headers, pace, timeoutMs, retryPolicy, circuitBreaker, payloadLimitBytes } = EndpointInput.properties;
const { triggerTypes, forward, filter, transform, awaitCallback, fallback } = TriggerInput.properties;

/** A pattern because the lengths of a key are not looked at. */
const PARAMETER_NAME = '^[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]{1,100}$';

export const N8nRegistration = Type.Object(
  {
    nodeName: Type.Optional(
      Text({
        minLength: 1,
        maxLength: 500,
        description: 'Which webhook node; may be left out when there is only one.',
      }),
    ),
    method: Type.Optional(
      Type.Enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'], {
        type: 'string',
        description:
          'Only a node that takes it. A delivery has the method of the webhook that was received, else POST.',
      }),
    ),
    pathParameters: Type.Optional(
      Type.Record(Type.String({ pattern: PARAMETER_NAME }), Text({ minLength: 1, maxLength: 200 }), {
        additionalProperties: false,
        maxProperties: 20,
        description: 'What is filled in for `:name` in the path.',
      }),
    ),
    workflowId: Type.Optional({
      ...Id,
      description: 'A workflow of Hookgate that gets the trigger. Without it one is made.',
    }),
    workflow: Type.Optional(
      Type.Object(
        { name: Type.Optional(Name), webhook: Type.Optional(WebhookInput) },
        {
          title: 'N8nRegistrationWorkflow',
          additionalProperties: false,
          description:
            "The workflow that is made. It has n8n's name when none is given, and a webhook in any case.",
        },
      ),
    ),
    endpoint: Type.Optional(
      Type.Object(
        { headers, pace, timeoutMs, retryPolicy, circuitBreaker, payloadLimitBytes },
        {
          title: 'N8nRegistrationEndpoint',
          additionalProperties: false,
          description: 'How to deliver: as for any endpoint. `headers` has the credential of the node.',
        },
      ),
    ),
    triggerTypes,
    forward,
    filter,
    transform,
    awaitCallback,
    fallback,
    allowInactive: Type.Optional(
      Type.Boolean({ description: 'true: also when the workflow is not active in n8n.' }),
    ),
  },
  { title: 'N8nRegistration', additionalProperties: false, examples: [examples.n8nRegistration] },
);
export type N8nRegistration = Static<typeof N8nRegistration>;

export const N8nRegistered = Type.Object(
  {
    workflow: Workflow,
    endpointId: Id,
    triggerId: Id,
    webhook: N8nWebhook,
    warnings: Type.Array(Type.String(), { description: 'What may keep deliveries from arriving.' }),
  },
  {
    title: 'N8nRegistered',
    description: 'What leads to n8n now. Secrets that were generated are in this answer and in no other.',
    examples: [examples.n8nRegistered],
  },
);
export type N8nRegistered = Static<typeof N8nRegistered>;

export const N8nExecution = Type.Object(
  {
    id: Type.String({ description: 'As n8n has it.' }),
    workflowId: Nullable(Type.String({ description: "n8n's." })),
    status: Type.String({
      description: "In n8n's words: success, error, crashed, canceled, running, waiting, new, unknown.",
    }),
    mode: Nullable(Type.String({ description: 'What started it: webhook, retry, manual, trigger, ….' })),
    startedAt: Nullable(Timestamp),
    stoppedAt: Nullable(Timestamp),
    waitTill: Nullable(Timestamp),
    retryOf: Nullable(Type.String({ description: 'The execution that this one is a retry of.' })),
    retrySuccessId: Nullable(Type.String({ description: 'The retry of this one that succeeded.' })),
    error: Nullable(
      Type.Object(
        { message: Type.String(), nodeName: Nullable(Type.String()) },
        { description: 'Of one that failed; null also when n8n keeps none, or too much to be read.' },
      ),
    ),
  },
  { title: 'N8nExecution', description: 'A run of a workflow in n8n.', examples: [examples.n8nExecution] },
);

export type N8nExecution = Static<typeof N8nExecution>;

export const N8nRetried = Type.Object(
  { succeeded: Type.Boolean(), execution: N8nExecution },
  {
    title: 'N8nRetried',
    description: 'The new execution in n8n, which can have failed again.',
    examples: [examples.n8nRetried],
  },
);
