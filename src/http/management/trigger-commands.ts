import { type Fault, Problem } from '../../domain/problem.ts';
import { asTenant, type Database, type Tx } from '../../store/database.ts';
import { holdEndpoints } from '../../store/endpoint-locks.ts';
import {
  deleteTrigger,
  findTrigger,
  insertTrigger,
  type StoredTrigger,
  type TriggerSettings,
  updateTrigger,
} from '../../store/triggers.ts';
import { lockWorkflow, updateWorkflow } from '../../store/workflows.ts';
import { MAX_TRIGGERS, type WorkflowTriggerChanges, type WorkflowTriggerInput } from '../schemas/triggers.ts';
import { toAwaitCallback } from './await-callback.ts';
import { allowsChange } from './etag.ts';
import { expressionFaults } from './expression-faults.ts';
import { endpointsOf, fallbackFaults, toFallback } from './fallback.ts';
import { lonelyReachFaults } from './reach-faults.ts';
import { lonelyTriggerFaults, storeDestination } from './triggers.ts';
import { type ReachingStores, refuseFaults } from './workflow-commands.ts';

/** Which trigger to change, and what it must be like. */
export interface TriggerTarget {
  organizationId: string;
  triggerId: string;
  /** The header If-Match. */
  ifMatch?: string | undefined;
}

export interface WrittenTrigger {
  trigger: StoredTrigger;
  /** The secret of its endpoint, when this call generated it. */
  generated: string | null;
}

/** @throws Problem name_taken, invalid_configuration */
export async function createTrigger(
  { db, box, reach }: ReachingStores,
  organizationId: string,
  { workflowId, ...input }: WorkflowTriggerInput,
): Promise<WrittenTrigger> {
  const before = [...lonelyReachFaults(reach, input, '/body'), ...(await expressionFaults(input, '/body'))];
  return asTenant(db, organizationId, async (trx) => {
    const workflow = await lockWorkflow(trx, workflowId);
    const faults: Fault[] = [];
    if (workflow === null) {
      faults.push({ pointer: '/body/workflowId', detail: 'is not the id of a workflow' });
    } else if (workflow.triggers.length >= MAX_TRIGGERS) {
      const detail = `is the id of a workflow that has ${MAX_TRIGGERS} triggers, which is as many as it may`;
      faults.push({ pointer: '/body/workflowId', detail });
    }
    refuseFaults([...faults, ...(await lonelyTriggerFaults(trx, input, '/body')), ...before]);
    const { trigger, generated } = await storeDestination(trx, box, { organizationId, input });
    const id = await insertTrigger(trx, { organizationId, workflowId }, trigger);
    await updateWorkflow(trx, workflowId, {});
    return { trigger: await existing(findTrigger(trx, id)), generated };
  });
}

/** @throws Problem trigger_not_found, precondition_failed, invalid_configuration */
export async function changeTrigger(
  db: Database,
  target: TriggerTarget,
  changes: WorkflowTriggerChanges,
): Promise<StoredTrigger> {
  const syntax = await expressionFaults(changes, '/body');
  const { fallback } = changes;
  return changeTriggerLocked(db, target, async (trx, { id, endpoint }) => {
    const known = await holdEndpoints(trx, endpointsOf(fallback));
    const context = { own: endpoint.id, known, at: '/body/fallback' };
    refuseFaults([...fallbackFaults(fallback, context), ...syntax]);
    await updateTrigger(trx, id, toSettings(changes));
    return existing(findTrigger(trx, id));
  });
}

const toSettings = ({
  awaitCallback,
  fallback,
  ...rest
}: WorkflowTriggerChanges): Partial<TriggerSettings> => ({
  ...rest,
  ...(fallback !== undefined && { fallback: toFallback(fallback) }),
  ...(awaitCallback !== undefined && { awaitCallback: toAwaitCallback(awaitCallback) }),
});

/** @throws Problem trigger_not_found, precondition_failed */
export function removeTrigger(db: Database, target: TriggerTarget): Promise<void> {
  return changeTriggerLocked(db, target, (trx, { id }) => deleteTrigger(trx, id));
}

/** Changes a trigger under the lock of its workflow, and counts that in the workflow's version. */
function changeTriggerLocked<T>(
  db: Database,
  { organizationId, triggerId, ifMatch }: TriggerTarget,
  work: (trx: Tx, before: StoredTrigger) => Promise<T>,
): Promise<T> {
  return asTenant(db, organizationId, async (trx) => {
    const { workflowId } = await existing(findTrigger(trx, triggerId));
    await lockWorkflow(trx, workflowId);
    // Again: until there was the lock, anybody could change or delete it.
    const before = await existing(findTrigger(trx, triggerId));
    if (!allowsChange(ifMatch, before.version)) throw new Problem('precondition_failed');
    const result = await work(trx, before);
    await updateWorkflow(trx, workflowId, {});
    return result;
  });
}

/** @throws Problem trigger_not_found: no such trigger, or another organization's. */
export async function existing(found: Promise<StoredTrigger | null>): Promise<StoredTrigger> {
  const trigger = await found;
  if (trigger === null) throw new Problem('trigger_not_found');
  return trigger;
}
