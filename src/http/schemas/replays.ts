import { type Static, Type } from 'typebox';
import { EXECUTION_STATES, REPLAY_KINDS, REPLAY_STATES } from '../../domain/states.ts';
import { Id, Nullable, Timestamp } from './common.ts';
import * as examples from './examples/replays.ts';
import { Text } from './text.ts';
import { logFilters } from './webhook-logs.ts';

const Filter = Type.Object(logFilters, {
  title: 'LogFilter',
  additionalProperties: false,
  minProperties: 1,
  description: 'Which webhook logs: as in their list.',
});

export const ReplayInput = Type.Object(
  {
    filter: Filter,
    dryRun: Type.Optional(Type.Boolean({ default: false, description: 'Only count what would run again.' })),
    ratePerSecond: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000,
        default: 10,
        description: 'Executions a second, at the most.',
      }),
    ),
  },
  { title: 'ReplayInput', additionalProperties: false, examples: [examples.replayInput] },
);

export const deadLetterFilters = {
  workflowId: Type.Optional({ ...Id, description: 'Of this workflow only.' }),
  endpointId: Type.Optional({ ...Id, description: 'That this endpoint did not take.' }),
  outcome: Type.Optional(
    Text({ minLength: 1, maxLength: 100, description: 'Of the last attempt, e.g. `connection_refused`.' }),
  ),
  from: Type.Optional(
    Type.String({ format: 'date-time', maxLength: 64, description: 'Given up at this time or later.' }),
  ),
  to: Type.Optional(
    Type.String({ format: 'date-time', maxLength: 64, description: 'Given up before this time.' }),
  ),
};

const DeadLettersFilter = Type.Object(deadLetterFilters, {
  title: 'DeadLetterFilter',
  additionalProperties: false,
  description: 'Which dead letters: as in their list. `{}`: all.',
});

export const RedriveInput = Type.Object(
  {
    filter: DeadLettersFilter,
    dryRun: ReplayInput.properties.dryRun,
    ratePerSecond: ReplayInput.properties.ratePerSecond,
  },
  { title: 'RedriveInput', additionalProperties: false, examples: [examples.redriveInput] },
);

export const RedriveDryRun = Type.Object(
  {
    matched: Type.Integer({
      description: 'Executions of which a dead letter matches, those included that would be skipped.',
    }),
    bounded: Type.Boolean({ description: 'Counting stopped at its limit: there may be more.' }),
  },
  { title: 'RedriveDryRun', examples: [examples.dryRun] },
);

export const DryRun = Type.Object(
  {
    matched: Type.Integer({ description: 'Webhook logs that match, those included that would be skipped.' }),
    bounded: Type.Boolean({ description: 'Counting stopped at its limit: there may be more.' }),
  },
  { title: 'DryRun', examples: [examples.dryRun] },
);

const replay = {
  id: Id,
  kind: Type.Enum(REPLAY_KINDS, {
    type: 'string',
    title: 'ReplayKind',
    description:
      '`webhook_logs`: webhooks run again, each as a new execution. `dead_letters`: executions are retried.',
  }),
  state: Type.Enum(REPLAY_STATES, {
    type: 'string',
    title: 'ReplayState',
    description:
      '`running` while it makes executions, `completed` when it has made all of them. `stopped`: of its last executions that ended, twenty at least, more than half failed.',
  }),
  filter: Type.Union([Filter, DeadLettersFilter]),
  ratePerSecond: Type.Integer(),
  total: Type.Integer({
    description: 'Webhook logs, or executions of dead letters, that matched when it was made.',
  }),
  totalBounded: Type.Boolean({
    description: 'Counting stopped at its limit: there may be more than `total`.',
  }),
  replayed: Type.Integer({ description: 'Executions it has made, or retried.' }),
  skipped: Type.Integer({
    description:
      'Logs passed over: refused, duplicates (their event runs again by the log it came with first), without a body, or of a workflow that is inactive or deleted. Executions passed over: not (or no more) `dead_lettered`, of such a workflow, or without the body of their webhook.',
  }),
  requestedBy: Type.String(),
  createdAt: Timestamp,
  finishedAt: Nullable(Timestamp),
};

export const ReplaySummary = Type.Object(replay, {
  title: 'ReplaySummary',
  description: 'A replay as lists show it.',
  examples: [examples.replaySummary],
});
export type ReplaySummary = Static<typeof ReplaySummary>;

export const Replay = Type.Object(
  {
    ...replay,
    executions: Type.Object(Object.fromEntries(EXECUTION_STATES.map((state) => [state, Type.Integer()])), {
      description:
        'How many of the executions it made, or retried and no later redrive did, are in each state.',
    }),
  },
  {
    title: 'Replay',
    description: 'Many webhooks, or dead letters, that run again.',
    examples: [examples.replay],
  },
);
export type Replay = Static<typeof Replay>;
