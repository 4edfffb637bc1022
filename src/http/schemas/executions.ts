import { type Static, Type } from 'typebox';
import { CONFIRMATIONS, DELIVERY_STATES, EXECUTION_STATES, TRIGGER_TYPES } from '../../domain/states.ts';
import { HeaderField, Id, listQuery, Nullable, Timestamp } from './common.ts';
import * as examples from './examples/executions.ts';

export const ExecutionStatus = Type.Enum(EXECUTION_STATES, { type: 'string', title: 'ExecutionStatus' });
const TriggerType = Type.Enum(TRIGGER_TYPES, { type: 'string', title: 'TriggerType' });
const ConfirmedBy = Nullable(Type.Enum(CONFIRMATIONS, { type: 'string' }));

export const ExecutionsQuery = listQuery({
  workflowId: Type.Optional({ ...Id, description: 'Of this workflow only.' }),
  status: Type.Optional({ ...ExecutionStatus, description: 'Only those in this state.' }),
  triggerType: Type.Optional({ ...TriggerType, description: 'Only those that were started so.' }),
  from: Type.Optional(
    Type.String({ format: 'date-time', maxLength: 64, description: 'Triggered at this time or later.' }),
  ),
  to: Type.Optional(
    Type.String({ format: 'date-time', maxLength: 64, description: 'Triggered before this time.' }),
  ),
});

const summary = {
  id: Id,
  workflowId: Id,
  status: ExecutionStatus,
  triggerType: TriggerType,
  triggeredBy: Nullable(Type.String({ description: 'Who asked for it: null for a webhook as it came in.' })),
  triggeredAt: Timestamp,
  run: Type.Integer({ description: 'Raised by each retry.' }),
  outcome: Nullable(Type.String()),
  confirmedBy: ConfirmedBy,
  cancelRequestedAt: Nullable(Timestamp),
  startedAt: Nullable(Timestamp),
  finishedAt: Nullable(Timestamp),
  logId: Nullable(Id),
  replayOf: Type.Union([Id, Type.Null()], {
    description: 'The execution whose request runs again in this one. It may be gone.',
  }),
  replayId: Type.Union([Id, Type.Null()], { description: 'The replay of many that made it.' }),
};

/** An execution as lists show it. */
export const ExecutionSummary = Type.Object(summary, {
  title: 'ExecutionSummary',
  description: 'An execution as lists show it.',
  examples: [examples.executionSummary],
});
export type ExecutionSummary = Static<typeof ExecutionSummary>;

const Headers = Type.Array(HeaderField);

const Attempt = Type.Object(
  {
    attempt: Type.Integer(),
    run: Type.Integer(),
    result: Type.Enum(['succeeded', 'failed', 'ambiguous'], { type: 'string' }),
    outcome: Type.String(),
    startedAt: Timestamp,
    durationMs: Nullable(Type.Integer()),
    statusCode: Nullable(Type.Integer()),
    error: Nullable(Type.String()),
    advice: Nullable(Type.String()),
    nextAttemptAt: Nullable(Timestamp),
    request: Type.Object({ url: Type.String(), headers: Headers, bytes: Nullable(Type.Integer()) }),
    response: Nullable(
      Type.Object({
        headers: Headers,
        body: Type.Unknown({ description: 'As `bodyEncoding` says.' }),
        bodyEncoding: Type.Enum(['json', 'text', 'base64'], { type: 'string' }),
        truncated: Type.Boolean(),
      }),
    ),
  },
  { title: 'Attempt' },
);
export type Attempt = Static<typeof Attempt>;

const Callback = Type.Object(
  {
    event: Type.String(),
    eventId: Type.String({ description: 'Of the event that it came in.' }),
    status: Type.Enum(['success', 'failure'], { type: 'string' }),
    effect: Type.Enum(['applied', 'early', 'late', 'stale', 'recorded'], {
      type: 'string',
      description:
        '`early`: it came before the attempt was answered, and settled it then; `late`: the delivery had ended otherwise, and stayed so; `stale`: it is of an earlier attempt; `recorded`: it changed nothing.',
    }),
    n8nStatus: Nullable(Type.String({ description: 'As it came.' })),
    n8nExecutionId: Nullable(Type.String()),
    attempt: Nullable(Type.Integer()),
    sentAt: Nullable(Timestamp),
    at: Timestamp,
    error: Nullable(Type.String()),
    advice: Nullable(Type.String()),
    data: Type.Unknown({ description: 'What it brought along; null: nothing.' }),
  },
  { title: 'Callback', description: 'What n8n said last of a delivery.' },
);
export type Callback = Static<typeof Callback>;

