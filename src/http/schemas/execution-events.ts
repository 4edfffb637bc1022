import { type Static, type TSchema, Type } from 'typebox';
import { Id } from './common.ts';
import { ExecutionStatus, TransitionEvent } from './executions.ts';

export const ExecutionEventsHeaders = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({
      pattern: '^(0|[1-9][0-9]{0,8})$',
      maxLength: 9,
      description: 'The id of the last event that was received: the stream goes on after it.',
    }),
  ),
});

export const ExecutionFeedQuery = Type.Object(
  { workflowId: Type.Optional({ ...Id, description: 'Of this workflow only.' }) },
  { additionalProperties: false },
);

export const EndEvent = Type.Object(
  { executionId: Id, workflowId: Id, status: ExecutionStatus },
  { title: 'EndEvent', description: 'The execution has ended, and with it the stream.' },
);
export type EndEvent = Static<typeof EndEvent>;

const EXECUTION = '01990f3c-9a52-7c1e-8b7d-2f6a40c1d5e3';
const WORKFLOW = '7d0e4b0a-3c55-4a6f-9d6e-51b8c2f0a9e4';

const started = {
  executionId: EXECUTION,
  workflowId: WORKFLOW,
  seq: 1,
  from: 'queued',
  to: 'running',
  run: 1,
  outcome: null,
  at: '2026-01-15T09:30:00.214Z',
} satisfies TransitionEvent;
const succeeded = {
  ...started,
  seq: 2,
  from: 'running',
  to: 'succeeded',
  outcome: 'delivered',
  at: '2026-01-15T09:30:00.391Z',
} satisfies TransitionEvent;
const end = { executionId: EXECUTION, workflowId: WORKFLOW, status: 'succeeded' } satisfies EndEvent;

const lines = (event: string, data: object) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

const EXECUTION_EXAMPLE = [
  'retry: 1000\n\n',
  `id: 1\n${lines('transition', started)}`,
  ':\n\n',
  `id: 2\n${lines('transition', succeeded)}`,
  lines('end', end),
].join('');
const FEED_EXAMPLE = ['retry: 1000\n\n', lines('transition', started), lines('transition', succeeded)].join(
  '',
);

/** An answer of server-sent events: text, of which each `data` is JSON of this schema. */
const eventStream = (description: string, data: TSchema, example: string) => ({
  description,
  content: {
    'text/event-stream': {
      schema: Type.String({
        description: 'Server-sent events. The data of each is JSON, as the content schema says.',
        contentMediaType: 'application/json',
        contentSchema: data,
      }),
      example,
    },
  },
});

export const EXECUTION_EVENTS = eventStream(
  '`transition`, with its seq as the id of the event, and last of all `end`.',
  Type.Union([TransitionEvent, EndEvent]),
  EXECUTION_EXAMPLE,
);
export const FEED_EVENTS = eventStream('`transition`, without ids.', TransitionEvent, FEED_EXAMPLE);
