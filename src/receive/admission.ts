import { LRUCache } from 'lru-cache';
import { parseId } from '../domain/ids.ts';
import type { ProblemCode } from '../domain/problems.ts';
import type { WorkflowSnapshot } from '../domain/workflow.ts';
import { TimedOutError, within } from '../queue/within.ts';
import type { FailureLimit } from './failure-limit.ts';
import { type FetchCertificate, type WebhookPolicy, webhookPolicy } from './webhook-policy.ts';

/** Where workflows come from: memory when it can be trusted, else the database. */
export interface WorkflowSource {
  peek(id: string): WorkflowSnapshot | null | undefined;
  get(id: string): Promise<WorkflowSnapshot | null>;
}

export type Admission =
  | { status: 'admitted'; policy: WebhookPolicy }
  | { status: 'refused'; code: ProblemCode; policy: WebhookPolicy | null; retryAfterSeconds?: number };

export interface AdmissionOptions {
  workflows: WorkflowSource;
  defaultMaxBodyBytes: number;
  fetchCertificate?: FetchCertificate;
  failures: Pick<FailureLimit, 'standing'>;
}

/** Decides, before a byte of the body is read, whether this workflow listens to this address. */
export type Admit = (workflowId: string, sourceIp: string) => Admission | Promise<Admission>;

const NOT_FOUND: Admission = { status: 'refused', code: 'workflow_not_found', policy: null };
const UNAVAILABLE: Admission = {
  status: 'refused',
  code: 'database_unavailable',
  policy: null,
  retryAfterSeconds: 1,
};

export function createAdmission(options: AdmissionOptions): Admit {
  const { workflows, defaultMaxBodyBytes, fetchCertificate, failures } = options;
  const policyOf = (workflow: WorkflowSnapshot) =>
    webhookPolicy(workflow, defaultMaxBodyBytes, fetchCertificate);
  const decide = (workflow: WorkflowSnapshot | null, sourceIp: string): Admission => {
    if (workflow === null) return NOT_FOUND;
    const policy = policyOf(workflow);
    if (!workflow.isActive) return { status: 'refused', code: 'workflow_inactive', policy };
    if (!workflow.webhookEnabled) return { status: 'refused', code: 'webhook_disabled', policy };
    if (!policy.allowsAddress(sourceIp)) return { status: 'refused', code: 'ip_not_allowed', policy };
    const standing = failures.standing(policy.door, sourceIp);
    if (standing.waiting && !standing.trusted) {
      const { retryAfterSeconds } = standing;
      return { status: 'refused', code: 'too_many_failures', policy, retryAfterSeconds };
    }
    return { status: 'admitted', policy };
  };
  // How soon the senders of these have to be answered. No reason to trust what was known of them: only to hurry.
  const hurried = new LRUCache<string, number>({ max: 10_000 });
  const load = async (id: string): Promise<WorkflowSnapshot | null> => {
    const limitMs = hurried.get(id);
    const loading = workflows.get(id);
    const workflow = await (limitMs === undefined ? loading : within(limitMs, loading, 'loading a workflow'));
    const { answerWithinMs = null } = workflow === null ? {} : policyOf(workflow);
    if (answerWithinMs === null) hurried.delete(id);
    else hurried.set(id, answerWithinMs);
    return workflow;
  };
  return (workflowId, sourceIp) => {
    const id = parseId(workflowId);
    if (id === null) return NOT_FOUND;
    const cached = workflows.peek(id);
    if (cached !== undefined) return decide(cached, sourceIp);
    return load(id).then(
      (workflow) => decide(workflow, sourceIp),
      (error: unknown) => {
        if (error instanceof TimedOutError) return UNAVAILABLE;
        throw error;
      },
    );
  };
}
