import { type Fault, Problem } from '../../domain/problem.ts';
import type { N8nWorkflow } from '../../n8n/workflows.ts';
import { asTenant } from '../../store/database.ts';
import type { StoredEndpoint } from '../../store/endpoints.ts';
import { findEndpointByUrl, findWorkflowTo } from '../../store/registered-endpoints.ts';
import { insertTrigger } from '../../store/triggers.ts';
import { findWorkflow, type StoredWorkflow } from '../../store/workflows.ts';
import type { N8nRegistration } from '../schemas/n8n.ts';
import { MAX_TRIGGERS, type TriggerInput } from '../schemas/triggers.ts';
import { changeLocked, existing } from './locked-change.ts';
import { type Chosen, chooseNode, credentialFaults, warningsAbout } from './n8n-choice.ts';
import { lonelyTriggerFaults, storeDestination } from './triggers.ts';
import { type Changed, createWorkflow, refuseFaults, type Stores } from './workflow-commands.ts';
import { NONE_GENERATED } from './workflow-view.ts';

export interface Registered extends Changed {
  /** Whether anything was made. */
  isNew: boolean;
  endpointId: string;
  triggerId: string;
  chosen: Chosen;
  warnings: string[];
}

interface Registration {
  organizationId: string;
  /** Of n8n. */
  workflow: N8nWorkflow;
  asked: N8nRegistration;
}

/**
 * Makes what leads to a webhook node of n8n: an endpoint, a trigger, and a workflow unless one is named. What is there
 * already, going by the URL, is used again.
 * @throws Problem n8n_workflow_inactive, n8n_no_webhook, workflow_not_found, name_taken, invalid_configuration
 */
export async function registerN8nWorkflow(stores: Stores, registration: Registration): Promise<Registered> {
  const { workflow, asked } = registration;
  if (asked.workflow !== undefined && asked.workflowId !== undefined) {
    refuseFaults([{ pointer: '/body/workflow', detail: 'must not be there when workflowId is' }]);
  }
  if (!workflow.isActive && asked.allowInactive !== true) throw new Problem('n8n_workflow_inactive');
  const chosen = chooseNode(workflow, asked);
  const names = endpointNames(workflow, chosen);
  for (const [attempt, name] of names.entries()) {
    try {
      return await attemptRegistration(stores, registration, { chosen, name });
    } catch (error) {
      // Somebody registered the same just now, whose endpoint the next attempt finds; or another workflow has
      // the same names, and the next attempt another one.
      const isLast = attempt === names.length - 1;
      if (isLast || !(error instanceof Problem) || error.code !== 'name_taken') throw atBody(error);
    }
  }
  throw new Problem('name_taken');
}

/** The one it should have, and one that no other n8n workflow's can be. */
function endpointNames({ id, name }: N8nWorkflow, { node }: Chosen): string[] {
  const cut = (text: string, limit: number) => text.slice(0, limit).replace(/\p{Cs}/gu, '');
  const short = `n8n: ${cut(name, 90)} / ${cut(node.nodeName, 60)}`;
  return [short, `${short} (${id.slice(0, 30)})`];
}

interface Attempt {
  chosen: Chosen;
  name: string;
}

async function attemptRegistration(
  stores: Stores,
  registration: Registration,
  { chosen, name }: Attempt,
): Promise<Registered> {
  const { organizationId, asked } = registration;
  const before = await findBefore(stores, registration, { chosen, name });
  const { endpoint } = before;
  refuseFaults(credentialFaults(chosen.node, headersOf(asked, endpoint)));
  const warnings = [...warningsAbout(chosen, registration.workflow), ...reuseWarnings(asked, before)];
  const done = (changed: Changed, isNew: boolean): Registered => ({
    ...changed,
    ...leading(changed.workflow, chosen.url),
    isNew,
    chosen,
    warnings,
  });
  if (before.workflow !== null) return done({ workflow: before.workflow, generated: NONE_GENERATED }, false);
  const trigger = triggerOf(asked, endpoint === null ? { url: chosen.url, name } : endpoint.id);
  if (asked.workflowId !== undefined) {
    const changed = await addTrigger(stores, { organizationId, workflowId: asked.workflowId, trigger });
    return done(changed, true);
  }
  const webhook = asked.workflow?.webhook ?? {};
  const input = { name: asked.workflow?.name ?? nameOf(registration.workflow), webhook, triggers: [trigger] };
  return done(await createWorkflow(stores, organizationId, input), true);
}

/** A workflow of Hookgate must have a name; one of n8n need not. */
const nameOf = ({ name, id }: N8nWorkflow): string =>
  name.slice(0, 200).replace(/\p{Cs}/gu, '') || `n8n workflow ${id}`;

