import { parseId } from '../domain/ids.ts';
import type { ProblemCode } from '../domain/problems.ts';
import type { WorkflowSnapshot } from '../domain/workflow.ts';
import { type WebhookPolicy, webhookPolicy } from './webhook-policy.ts';

/** Where workflows come from: memory when it can be trusted, else the database. */
export interface WorkflowSource {
  peek(id: string): WorkflowSnapshot | null | undefined;
  get(id: string): Promise<WorkflowSnapshot | null>;
}

export type Admission =
  | { status: 'admitted'; policy: WebhookPolicy }
  | { status: 'refused'; code: ProblemCode; policy: WebhookPolicy | null };

export interface AdmissionOptions {
  workflows: WorkflowSource;
  defaultMaxBodyBytes: number;
}

/** Decides, before a byte of the body is read, whether this workflow listens to this address. */
export type Admit = (workflowId: string, sourceIp: string) => Admission | Promise<Admission>;

const NOT_FOUND: Admission = { status: 'refused', code: 'workflow_not_found', policy: null };

export function createAdmission({ workflows, defaultMaxBodyBytes }: AdmissionOptions): Admit {
  const decide = (workflow: WorkflowSnapshot | null, sourceIp: string): Admission => {
    if (workflow === null) return NOT_FOUND;
    const policy = webhookPolicy(workflow, defaultMaxBodyBytes);
    if (!workflow.isActive) return { status: 'refused', code: 'workflow_inactive', policy };
    if (!workflow.webhookEnabled) return { status: 'refused', code: 'webhook_disabled', policy };
    if (!policy.allowsAddress(sourceIp)) return { status: 'refused', code: 'ip_not_allowed', policy };
    return { status: 'admitted', policy };
  };
  return (workflowId, sourceIp) => {
    const id = parseId(workflowId);
    if (id === null) return NOT_FOUND;
    const cached = workflows.peek(id);
    if (cached !== undefined) return decide(cached, sourceIp);
    return workflows.get(id).then((workflow) => decide(workflow, sourceIp));
  };
}
