import { newWorkflowId } from '../../domain/ids.ts';
import { type Fault, Problem } from '../../domain/problem.ts';
import { asTenant, type Database, type Tx } from '../../store/database.ts';
import { cancelOpenExecutions } from '../../store/execution-actions.ts';
import type { SecretBox } from '../../store/secret-box.ts';
import { insertWebhookSecret, openWebhookSecrets } from '../../store/webhook-secrets.ts';
import {
  findWorkflow,
  insertWorkflow,
  lockWorkflow,
  markWorkflowDeleted,
  type StoredWorkflow,
  updateWorkflow,
} from '../../store/workflows.ts';
import type { WebhookChanges } from '../schemas/webhook-settings.ts';
import type { WorkflowChanges, WorkflowInput } from '../schemas/workflows.ts';
import { storeTriggers, triggerFaults } from './triggers.ts';
import {
  changeWebhook,
  generateSecret,
  isUsable,
  NO_WEBHOOK,
  needsSecret,
  secretFaults,
  type WebhookState,
  webhookFaults,
} from './webhook-settings.ts';
import { type GeneratedSecrets, NONE_GENERATED } from './workflow-view.ts';

export interface Stores {
  db: Database;
  box: SecretBox;
}

export interface Changed {
  workflow: StoredWorkflow;
  generated: GeneratedSecrets;
}

/** @throws Problem invalid_configuration naming every fault. */
export function refuseFaults(faults: Fault[]): void {
  if (faults.length > 0) throw new Problem('invalid_configuration', { errors: faults });
}

export function createWorkflow(
  { db, box }: Stores,
  organizationId: string,
  input: WorkflowInput,
): Promise<Changed> {
  const { secret, ...webhook } = input.webhook ?? {};
  const state =
    input.webhook === undefined
      ? NO_WEBHOOK
      : changeWebhook({ ...NO_WEBHOOK, webhookEnabled: true }, webhook);
  return asTenant(db, organizationId, async (trx) => {
    const triggers = input.triggers ?? [];
    refuseFaults([
      ...webhookFaults(webhook, state, '/body/webhook'),
      ...(secret === undefined ? [] : secretFaults(secret, state, '/body/webhook/secret')),
      ...(await triggerFaults(trx, triggers, '/body/triggers')),
    ]);
    const id = newWorkflowId();
    const { name, description = null, isActive = true } = input;
    await insertWorkflow(trx, { id, organizationId, name, description, isActive, ...state });
    const owner = { organizationId, workflowId: id };
    const generated = secret === undefined && input.webhook !== undefined && needsSecret(state);
    const stored = generated ? generateSecret(state) : secret;
    if (stored !== undefined) await insertWebhookSecret(trx, box, { ...owner, secret: stored });
    const endpoints = await storeTriggers(trx, box, { ...owner, triggers });
    return {
      workflow: await existing(findWorkflow(trx, id)),
      generated: { webhook: generated ? (stored ?? null) : null, endpoints },
    };
  });
}

export function changeWorkflow(
  { db, box }: Stores,
  { organizationId, workflowId }: { organizationId: string; workflowId: string },
  changes: WorkflowChanges,
): Promise<Changed> {
  return asTenant(db, organizationId, async (trx) => {
    await existing(lockWorkflow(trx, workflowId));
    const { triggers, ...fields } = changes;
    let { endpoints } = NONE_GENERATED;
    if (triggers !== undefined) {
      refuseFaults(await triggerFaults(trx, triggers, '/body/triggers'));
      endpoints = await storeTriggers(trx, box, { organizationId, workflowId, triggers });
    }
    await updateWorkflow(trx, workflowId, fields);
    return {
      workflow: await existing(findWorkflow(trx, workflowId)),
      generated: { webhook: null, endpoints },
    };
  });
}

export function changeWebhookSettings(
  { db, box }: Stores,
  owner: { organizationId: string; workflowId: string },
  changes: WebhookChanges,
): Promise<Changed> {
  return asTenant(db, owner.organizationId, async (trx) => {
    const before = await existing(lockWorkflow(trx, owner.workflowId));
    const after = changeWebhook(before, changes);
    refuseFaults(webhookFaults(changes, after, '/body'));
    await updateWorkflow(trx, owner.workflowId, after);
    const asked = after.webhookEnabled || changes.authType !== undefined;
    const webhook =
      asked && needsSecret(after) ? await ensureSecret(trx, box, { ...owner, state: after }) : null;
    const workflow = await existing(findWorkflow(trx, owner.workflowId));
    return { workflow, generated: { ...NONE_GENERATED, webhook } };
  });
}

/** Generates a secret when there is none that could verify anything under these settings; else null. */
async function ensureSecret(
  trx: Tx,
  box: SecretBox,
  { state, ...owner }: { organizationId: string; workflowId: string; state: WebhookState },
): Promise<string | null> {
  const secrets = await openWebhookSecrets(trx, box, owner.workflowId);
  if (secrets.some(({ secret }) => isUsable(secret, state))) return null;
  const secret = generateSecret(state);
  await insertWebhookSecret(trx, box, { ...owner, secret });
  return secret;
}

const CANCEL_BATCH = 200;

/**
 * Deletes a workflow and cancels its open executions, which can be any number: in batches, so that no row
 * stays locked for long. A call that broke off in the middle is finished by calling again.
 * @throws Problem workflow_not_found
 */
export async function deleteWorkflow(
  db: Database,
  { organizationId, workflowId }: { organizationId: string; workflowId: string },
): Promise<void> {
  const marked = await asTenant(db, organizationId, (trx) => markWorkflowDeleted(trx, workflowId));
  if (marked === 'not_found') throw new Problem('workflow_not_found');
  let after: string | null = null;
  let cancelled = 0;
  do {
    const batch: { workflowId: string; after: string | null; limit: number } = {
      workflowId,
      after,
      limit: CANCEL_BATCH,
    };
    after = await asTenant(db, organizationId, (trx) => cancelOpenExecutions(trx, batch));
    if (after !== null) cancelled++;
  } while (after !== null);
  if (marked === 'deleted_before' && cancelled === 0) throw new Problem('workflow_not_found');
}

/** @throws Problem workflow_not_found: no such workflow, or another organization's. */
export async function existing(found: Promise<StoredWorkflow | null>): Promise<StoredWorkflow> {
  const workflow = await found;
  if (workflow === null) throw new Problem('workflow_not_found');
  return workflow;
}
