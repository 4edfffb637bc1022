import { type Static, Type } from 'typebox';
import { Id, Nullable, Timestamp } from './common.ts';
import { Name, Text } from './text.ts';
import { Trigger, TriggerInputs } from './triggers.ts';
import { WebhookInput, WebhookSettings } from './webhook-settings.ts';

const Description = Nullable(Text({ maxLength: 2_000 }));

export const WorkflowInput = Type.Object(
  {
    name: Name,
    description: Type.Optional(Description),
    isActive: Type.Optional(Type.Boolean()),
    webhook: Type.Optional(WebhookInput),
    triggers: Type.Optional(TriggerInputs),
  },
  { additionalProperties: false },
);
export type WorkflowInput = Static<typeof WorkflowInput>;

export const WorkflowChanges = Type.Object(
  {
    name: Type.Optional(Name),
    description: Type.Optional(Description),
    isActive: Type.Optional(Type.Boolean()),
    triggers: Type.Optional(TriggerInputs),
  },
  { additionalProperties: false, minProperties: 1, description: '`triggers` replaces the whole set.' },
);
export type WorkflowChanges = Static<typeof WorkflowChanges>;

export const Workflow = Type.Object({
  id: Id,
  name: Type.String(),
  description: Nullable(Type.String()),
  isActive: Type.Boolean(),
  webhook: WebhookSettings,
  triggers: Type.Array(Trigger),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Workflow = Static<typeof Workflow>;
