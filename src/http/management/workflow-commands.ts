import { newWorkflowId } from '../../domain/ids.ts';
import { type Fault, Problem } from '../../domain/problem.ts';
import { handshakeOf } from '../../receive/effective-settings.ts';
import { asTenant, type Database, type Tx } from '../../store/database.ts';
import { cancelOpenExecutions } from '../../store/execution-actions.ts';
import type { SecretBox } from '../../store/secret-box.ts';
import {
  expireWebhookSecrets,
  insertWebhookSecret,
  openWebhookSecrets,
} from '../../store/webhook-secrets.ts';
import {
  findWorkflow,
  insertWorkflow,
  lockWorkflow,
  markWorkflowDeleted,
  type StoredWorkflow,
} from '../../store/workflows.ts';
import type { TriggerInput } from '../schemas/triggers.ts';
import type { WebhookChanges } from '../schemas/webhook-settings.ts';
import type { WorkflowChanges, WorkflowInput } from '../schemas/workflows.ts';
import { allExpressionFaults } from './expression-faults.ts';
import { type ChangeTarget, changeLocked, existing, requireMatch } from './locked-change.ts';
import { type MayReach, triggerReachFaults } from './reach-faults.ts';
import { storeTriggers, triggerFaults } from './triggers.ts';
import { generateSecret, isUsable, needsSecret, originOfSecret, secretFaults } from './webhook-secrets.ts';
import { changeWebhook, NO_WEBHOOK, type WebhookState, webhookFaults } from './webhook-settings.ts';
import { type GeneratedSecrets, NONE_GENERATED } from './workflow-view.ts';

export interface Stores {
  db: Database;
  box: SecretBox;
}

/** What stores workflows with their triggers, and endpoints. */
export interface ReachingStores extends Stores {
  reach: MayReach;
}

export interface Changed {
  workflow: StoredWorkflow;
  generated: GeneratedSecrets;
}

/** @throws Problem invalid_configuration naming every fault. */
export function refuseFaults(faults: Fault[]): void {
  if (faults.length > 0) throw new Problem('invalid_configuration', { errors: faults });
}

export async function createWorkflow(
  { db, box, reach }: ReachingStores,
  organizationId: string,
  input: WorkflowInput,
): Promise<Changed> {
  const faults = await faultsBefore(reach, input.triggers);
  return asTenant(db, organizationId, (trx) => storeWorkflow(trx, box, { organizationId, input, faults }));
}

/** The faults of triggers that are looked for before there is a transaction. */
const faultsBefore = async (reach: MayReach, triggers: TriggerInput[] = []): Promise<Fault[]> => [
  ...triggerReachFaults(reach, triggers, '/body/triggers'),
  ...(await allExpressionFaults(triggers, '/body/triggers')),
];

export interface NewWorkflow {
  organizationId: string;
  input: WorkflowInput;
  /** The faults of its triggers that were looked for before: of their expressions, and of where they lead. */
  faults: Fault[];
}

/** @throws Problem name_taken, invalid_configuration */
export async function storeWorkflow(
  trx: Tx,
  box: SecretBox,
  { organizationId, input, faults }: NewWorkflow,
): Promise<Changed> {
  const { secret, ...webhook } = input.webhook ?? {};
  const state =
    input.webhook === undefined
      ? NO_WEBHOOK
      : changeWebhook({ ...NO_WEBHOOK, webhookEnabled: true }, webhook);
  const triggers = input.triggers ?? [];
  refuseFaults([
    ...webhookFaults(webhook, state, '/body/webhook'),
    ...(secret === undefined ? [] : secretFaults(secret, state, '/body/webhook/secret')),
    ...(await triggerFaults(trx, triggers, '/body/triggers')),
    ...faults,
  ]);
  const id = newWorkflowId();
  const { name, description = null, isActive = true } = input;
  await insertWorkflow(trx, { id, organizationId, name, description, isActive, ...state });
  const owner = { organizationId, workflowId: id };
  const generated = secret === undefined && input.webhook !== undefined && makesSecret(state);
  const stored = generated ? generateSecret(state) : secret;
  if (stored !== undefined) await insertWebhookSecret(trx, box, { ...owner, secret: stored });
  const endpoints = await storeTriggers(trx, box, { ...owner, triggers });
  return {
    workflow: await existing(findWorkflow(trx, id)),
    generated: { webhook: generated ? (stored ?? null) : null, endpoints },
  };
}

/** @throws Problem workflow_not_found, precondition_failed, name_taken, invalid_configuration */
export async function changeWorkflow(
  { db, box, reach }: ReachingStores,
  target: ChangeTarget,
  changes: WorkflowChanges,
): Promise<Changed> {
  const { organizationId, workflowId } = target;
  const faults = await faultsBefore(reach, changes.triggers);
  const { workflow, result } = await changeLocked(db, target, async (trx) => {
    const { triggers, ...fields } = changes;
    if (triggers === undefined) return { fields, result: NONE_GENERATED.endpoints };
    refuseFaults([...(await triggerFaults(trx, triggers, '/body/triggers')), ...faults]);
    return { fields, result: await storeTriggers(trx, box, { organizationId, workflowId, triggers }) };
  });
  return { workflow, generated: { webhook: null, endpoints: result } };
}

/** @throws Problem workflow_not_found, precondition_failed, invalid_configuration */
export async function changeWebhookSettings(
  { db, box }: Stores,
  target: ChangeTarget,
  changes: WebhookChanges,
): Promise<Changed> {
  const { organizationId, workflowId } = target;
  const { workflow, result } = await changeLocked(db, target, async (trx, before) => {
    const after = changeWebhook(before, changes);
    refuseFaults(webhookFaults(changes, after, '/body'));
    const [learned, learns] = [handshakeOf(before), handshakeOf(after)].map((name) => name === 'asana');
    // Asana makes its secret up: whatever verified before is not it, and would keep it out.
    if (learns && !learned) await expireWebhookSecrets(trx, workflowId, 0);
    const asked = after.webhookEnabled || changes.authType !== undefined;
    if (!asked || !makesSecret(after)) return { fields: after, result: null };
    const secret = await ensureSecret(trx, box, { organizationId, workflowId, state: after });
    return { fields: after, result: secret };
  });
  return { workflow, generated: { ...NONE_GENERATED, webhook: result } };
}

/** Whether a secret is made when there is none. */
const makesSecret = (state: WebhookState): boolean => needsSecret(state) && originOfSecret(state) === null;

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
 * @throws Problem workflow_not_found, precondition_failed
 */
export async function deleteWorkflow(
  db: Database,
  { organizationId, workflowId, ifMatch }: ChangeTarget,
): Promise<void> {
  const marked = await asTenant(db, organizationId, async (trx) => {
    const before = await lockWorkflow(trx, workflowId);
    // Whoever finishes a deletion that broke off has the tag of before it.
    if (before !== null) requireMatch(ifMatch, before);
    return markWorkflowDeleted(trx, workflowId);
  });
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
