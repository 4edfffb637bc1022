import { Problem } from '../../domain/problem.ts';
import { asTenant, type Database, type Tx } from '../../store/database.ts';
import {
  findWorkflow,
  lockWorkflow,
  type StoredWorkflow,
  updateWorkflow,
  type WorkflowFieldChanges,
} from '../../store/workflows.ts';
import { allowsChange } from './etag.ts';

/** Which workflow to change, and what it must be like. */
export interface ChangeTarget {
  organizationId: string;
  workflowId: string;
  /** The header If-Match. */
  ifMatch?: string | undefined;
}

/** What was done, and what is to be written into the workflow's own row. */
export interface Done<T> {
  fields: WorkflowFieldChanges;
  result: T;
}

/**
 * The one way to change a workflow, its webhook, its secrets or its triggers: one at a time, with `before` being
 * what the change is made to, and counted in its version.
 * @throws Problem workflow_not_found, precondition_failed
 */
export function changeLocked<T>(
  db: Database,
  target: ChangeTarget,
  work: (trx: Tx, before: StoredWorkflow) => Promise<Done<T>>,
): Promise<{ workflow: StoredWorkflow; result: T }> {
  const { organizationId, workflowId, ifMatch } = target;
  return asTenant(db, organizationId, async (trx) => {
    const before = await existing(lockWorkflow(trx, workflowId));
    requireMatch(ifMatch, before);
    const { fields, result } = await work(trx, before);
    await updateWorkflow(trx, workflowId, fields);
    return { workflow: await existing(findWorkflow(trx, workflowId)), result };
  });
}

/** @throws Problem precondition_failed */
export function requireMatch(ifMatch: string | undefined, { version }: StoredWorkflow): void {
  if (!allowsChange(ifMatch, version)) throw new Problem('precondition_failed');
}

/** @throws Problem workflow_not_found: no such workflow, or another organization's. */
export async function existing(found: Promise<StoredWorkflow | null>): Promise<StoredWorkflow> {
  const workflow = await found;
  if (workflow === null) throw new Problem('workflow_not_found');
  return workflow;
}
