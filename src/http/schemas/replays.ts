import { type Static, Type } from 'typebox';
import { EXECUTION_STATES, REPLAY_STATES } from '../../domain/states.ts';
import { Id, Nullable, Timestamp } from './common.ts';
import * as examples from './examples/replays.ts';
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

export const DryRun = Type.Object(
  {
    matched: Type.Integer({ description: 'Webhook logs that match, those included that would be skipped.' }),
    bounded: Type.Boolean({ description: 'Counting stopped at its limit: there may be more.' }),
  },
  { title: 'DryRun', examples: [examples.dryRun] },
);

const replay = {
  id: Id,
  state: Type.Enum(REPLAY_STATES, {
    title: 'ReplayState',
    description:
      '`running` while it makes executions, `completed` when it has made all of them. `stopped`: of its last executions that ended, twenty at least, more than half failed.',
  }),
  filter: Filter,
  ratePerSecond: Type.Integer(),
  total: Type.Integer({ description: 'Webhook logs that matched when it was made.' }),
  totalBounded: Type.Boolean({
    description: 'Counting stopped at its limit: there may be more than `total`.',
  }),
  replayed: Type.Integer({ description: 'Executions it has made.' }),
  skipped: Type.Integer({
    description: 'Logs passed over: refused, without a body, or of a workflow that is inactive or deleted.',
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
      description: 'How many of the executions it made are in each state.',
    }),
  },
  { title: 'Replay', description: 'Many webhooks that run again.', examples: [examples.replay] },
);
export type Replay = Static<typeof Replay>;