const Delivery = Type.Object(
  {
    id: Id,
    triggerId: Id,
    endpoint: Nullable(Type.Object({ id: Id, name: Type.String(), url: Type.String() })),
    fallbackOf: Type.Union([Id, Type.Null()], {
      description: "The delivery to the trigger's own endpoint that this one stands in for.",
    }),
    fallbackStep: Type.Integer({
      description: "The place of its action in the trigger's `fallback`, from 1; 0: no fallback.",
    }),
    isSuperseded: Type.Boolean({
      description: 'Another delivery stands in for it, so it counts no more in the status of the execution.',
    }),
    status: Type.Enum(DELIVERY_STATES, { type: 'string', title: 'DeliveryStatus' }),
    run: Type.Integer(),
    outcome: Nullable(Type.String()),
    confirmedBy: ConfirmedBy,
    nextAttemptAt: Nullable(Timestamp),
    awaitedUntil: Type.Union([Timestamp, Type.Null()], {
      description: 'Of one that is `waiting`: when it is overdue.',
    }),
    callback: Nullable(Callback),
    n8nExecutionId: Type.Union([Type.String(), Type.Null()], {
      description: 'The execution in n8n that it started, once n8n has said which.',
    }),
    n8nExecutionUrl: Type.Union([Type.String(), Type.Null()], {
      description:
        "Where to look at that: n8n's own page when the workflow in n8n is known, else a path of this API.",
    }),
    createdAt: Timestamp,
    finishedAt: Nullable(Timestamp),
    attemptCount: Type.Integer({
      description: 'Its attempts over all runs, those included of which nothing was sent.',
    }),
    attempts: Type.Array(Attempt, { description: 'The latest hundred, in their order.' }),
  },
  { title: 'Delivery' },
);
export type Delivery = Static<typeof Delivery>;

const transition = {
  seq: Type.Integer(),
  from: Nullable(ExecutionStatus),
  to: ExecutionStatus,
  run: Type.Integer(),
  outcome: Nullable(Type.String()),
  at: Timestamp,
  data: Type.Optional(
    Type.Object(
      {
        event: Type.String(),
        n8nStatus: Nullable(Type.String()),
        n8nExecutionId: Nullable(Type.String()),
        data: Type.Unknown({
          description: '`{ truncated: true, bytes, start }` when it is over 16 KiB: the event has all of it.',
        }),
      },
      {
        title: 'Progress',
        description:
          'What n8n reported on the way: with the outcome `progress`, from a state to the same. Of one execution the latest hundred, and in its events all of the first thousand; not in the feed of all executions.',
      },
    ),
  ),
};
const Transition = Type.Object(transition, { title: 'Transition' });
export type Transition = Static<typeof Transition>;

/** A transition as those see it who follow what happens. */
export const TransitionEvent = Type.Object(
  { executionId: Id, workflowId: Id, ...transition },
  { title: 'TransitionEvent' },
);
export type TransitionEvent = Static<typeof TransitionEvent>;

const detail = {
  ...summary,
  result: Type.Unknown({
    description: 'What n8n sent along when it called back for the delivery that decides; null: nothing.',
  }),
  input: Type.Unknown({ description: 'What a manual execution was given; null when nothing.' }),
  log: Nullable(Type.Object({ id: Id, url: Type.String() }, { description: 'The request that started it.' })),
  deliveries: Type.Array(Delivery),
  transitions: Type.Array(Transition),
};

/** An execution with everything that happened to it. */
export const Execution = Type.Object(detail, {
  title: 'Execution',
  description: 'An execution with everything that happened to it.',
  examples: [examples.execution, examples.confirmedExecution],
});
export type Execution = Static<typeof Execution>;

export const ExecuteInput = Type.Object(
  { input: Type.Optional(Type.Object({}, { additionalProperties: true, description: 'Any JSON object.' })) },
  { title: 'ExecuteInput', additionalProperties: false, examples: [examples.executeInput] },
);

export const ExecuteHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'The same key with the same body within 24 hours answers the first execution again.',
    }),
  ),
  prefer: Type.Optional(
    Type.String({ description: '`wait=N` waits up to N seconds, 60 at the most, for the end.' }),
  ),
});

const references = {
  executionId: Id,
  jobId: Type.String({ format: 'uuid', description: 'The same as executionId.' }),
};

export const ExecuteAccepted = Type.Object(
  {
    success: Type.Literal(true),
    message: Type.Literal('Workflow execution started'),
    workflowId: Id,
    ...references,
    timestamp: Timestamp,
  },
  {
    title: 'ExecuteAccepted',
    description: 'Stored, and about to be executed.',
    examples: [examples.executeAccepted],
  },
);

/** An execution that was waited for or answered again; `executionId` is where a 202 has it. */
export const ExecuteResult = Type.Object(
  { ...references, ...detail },
  {
    title: 'ExecuteResult',
    description: 'The execution, when it has ended or the call was repeated.',
    examples: [examples.executeResult],
  },
);
export type ExecuteResult = Static<typeof ExecuteResult>;
