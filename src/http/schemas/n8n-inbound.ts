import { type Static, Type } from 'typebox';
import { EXECUTION_STATES } from '../../domain/states.ts';
import { STATUS_WORDS } from '../../n8n/inbound/status-words.ts';
import { Id, Nullable, problems, Timestamp } from './common.ts';
import * as examples from './examples/n8n-inbound.ts';
import { Text } from './text.ts';

/** n8n's expressions make text of what comes from a header. */
const Count = (maximum: number, description: string) =>
  Type.Optional(
    Type.Union(
      [
        Type.Integer({ minimum: 0, maximum }),
        Type.String({ pattern: '^[0-9]{1,6}$', maxLength: 6, description: 'The same as text.' }),
        Type.Null(),
      ],
      { description },
    ),
  );

const OptionalId = (description: string) => Type.Optional(Type.Union([Id, Type.Null()], { description }));

export const N8nEventInput = Type.Object(
  {
    event: Text({
      minLength: 1,
      maxLength: 100,
      description: 'What happened, such as `workflow.completed`.',
    }),
    executionId: OptionalId('The execution of ours that this is about: `x-hookgate-execution-id`.'),
    deliveryId: OptionalId('The delivery of it: `x-hookgate-delivery-id`. Needed when it has several.'),
    workflowId: OptionalId(
      'A workflow of ours. Without `executionId` and `deliveryId` the event starts an execution of it.',
    ),
    n8nExecutionId: Type.Optional(
      Type.Union(
        [
          Text({ minLength: 1, maxLength: 64 }),
          Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
          Type.Null(),
        ],
        {
          description: 'The execution in n8n: `$execution.id` there.',
        },
      ),
    ),
    status: Type.Optional(
      Type.Union([Type.Enum(STATUS_WORDS, { type: 'string' }), Type.Null()], {
        description:
          'How it went, in our words or those of n8n. `running`, `waiting`, `new`, `progress` and none at all: it goes on.',
      }),
    ),
    data: Type.Optional(
      Type.Unknown({
        description: 'Any JSON, kept as it was written: whatever is of your own belongs here.',
      }),
    ),
    timestamp: Type.Optional(
      Type.Union([Timestamp, Type.Null()], {
        description: 'When it happened: what is older changes nothing.',
      }),
    ),
    attempt: Count(100_000, 'The attempt of ours that this is about: `x-hookgate-attempt`.'),
    hops: Count(1_000, 'What `x-hookgate-hops` said, where it cannot be sent as a header.'),
  },
  {
    title: 'N8nEventInput',
    additionalProperties: false,
    description: 'Null is the same as left out. Fields that are not known are refused.',
    examples: [examples.n8nEventInput],
  },
);
export type N8nEventInput = Static<typeof N8nEventInput>;

const Signature = (description: string) => Type.Optional(Type.String({ description }));

const N8nEventHeaders = Type.Object({
  'x-webhook-signature': Signature('Hex HMAC-SHA256 of the body, with or without `sha256=` before it.'),
  'webhook-signature': Signature('Of Standard Webhooks: `v1,` and base64; several with spaces between them.'),
  'webhook-timestamp': Signature('Of Standard Webhooks: Unix seconds, at most 5 minutes away from now.'),
  'webhook-id': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Names this event: sent again under the same id it changes nothing.',
    }),
  ),
  'x-hookgate-endpoint': Signature('The endpoint whose inbound secret signs, by id, as `?endpoint=` does.'),
  'x-hookgate-hops': Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1_000,
      description: 'As it came with the delivery: an execution that this starts has one more, up to 8.',
    }),
  ),
});

const N8nEventQuery = Type.Object(
  {
    endpoint: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description:
          'The endpoint whose inbound secret signs: its id, or its name when it is of the default organization. Without it, `N8N_WEBHOOK_SECRET` signs.',
      }),
    ),
  },
  { additionalProperties: false },
);

const N8nEventReceived = Type.Object(
  {
    success: Type.Literal(true),
    message: Type.String(),
    eventId: Id,
    event: Type.String(),
    outcome: Type.String({
      description:
        'What it did: `applied`, `early` (kept until the delivery is known to have arrived), `late` and `stale` (written down only), `started`, `recorded`.',
    }),
    duplicate: Type.Boolean({ description: 'It was processed before: nothing was changed.' }),
    executionId: Nullable(Id),
    jobId: Type.Union([Id, Type.Null()], { description: 'The same as executionId.' }),
    status: Type.Union(
      [Type.Enum(EXECUTION_STATES, { type: 'string', title: 'ExecutionStatus' }), Type.Null()],
      {
        description: 'Of the execution, as it is now.',
      },
    ),
    timestamp: Timestamp,
  },
  {
    title: 'N8nEventReceived',
    description: 'The event, and what it did, is stored durably.',
    examples: [examples.n8nEventReceived],
  },
);

export const receiveN8nEvent = {
  operationId: 'receiveN8nEvent',
  tags: ['n8n'],
  summary: 'Take an event from n8n',
  description:
    'Signed with the inbound secret of an endpoint, or with `N8N_WEBHOOK_SECRET`, either as hex HMAC-SHA256 of the body or as Standard Webhooks say; if both are there, both must be right. With `executionId` or `deliveryId` it says how an execution went. With `workflowId` alone it starts one, whose input is `data`. Anything else is written down.',
  security: [],
  querystring: N8nEventQuery,
  headers: N8nEventHeaders,
  body: N8nEventInput,
  response: {
    200: N8nEventReceived,
    ...problems(
      'validation_failed',
      'invalid_json',
      'storage_rejected',
      'n8n_signature_invalid',
      'workflow_not_found',
      'execution_not_found',
      'delivery_ambiguous',
      'execution_workflow_inactive',
      'webhook_id_reused',
      'hop_limit_reached',
      'payload_too_large',
      'database_unavailable',
    ),
  },
};
