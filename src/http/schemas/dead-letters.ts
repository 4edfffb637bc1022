import { type Static, Type } from 'typebox';
import { Id, listQuery, Nullable, Timestamp } from './common.ts';
import * as examples from './examples/dead-letters.ts';
import { deadLetterFilters } from './replays.ts';

export const DeadLettersQuery = listQuery(deadLetterFilters);

export const DeadLetter = Type.Object(
  {
    id: { ...Id, description: 'Of the delivery.' },
    executionId: Id,
    workflowId: Id,
    triggerId: Id,
    endpoint: Type.Union([Type.Object({ id: Id, name: Type.String(), url: Type.String() }), Type.Null()], {
      description:
        'The one that did not take it, the last of its fallbacks if it had any; null: deleted since.',
    }),
    run: Type.Integer(),
    fallbackOf: Nullable(Id),
    fallbackStep: Type.Integer(),
    outcome: Nullable(Type.String({ description: 'Of its last attempt, as what follows.' })),
    statusCode: Nullable(Type.Integer()),
    error: Nullable(Type.String()),
    advice: Nullable(Type.String()),
    attemptCount: Type.Integer({ description: 'How often it was sent, over all runs.' }),
    lastAttemptAt: Nullable(Timestamp),
    createdAt: Timestamp,
    finishedAt: Type.Union([Timestamp, Type.Null()], { description: 'When it was given up.' }),
  },
  {
    title: 'DeadLetter',
    description: 'A delivery that was given up, after all its attempts and fallbacks.',
    examples: [examples.deadLetter],
  },
);
export type DeadLetter = Static<typeof DeadLetter>;
