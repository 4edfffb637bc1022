import { type Static, Type } from 'typebox';
import { OVERDUE_WAITS } from '../../domain/alert-details.ts';
import { ALERT_END_REASONS, ALERT_KINDS } from '../../domain/alerts.ts';
import { Id, listQuery, Nullable, Timestamp } from './common.ts';
import * as examples from './examples/alerts.ts';

const AlertKind = Type.Enum(ALERT_KINDS, {
  type: 'string',
  title: 'AlertKind',
  description:
    '`authentication_failures`: many requests were refused as not authentic. `execution_failures`: a large share of the executions that ended failed. `execution_overdue`: an execution should have ended.',
});
const AlertStatus = Type.Enum(['open', 'ended'], { type: 'string' });

export const AlertsQuery = listQuery({
  workflowId: Type.Optional({ ...Id, description: 'Of this workflow only.' }),
  kind: Type.Optional({ ...AlertKind, description: 'Only those of this kind.' }),
  status: Type.Optional({
    ...AlertStatus,
    description: '`open`: what is unusual now. `ended`: what is over.',
  }),
});

const AuthenticationFailures = Type.Object(
  {
    failures: Type.Integer(),
    reasons: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() }), {
      description: 'The five most frequent.',
    }),
    sources: Type.Array(Type.Object({ sourceIp: Type.String(), count: Type.Integer() }), {
      description: 'The five most frequent, of the refusals that are in the log.',
    }),
  },
  { title: 'AuthenticationFailures', description: 'Requests that were refused as not authentic.' },
);

const ExecutionFailures = Type.Object(
  {
    ended: Type.Integer({
      description: 'Those that were cancelled are left out. Of more than 1,000 the latest count.',
    }),
    failed: Type.Integer(),
    rate: Type.Number(),
    outcomes: Type.Array(Type.Object({ outcome: Type.String(), count: Type.Integer() }), {
      description: 'Of those that failed the five most frequent.',
    }),
    latest: Type.Array(Id, { description: 'The latest five that failed, latest first.' }),
  },
  { title: 'ExecutionFailures', description: 'Executions that ended.' },
);

const ExecutionOverdue = Type.Object(
  {
    overdue: Type.Integer(),
    isBounded: Type.Boolean({ description: 'There are at least so many: counting stopped there.' }),
    oldest: Type.Array(
      Type.Object({
        executionId: Id,
        since: Type.String({ format: 'date-time', description: 'When it began, or was retried last.' }),
        status: Type.String(),
        waitsFor: Type.Enum(OVERDUE_WAITS, {
          type: 'string',
          description:
            '`callback_missed`: it ended without. `callback_overdue`: it still waits. `circuit` or `pace`: its endpoint holds it. `callback`: not due yet. `retry`: the next attempt. `answer`: it is being sent. `worker`: somebody to take it.',
        }),
      }),
      { description: 'The ten that began first.' },
    ),
  },
  { title: 'ExecutionOverdue', description: 'Executions that should have ended.' },
);

export const Alert = Type.Object(
  {
    id: Id,
    kind: AlertKind,
    status: AlertStatus,
    workflow: Type.Object({ id: Id, name: Type.String() }),
    startedAt: Timestamp,
    lastSeenAt: Type.String({
      format: 'date-time',
      description: 'When it was unusual the last time that anybody looked.',
    }),
    endedAt: Nullable(Timestamp),
    endReason: Nullable(
      Type.Enum(ALERT_END_REASONS, {
        type: 'string',
        description: '`condition_over`: nothing was unusual for five minutes, or its window if that is less.',
      }),
    ),
    counted: Type.Union([AuthenticationFailures, ExecutionFailures, ExecutionOverdue], {
      description: 'As `kind` says; when it was last seen.',
    }),
    threshold: Type.Object(
      {
        count: Type.Optional(Type.Integer()),
        rate: Type.Optional(Type.Number()),
        minimum: Type.Optional(Type.Integer()),
        afterSeconds: Type.Optional(Type.Integer()),
      },
      { description: 'From where on it is unusual: those of the rule that `kind` names.' },
    ),
    windowSeconds: Nullable(Type.Integer({ description: 'Within which it was counted.' })),
    advice: Type.String({ description: 'What to look at.' }),
  },
  {
    title: 'Alert',
    description: 'A time in which something about a workflow was unusual.',
    examples: [examples.alert],
  },
);
export type Alert = Static<typeof Alert>;
