import type { StoredWorkflow } from '../../store/workflows.ts';
import type { Workflow } from '../schemas/workflows.ts';
import { triggerView } from './trigger-view.ts';
import { webhookView } from './webhook-view.ts';

/** Secrets that the present call generated: its answer is the only one that shows them. */
export interface GeneratedSecrets {
  webhook: string | null;
  /** By endpoint id. */
  endpoints: ReadonlyMap<string, string>;
}

export const NONE_GENERATED: GeneratedSecrets = { webhook: null, endpoints: new Map() };

export function workflowView(
  workflow: StoredWorkflow,
  publicUrl: string,
  generated: GeneratedSecrets = NONE_GENERATED,
): Workflow {
  return {
    id: workflow.id,
    name: workflow.name,
    description: workflow.description,
    isActive: workflow.isActive,
    webhook: webhookView(workflow, publicUrl, generated.webhook),
    triggers: workflow.triggers.map((trigger) =>
      triggerView(trigger, generated.endpoints.get(trigger.endpoint.id)),
    ),
    createdAt: workflow.createdAt.toISOString(),
    updatedAt: workflow.updatedAt.toISOString(),
  };
}
