import { type Static, Type } from 'typebox';
import { AwaitCallback } from '../../domain/await-callback.ts';
import { FALLBACK_TYPES, MAX_ALERTED, MAX_FALLBACK_ACTIONS } from '../../domain/fallback.ts';
import { TRIGGER_TYPES } from '../../domain/states.ts';
import { Id, listQuery, Nullable, Timestamp } from './common.ts';
import { Endpoint, EndpointInput } from './endpoints.ts';
import * as examples from './examples/endpoints.ts';
import { Text } from './text.ts';

const TriggerTypes = Type.Array(Type.Enum(TRIGGER_TYPES, { type: 'string' }), {
  minItems: 1,
  maxItems: TRIGGER_TYPES.length,
  uniqueItems: true,
});
const Forward = Type.Enum(['request', 'envelope'], {
  type: 'string',
  description:
    '`request`: the original request, byte for byte; `envelope`: a JSON document with the request in it.',
});
const Filter = Nullable(
  Text({
    minLength: 1,
    maxLength: 10_000,
    description: 'JSONata. The trigger takes only executions for which it is true (as JSONata sees it).',
  }),
);
const Transform = Nullable(
  Text({
    minLength: 1,
    maxLength: 10_000,
    description: 'JSONata. Its result is sent, as JSON, instead of what came.',
  }),
);

const AwaitCallbackInput = Type.Union(
  [
    Type.Boolean({ description: '`true`: with all defaults; `false`: as null.' }),
    Type.Partial(AwaitCallback, { title: 'AwaitCallbackInput', additionalProperties: false }),
    Type.Null(),
  ],
  {
    description:
      'After a 2xx the delivery is `waiting` until n8n says how the workflow went. What is left out of the object has its default; null: a 2xx is a success.',
  },
);
export type AwaitCallbackInput = Static<typeof AwaitCallbackInput>;

const FallbackAction = Type.Object(
  {
    type: Type.Enum(FALLBACK_TYPES, {
      type: 'string',
      description:
        '`endpoint`: it is sent there instead, by the settings of that endpoint. `alert`: the event `alert` goes out and the next action follows. `dead_letter`: it ends as a dead letter.',
    }),
    endpointId: Type.Optional({
      ...Id,
      description: `Of \`endpoint\`: where to. Of \`alert\`: whom to tell; left out: every active endpoint that has \`alert\` among its \`events\`, the oldest ${MAX_ALERTED} of them.`,
    }),
  },
  { title: 'FallbackAction', additionalProperties: false },
);
export type FallbackInput = Static<typeof FallbackAction>;

const Fallback = Type.Array(FallbackAction, {
  maxItems: MAX_FALLBACK_ACTIONS,
  description:
    "What follows, in this order, when all attempts of a delivery failed or its endpoint refused it for good; `dead_letter` only at the end. Each `endpoint` gets a delivery of its own (`fallbackOf`, `fallbackStep`), and the one before counts no more (`isSuperseded`): the execution succeeds when one of them takes it. An action whose endpoint was deleted or is not active then is skipped, and the record of the attempt says so. Nothing follows what is held as ambiguous, an expression that failed, or what n8n says after it accepted: the work may have been done. A retry of the execution begins anew at the trigger's own endpoint, unless one of its fallbacks took it, and the actions follow again; the delivery to each keeps its id.",
});

const settings = {
  triggerTypes: Type.Optional(TriggerTypes),
  forward: Type.Optional(Forward),
  filter: Type.Optional(Filter),
  transform: Type.Optional(Transform),
  awaitCallback: Type.Optional(AwaitCallbackInput),
  fallback: Type.Optional(Fallback),
  isActive: Type.Optional(
    Type.Boolean({
      description: 'One that is not takes no new executions. Its deliveries under way go on.',
    }),
  ),
};
const destination = { endpoint: Type.Optional(EndpointInput), endpointId: Type.Optional(Id) };

export const TriggerInput = Type.Object(
  { ...destination, ...settings },
  {
    title: 'TriggerInput',
    additionalProperties: false,
    description: 'Either `endpoint` (a new one) or `endpointId`.',
  },
);
export type TriggerInput = Static<typeof TriggerInput>;

/** How many triggers a workflow has at the most: every execution is matched against all of them. */
export const MAX_TRIGGERS = 50;

export const TriggerInputs = Type.Array(TriggerInput, { maxItems: MAX_TRIGGERS });

export const WorkflowTriggerInput = Type.Object(
  { workflowId: Id, ...destination, ...settings },
  {
    title: 'WorkflowTriggerInput',
    additionalProperties: false,
    description: 'Either `endpoint` (a new one) or `endpointId`.',
    examples: [examples.triggerInput],
  },
);
export type WorkflowTriggerInput = Static<typeof WorkflowTriggerInput>;

export const WorkflowTriggerChanges = Type.Object(settings, {
  title: 'WorkflowTriggerChanges',
  additionalProperties: false,
  minProperties: 1,
  description: 'What is left out stays.',
  examples: [examples.triggerChanges],
});
export type WorkflowTriggerChanges = Static<typeof WorkflowTriggerChanges>;

export const TriggersQuery = listQuery({
  workflowId: Type.Optional({ ...Id, description: 'Of this workflow only.' }),
  endpointId: Type.Optional({ ...Id, description: 'That lead to this endpoint only, be it as a fallback.' }),
});

const shown = {
  triggerTypes: TriggerTypes,
  forward: Forward,
  filter: Filter,
  transform: Transform,
  awaitCallback: Nullable(AwaitCallback),
  fallback: Fallback,
  isActive: Type.Boolean(),
  endpoint: Endpoint,
};

export const Trigger = Type.Object({ id: Id, ...shown }, { title: 'Trigger' });
export type Trigger = Static<typeof Trigger>;

export const WorkflowTrigger = Type.Object(
  { id: Id, workflowId: Id, ...shown, createdAt: Timestamp, updatedAt: Timestamp },
  {
    title: 'WorkflowTrigger',
    description: 'Which executions of a workflow are delivered to which endpoint.',
    examples: [examples.workflowTrigger],
  },
);
export type WorkflowTrigger = Static<typeof WorkflowTrigger>;
