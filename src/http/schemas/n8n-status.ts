import { type Static, Type } from 'typebox';
import { EXECUTION_STATES } from '../../domain/states.ts';
import { Id, Nullable, Timestamp } from './common.ts';
import * as examples from './examples/webhook-events.ts';

export const Circuit = Type.Object(
  {
    state: Type.Enum(['closed', 'open', 'half_open'], {
      type: 'string',
      description: '`open`: nothing is sent. `half_open`: one is tried.',
    }),
    openUntil: Nullable(Timestamp),
  },
  {
    title: 'Circuit',
    description: 'Whether the endpoint is left alone because it fails.',
    examples: [{ state: 'closed', openUntil: null }],
  },
);
export type Circuit = Static<typeof Circuit>;

const Counted = Type.Object(
  {
    count: Type.Integer(),
    bounded: Type.Boolean({ description: 'Counting stopped at its limit: there may be more.' }),
  },
  { title: 'Counted', examples: [{ count: 10_000, bounded: true }] },
);

const N8nState = Type.Enum(['ok', 'not_ready', 'unreachable', 'timeout', 'not_configured', 'not_shared'], {
  type: 'string',
  description:
    '`not_ready`: it answers, but not that it is ready. `not_configured`: there is none. `not_shared`: it is not for this organization to see.',
});

export const N8nStatus = Type.Object(
  {
    timestamp: Timestamp,
    n8n: Type.Object({
      status: N8nState,
      latencyMs: Nullable(Type.Integer()),
      detail: Nullable(Type.String()),
      checkedAt: Nullable(Timestamp),
    }),
    queue: Type.Object(
      {
        depth: Nullable(
          Type.Integer({ description: 'Jobs in the queue of the whole service; null: it does not answer.' }),
        ),
        due: Type.Integer({ description: 'Executions and deliveries that could go now.' }),
        held: Type.Integer({
          description: 'Deliveries that wait for the pace or the circuit of an endpoint.',
        }),
        waiting: Type.Integer({ description: 'Deliveries that wait for their callback.' }),
        bounded: Type.Boolean({ description: 'Not all executions that are open were looked at.' }),
      },
      { description: 'What is still to be done for this organization.' },
    ),
    endpoints: Type.Object({
      data: Type.Array(
        Type.Object({ id: Id, name: Type.String(), isActive: Type.Boolean(), circuit: Circuit }),
        { description: 'The first hundred, by their names.' },
      ),
      more: Type.Boolean({ description: 'There are others: GET /api/webhook-endpoints lists them all.' }),
    }),
    events: Type.Object(
      {
        received: Type.Integer(),
        refused: Type.Integer(),
        sent: Type.Integer(),
        failed: Type.Integer({ description: 'Failed or dead-lettered.' }),
        bounded: Type.Boolean({ description: 'There were more: counted are the newest of each direction.' }),
        waiting: Counted,
      },
      { description: 'Of the last 24 hours; `waiting`: still to be sent, however old.' },
    ),
    executions: Type.Object(Object.fromEntries(EXECUTION_STATES.map((state) => [state, Counted])), {
      description: 'Those that are open, and those of the last 24 hours that have ended.',
    }),
  },
  {
    title: 'N8nStatus',
    description: 'How it stands between here and n8n.',
    examples: [examples.n8nStatus],
  },
);
export type N8nStatus = Static<typeof N8nStatus>;
