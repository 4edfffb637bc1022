import { type Static, Type } from 'typebox';
import { Id, listQuery, Nullable, Timestamp } from './common.ts';
import * as examples from './examples/workflows.ts';
import { Name, Text } from './text.ts';
import { Trigger, TriggerInputs } from './triggers.ts';
import { WebhookInput, WebhookSettings } from './webhook-settings.ts';

const Description = Nullable(Text({ maxLength: 2_000 }));

export const WorkflowsQuery = listQuery({
  name: Type.Optional(
    Text({ minLength: 1, maxLength: 200, description: 'A part of the name, in upper or lower case.' }),
  ),
  isActive: Type.Optional(Type.Boolean({ description: 'Only those that are, or are not.' })),
});

export const WorkflowInput = Type.Object(
  {
    name: Name,
    description: Type.Optional(Description),
    isActive: Type.Optional(Type.Boolean()),
    webhook: Type.Optional(WebhookInput),
    triggers: Type.Optional(TriggerInputs),
  },
  { title: 'WorkflowInput', additionalProperties: false, examples: [examples.workflowInput] },
);
export type WorkflowInput = Static<typeof WorkflowInput>;

export const WorkflowChanges = Type.Object(
  {
    name: Type.Optional(Name),
    description: Type.Optional(Description),
    isActive: Type.Optional(Type.Boolean()),
    triggers: Type.Optional(TriggerInputs),
  },
  {
    title: 'WorkflowChanges',
    additionalProperties: false,
    minProperties: 1,
    description: '`triggers` replaces the whole set.',
    examples: [examples.workflowChanges],
  },
);
export type WorkflowChanges = Static<typeof WorkflowChanges>;

export const Workflow = Type.Object(
  {
    id: Id,
    name: Type.String(),
    description: Nullable(Type.String()),
    isActive: Type.Boolean(),
    webhook: WebhookSettings,
    triggers: Type.Array(Trigger),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  },
  {
    title: 'Workflow',
    description: 'With its webhook and where it delivers to.',
    examples: [examples.workflow],
  },
);
export type Workflow = Static<typeof Workflow>;
