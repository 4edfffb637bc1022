import type { StoredEndpoint } from '../../store/endpoints.ts';
import type { StoredTrigger } from '../../store/triggers.ts';
import type { StoredWorkflow } from '../../store/workflows.ts';
import type { N8nRegistration } from '../schemas/n8n.ts';
import { DEFAULT_TRIGGER_TYPES } from './triggers.ts';

/** What leads to a webhook node of n8n already. */
export interface Before {
  endpoint: StoredEndpoint | null;
  /** The one that is named, else one that leads to the endpoint. */
  workflow: StoredWorkflow | null;
  /** That of the workflow which leads to the endpoint. */
  trigger: StoredTrigger | null;
}

/** What is not as asked for, because it was there already, or keeps deliveries from being made. */
export const reuseWarnings = (asked: N8nRegistration, before: Before): string[] => [
  ...endpointWarnings(asked, before),
  ...triggerWarnings(asked, before),
  ...workflowWarnings(asked, before),
];

function endpointWarnings(asked: N8nRegistration, { endpoint }: Before): string[] {
  if (endpoint === null) return [];
  const path = `/api/webhook-endpoints/${endpoint.id}`;
  return [
    ...(asked.endpoint === undefined
      ? []
      : [`The endpoint was there already and keeps its settings: PATCH ${path} changes them.`]),
    ...(endpoint.isActive
      ? []
      : [`The endpoint is switched off: nothing is delivered to it. PATCH ${path} switches it on.`]),
  ];
}

function triggerWarnings(asked: N8nRegistration, { trigger }: Before): string[] {
  if (trigger === null) return [];
  const path = `/api/workflow-triggers/${trigger.id}`;
  const { forward, filter, transform, awaitCallback, fallback, workflow } = asked;
  const settings = [asked.triggerTypes, forward, filter, transform, awaitCallback, fallback, workflow];
  const isAsked = settings.some((setting) => setting !== undefined);
  const left = (asked.triggerTypes ?? DEFAULT_TRIGGER_TYPES).filter(
    (type) => !trigger.triggerTypes.includes(type),
  );
  return [
    ...(isAsked ? ['The workflow and its trigger were there already, and stay as they are.'] : []),
    ...(trigger.isActive
      ? []
      : [`The trigger is switched off: it takes no executions. PATCH ${path} switches it on.`]),
    ...(left.length === 0
      ? []
      : [
          `The trigger takes executions of type ${trigger.triggerTypes.join(', ')}, and not ${left.join(', ')}: PATCH ${path} changes that.`,
        ]),
  ];
}

function workflowWarnings(asked: N8nRegistration, { workflow, trigger }: Before): string[] {
  if (workflow === null) return [];
  const path = `/api/workflows/${workflow.id}`;
  const types = trigger?.triggerTypes ?? asked.triggerTypes ?? DEFAULT_TRIGGER_TYPES;
  return [
    ...(workflow.isActive
      ? []
      : [`The workflow is switched off: nothing is executed. PATCH ${path} switches it on.`]),
    ...(workflow.webhookEnabled || !types.includes('webhook')
      ? []
      : [`The webhook of the workflow is switched off. PATCH ${path}/webhook switches it on.`]),
  ];
}
