import { createHash } from 'node:crypto';
import { type Fault, Problem } from '../../domain/problem.ts';
import type { N8nWorkflow } from '../../n8n/workflows.ts';
import { asTenant, type Tx } from '../../store/database.ts';
import { findEndpointByUrl, findWorkflowTo, lockRegistrations } from '../../store/registered-endpoints.ts';
import type { SecretBox } from '../../store/secret-box.ts';
import { insertTrigger, type StoredTrigger } from '../../store/triggers.ts';
import { findWorkflow, lockWorkflow, type StoredWorkflow, updateWorkflow } from '../../store/workflows.ts';
import type { N8nRegistration } from '../schemas/n8n.ts';
import { MAX_TRIGGERS, type TriggerInput } from '../schemas/triggers.ts';
import { expressionFaults } from './expression-faults.ts';
import { existing } from './locked-change.ts';
import { type Chosen, chooseNode, credentialFaults, warningsAbout } from './n8n-choice.ts';
import { type Before, reuseWarnings } from './n8n-reuse.ts';
import { urlReachFaults } from './reach-faults.ts';
import { lonelyTriggerFaults, storeDestination } from './triggers.ts';
import { type Changed, type ReachingStores, refuseFaults, storeWorkflow } from './workflow-commands.ts';
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
export async function registerN8nWorkflow(
  stores: ReachingStores,
  registration: Registration,
): Promise<Registered> {
  const { workflow, asked } = registration;
  if (asked.workflow !== undefined && asked.workflowId !== undefined) {
    refuseFaults([{ pointer: '/body/workflow', detail: 'must not be there when workflowId is' }]);
  }
  if (!workflow.isActive && asked.allowInactive !== true) throw new Problem('n8n_workflow_inactive');
  const chosen = chooseNode(workflow, asked);
  const faults = [
    ...urlReachFaults(stores.reach, chosen.url, '/body'),
    ...(await expressionFaults(asked, '/body')),
  ];
  const names = endpointNames(workflow, chosen);
  for (const [attempt, name] of names.entries()) {
    try {
      return await attemptRegistration(stores, registration, { chosen, name, faults });
    } catch (error) {
      // Somebody registered the same just now, whose endpoint the next attempt finds; or another workflow has
      // the same names, and the next attempt another one.
      const isLast = attempt === names.length - 1;
      if (isLast || !(error instanceof Problem) || error.code !== 'name_taken') throw atBody(error);
    }
  }
  throw new Problem('name_taken');
}

/** The one it should have, and one that is this URL's alone. */
function endpointNames({ name }: N8nWorkflow, { node, url }: Chosen): string[] {
  const cut = (text: string, limit: number) => text.slice(0, limit).replace(/\p{Cs}/gu, '');
  const short = `n8n: ${cut(name, 90)} / ${cut(node.nodeName, 60)}`;
  const hash = createHash('sha256').update(url).digest('hex');
  return [short, `${short} (${hash.slice(0, 8)})`];
}

interface Attempt {
  chosen: Chosen;
  name: string;
  /** Those that were looked for before there is a transaction. */
  faults: Fault[];
}

/** In one transaction: what is found not to be there must not come to be there before it is made. */
function attemptRegistration(
  { db, box }: ReachingStores,
  registration: Registration,
  attempt: Attempt,
): Promise<Registered> {
  const { organizationId, asked } = registration;
  const { chosen } = attempt;
  return asTenant(db, organizationId, async (trx) => {
    await lockRegistrations(trx, organizationId);
    const before = await findBefore(trx, registration, attempt);
    refuseFaults(credentialFaults(chosen.node, Object.keys(asked.endpoint?.headers ?? {}), before.endpoint));
    const isNew = before.workflow === null || before.trigger === null;
    const changed =
      before.workflow === null || before.trigger === null
        ? await makeMissing({ trx, box }, { ...registration, ...attempt, before })
        : { workflow: before.workflow, generated: NONE_GENERATED };
    const trigger = leading(changed.workflow, chosen.url);
    if (trigger === null) throw new Error('A workflow that was registered does not lead to its node.');
    return {
      ...changed,
      endpointId: trigger.endpoint.id,
      triggerId: trigger.id,
      isNew,
      chosen,
      warnings: [...warningsAbout(chosen, registration.workflow), ...reuseWarnings(asked, before)],
    };
  });
}