interface Before {
  endpoint: StoredEndpoint | null;
  /** One that leads to the endpoint already: the one that is named, or any. */
  workflow: StoredWorkflow | null;
}

/** @throws Problem workflow_not_found */
function findBefore(
  { db }: Stores,
  { organizationId, asked }: Registration,
  { chosen, name }: Attempt,
): Promise<Before> {
  return asTenant(db, organizationId, async (trx) => {
    const endpoint = await findEndpointByUrl(trx, { url: chosen.url, name });
    if (asked.workflowId !== undefined) {
      const workflow = await existing(findWorkflow(trx, asked.workflowId));
      const own = workflow.triggers.find((trigger) => trigger.endpoint.url === chosen.url);
      return own === undefined ? { endpoint, workflow: null } : { endpoint: own.endpoint, workflow };
    }
    const id = endpoint === null ? null : await findWorkflowTo(trx, endpoint.id);
    return { endpoint, workflow: id === null ? null : await findWorkflow(trx, id) };
  });
}

/** The names of the headers that deliveries will have. */
const headersOf = ({ endpoint }: N8nRegistration, before: StoredEndpoint | null): string[] =>
  before === null ? Object.keys(endpoint?.headers ?? {}) : before.headerNames;

function reuseWarnings(asked: N8nRegistration, { endpoint, workflow }: Before): string[] {
  if (endpoint === null) return [];
  const { triggerTypes, forward, filter, transform } = asked;
  const triggerAsked = [triggerTypes, forward, filter, transform].some((setting) => setting !== undefined);
  return [
    ...(asked.endpoint === undefined
      ? []
      : [
          `The endpoint was there already and keeps its settings: PATCH /api/webhook-endpoints/${endpoint.id} changes them.`,
        ]),
    ...(workflow !== null && (triggerAsked || asked.workflow !== undefined)
      ? ['The workflow and its trigger were there already, and stay as they are.']
      : []),
    ...(endpoint.isActive ? [] : ['The endpoint is switched off: nothing is delivered to it.']),
  ];
}

function triggerOf(
  { endpoint, triggerTypes, forward, filter, transform }: N8nRegistration,
  destination: string | { url: string; name: string },
): TriggerInput {
  return {
    ...(typeof destination === 'string'
      ? { endpointId: destination }
      : { endpoint: { ...endpoint, ...destination } }),
    ...(triggerTypes !== undefined && { triggerTypes }),
    ...(forward !== undefined && { forward }),
    ...(filter !== undefined && { filter }),
    ...(transform !== undefined && { transform }),
  };
}

async function addTrigger(
  { db, box }: Stores,
  { trigger, ...owner }: { organizationId: string; workflowId: string; trigger: TriggerInput },
): Promise<Changed> {
  const { workflow, result } = await changeLocked(db, owner, async (trx, before) => {
    refuseFaults([
      ...(before.triggers.length < MAX_TRIGGERS
        ? []
        : [{ pointer: '/body/workflowId', detail: `has ${MAX_TRIGGERS} triggers already` }]),
      ...(await lonelyTriggerFaults(trx, trigger, '/body/triggers/0')),
    ]);
    const { organizationId } = owner;
    const stored = await storeDestination(trx, box, { organizationId, input: trigger });
    // Made by somebody else since it was looked for.
    const isThere = before.triggers.some(({ endpoint }) => endpoint.id === stored.trigger.endpointId);
    if (!isThere) await insertTrigger(trx, owner, stored.trigger);
    return { fields: {}, result: stored };
  });
  const { trigger: stored, generated } = result;
  const endpoints = new Map(generated === null ? [] : [[stored.endpointId, generated]]);
  return { workflow, generated: { webhook: null, endpoints } };
}

/** The trigger of a workflow that leads to the node. */
function leading({ triggers }: StoredWorkflow, url: string): { endpointId: string; triggerId: string } {
  const trigger = triggers.find(({ endpoint }) => endpoint.url === url);
  if (trigger === undefined) throw new Error('A workflow that was registered does not lead to its node.');
  return { endpointId: trigger.endpoint.id, triggerId: trigger.id };
}

/** Faults where the caller wrote what they are about. */
function atBody(error: unknown): unknown {
  if (!(error instanceof Problem) || error.errors === undefined) return error;
  const errors = error.errors.map(
    ({ pointer, detail }): Fault => ({
      pointer: pointer
        .replace('/body/triggers/0', '/body')
        .replace(/^\/body\/webhook/, '/body/workflow/webhook'),
      detail,
    }),
  );
  return new Problem(error.code, { errors, cause: error });
}
