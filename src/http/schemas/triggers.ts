import { type Static, Type } from 'typebox';
import { TRIGGER_TYPES } from '../../domain/states.ts';
import { Id, listQuery, Nullable, Timestamp } from './common.ts';
import { Endpoint, EndpointInput } from './endpoints.ts';
import * as examples from './examples/endpoints.ts';
import { Text } from './text.ts';

const TriggerTypes = Type.Array(Type.Enum(TRIGGER_TYPES), { minItems: 1, uniqueItems: true });
const Forward = Type.Enum(['request', 'envelope'], {
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

const settings = {
  triggerTypes: Type.Optional(TriggerTypes),
  forward: Type.Optional(Forward),
  filter: Type.Optional(Filter),
  transform: Type.Optional(Transform),
  isActive: Type.Optional(
    Type.Boolean({
      description:
        'One that is not takes no executions, and deliveries of it under way end as if it were removed.',
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
  endpointId: Type.Optional({ ...Id, description: 'To this endpoint only.' }),
});

const shown = {
  triggerTypes: TriggerTypes,
  forward: Forward,
  filter: Filter,
  transform: Transform,
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