/** @throws Problem workflow_not_found */
async function findBefore(
  trx: Tx,
  { asked }: Registration,
  { chosen: { url }, name }: Attempt,
): Promise<Before> {
  if (asked.workflowId !== undefined) {
    const workflow = await existing(lockWorkflow(trx, asked.workflowId));
    const trigger = leading(workflow, url);
    return {
      endpoint: trigger?.endpoint ?? (await findEndpointByUrl(trx, { url, name })),
      workflow,
      trigger,
    };
  }
  const endpoint = await findEndpointByUrl(trx, { url, name });
  const id = endpoint === null ? null : await findWorkflowTo(trx, endpoint.id);
  const workflow = id === null ? null : await findWorkflow(trx, id);
  return { endpoint, workflow, trigger: workflow === null ? null : leading(workflow, url) };
}

/** The trigger of a workflow that leads to the node: one that is switched on, if there is such. */
function leading({ triggers }: StoredWorkflow, url: string): StoredTrigger | null {
  const all = triggers.filter(({ endpoint }) => endpoint.url === url);
  return all.find(({ isActive }) => isActive) ?? all[0] ?? null;
}

async function makeMissing(
  { trx, box }: { trx: Tx; box: SecretBox },
  {
    organizationId,
    workflow: found,
    asked,
    chosen,
    name,
    faults,
    before,
  }: Registration & Attempt & { before: Before },
): Promise<Changed> {
  const { endpoint, workflow } = before;
  const trigger = triggerOf(asked, endpoint === null ? { url: chosen.url, name } : endpoint.id);
  if (workflow !== null) return addTrigger({ trx, box }, { organizationId, workflow, trigger, faults });
  const webhook = asked.workflow?.webhook ?? {};
  const input = { name: asked.workflow?.name ?? nameOf(found), webhook, triggers: [trigger] };
  return storeWorkflow(trx, box, { organizationId, input, faults });
}

/** A workflow of Hookgate must have a name; one of n8n need not. */
const nameOf = ({ name, id }: N8nWorkflow): string =>
  name.slice(0, 200).replace(/\p{Cs}/gu, '') || `n8n workflow ${id}`;

function triggerOf(
  { endpoint, triggerTypes, forward, filter, transform, awaitCallback, fallback }: N8nRegistration,
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
    ...(awaitCallback !== undefined && { awaitCallback }),
    ...(fallback !== undefined && { fallback }),
  };
}

/** To a workflow that is locked. */
async function addTrigger(
  { trx, box }: { trx: Tx; box: SecretBox },
  {
    organizationId,
    workflow: { id: workflowId, triggers },
    trigger: input,
    faults,
  }: { organizationId: string; workflow: StoredWorkflow; trigger: TriggerInput; faults: Fault[] },
): Promise<Changed> {
  refuseFaults([
    ...(triggers.length < MAX_TRIGGERS
      ? []
      : [{ pointer: '/body/workflowId', detail: `has ${MAX_TRIGGERS} triggers already` }]),
    ...(await lonelyTriggerFaults(trx, input, '/body/triggers/0')),
    ...faults,
  ]);
  const { trigger, generated } = await storeDestination(trx, box, { organizationId, input });
  await insertTrigger(trx, { organizationId, workflowId }, trigger);
  await updateWorkflow(trx, workflowId, {});
  const endpoints = new Map(generated === null ? [] : [[trigger.endpointId, generated]]);
  return {
    workflow: await existing(findWorkflow(trx, workflowId)),
    generated: { webhook: null, endpoints },
  };
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
