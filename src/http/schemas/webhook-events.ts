import { type Static, Type } from 'typebox';
import { EVENT_DIRECTIONS, EVENT_STATES } from '../../domain/event-states.ts';
import { Id, listQuery, Nullable, Timestamp } from './common.ts';
import * as examples from './examples/webhook-events.ts';
import { Name, Text } from './text.ts';

const EventName = Text({ minLength: 1, maxLength: 100, description: 'What has happened.' });

export const EventInput = Type.Object(
  {
    endpoint: Type.Optional(Name),
    endpointId: Type.Optional(Id),
    path: Type.Optional(
      Text({
        minLength: 1,
        maxLength: 2_000,
        description:
          'Of an endpoint that there is: its whole URL, or its path below `N8N_WEBHOOK_URL`, which is for organizations that may see what is in n8n. Of several the oldest.',
      }),
    ),
    event: EventName,
    data: Type.Optional(
      Type.Unknown({
        description: 'Any JSON, sent as it is written here, numbers to their last digit. null when left out.',
      }),
    ),
  },
  {
    title: 'EventInput',
    additionalProperties: false,
    description: 'The endpoint in just one way: by its name, its id, or where it is.',
    examples: [examples.eventInput],
  },
);
export type EventInput = Static<typeof EventInput>;

export const EventAccepted = Type.Object(
  {
    success: Type.Literal(true),
    eventId: Id,
    endpointId: Id,
    event: Type.String(),
    timestamp: Timestamp,
  },
  {
    title: 'EventAccepted',
    description: 'It is stored, and will be sent.',
    examples: [examples.eventAccepted],
  },
);

const EventDirection = Type.Enum(EVENT_DIRECTIONS, {
  type: 'string',
  title: 'EventDirection',
  description: '`in`: n8n sent it. `out`: it is sent to n8n.',
});
const EventState = Type.Enum(EVENT_STATES, {
  type: 'string',
  title: 'EventState',
  description:
    '`processed` or `refused`: what n8n sent. The others: what is sent to n8n, `failed` when the endpoint refused it for good and `dead_lettered` when all attempts are used up.',
});

export const EventsQuery = listQuery({
  direction: Type.Optional(EventDirection),
  event: Type.Optional({ ...EventName, description: 'Only those of this name.' }),
  state: Type.Optional(EventState),
  endpointId: Type.Optional({ ...Id, description: 'From or to this endpoint only.' }),
  executionId: Type.Optional({ ...Id, description: 'About this execution only.' }),
  workflowId: Type.Optional({ ...Id, description: 'About this workflow only.' }),
  from: Type.Optional(
    Type.String({ format: 'date-time', maxLength: 64, description: 'Created at this time or later.' }),
  ),
  to: Type.Optional(
    Type.String({ format: 'date-time', maxLength: 64, description: 'Created before this time.' }),
  ),
});

const Link = Nullable(Type.String());

const summary = {
  id: Id,
  direction: EventDirection,
  event: Type.String(),
  state: EventState,
  outcome: Nullable(Type.String({ description: 'What came of it, by a stable name.' })),
  endpointId: Nullable(Id),
  workflowId: Nullable(Id),
  executionId: Nullable(Id),
  deliveryId: Nullable(Id),
  webhookId: Nullable(Type.String({ description: 'The id that the sender gave it.' })),
  size: Type.Integer({ description: 'Of the body, in bytes.' }),
  signature: Nullable(
    Type.Object(
      { scheme: Nullable(Type.String()), verdict: Type.String() },
      { description: 'How what n8n sent was signed, and `valid` or why it is not. null: we sent it.' },
    ),
  ),
  sourceIp: Nullable(Type.String()),
  statusCode: Nullable(Type.Integer({ description: 'What it was answered with, the last time.' })),
  errorCode: Nullable(Type.String()),
  durationMs: Nullable(Type.Integer({ description: 'Until it was answered, the last time.' })),
  run: Type.Integer({ description: 'Raised by every retry that was asked for.' }),
  attemptCount: Type.Integer(),
  isHeld: Type.Boolean({ description: 'It waits for the pace or the circuit of its endpoint.' }),
  nextAttemptAt: Nullable(Timestamp),
  createdAt: Timestamp,
  finishedAt: Nullable(Timestamp),
  links: Type.Object({ endpoint: Link, workflow: Link, execution: Link }),
};

export const EventSummary = Type.Object(summary, {
  title: 'EventSummary',
  description: 'An event as lists show it.',
  examples: [examples.eventSummary],
});
export type EventSummary = Static<typeof EventSummary>;

const BodyEncoding = Type.Enum(['json', 'base64'], { type: 'string' });

const EventAttempt = Type.Object(
  {
    attempt: Type.Integer(),
    run: Type.Integer(),
    startedAt: Timestamp,
    durationMs: Nullable(Type.Integer()),
    result: Type.Enum(['succeeded', 'failed', 'ambiguous'], {
      type: 'string',
      description: '`ambiguous`: n8n may have acted on it.',
    }),
    outcome: Type.String(),
    statusCode: Nullable(Type.Integer()),
    error: Nullable(Type.String()),
    advice: Nullable(Type.String({ description: 'What to do about it.' })),
    response: Nullable(
      Type.Object({ body: Type.Unknown(), bodyEncoding: BodyEncoding, truncated: Type.Boolean() }),
    ),
    nextAttemptAt: Nullable(Timestamp),
  },
  { title: 'EventAttempt', description: 'One attempt to send an event.' },
);

export const WebhookEvent = Type.Object(
  {
    ...summary,
    body: Type.Unknown({ description: 'As `bodyEncoding` says; null when it was not kept.' }),
    bodyEncoding: Nullable(BodyEncoding),
    attempts: Type.Array(EventAttempt),
  },
  {
    title: 'WebhookEvent',
    description: 'An event, and every attempt to send it.',
    examples: [examples.webhookEvent],
  },
);
export type WebhookEvent = Static<typeof WebhookEvent>;
