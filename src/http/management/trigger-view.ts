import type { StoredTrigger } from '../../store/triggers.ts';
import type { Trigger, WorkflowTrigger } from '../schemas/triggers.ts';
import { endpointView } from './endpoint-view.ts';
import { entityTag } from './etag.ts';

/** A trigger within its workflow. `secret`: of its endpoint, when the present call generated it. */
export const triggerView = (trigger: StoredTrigger, secret?: string | null): Trigger => ({
  id: trigger.id,
  triggerTypes: trigger.triggerTypes,
  forward: trigger.forward,
  filter: trigger.filter,
  transform: trigger.transform,
  awaitCallback: trigger.awaitCallback,
  fallback: trigger.fallback,
  isActive: trigger.isActive,
  endpoint: endpointView(trigger.endpoint, { secret: secret ?? null, inboundSecret: null }),
});

/** A trigger by itself. */
export const workflowTriggerView = (trigger: StoredTrigger, secret?: string | null): WorkflowTrigger => ({
  ...triggerView(trigger, secret),
  workflowId: trigger.workflowId,
  createdAt: trigger.createdAt.toISOString(),
  updatedAt: trigger.updatedAt.toISOString(),
});

export const triggerTag = (trigger: StoredTrigger): string =>
  entityTag(trigger.version, workflowTriggerView(trigger));
