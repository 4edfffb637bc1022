import { LRUCache } from 'lru-cache';
import { parseId } from '../domain/ids.ts';
import type { ProblemCode } from '../domain/problems.ts';
import type { WorkflowSnapshot } from '../domain/workflow.ts';
import { TimedOutError, within } from '../queue/within.ts';
import type { DailyBudget } from '../runtime/daily-budget.ts';
import { NameLookups, type NameSource } from '../runtime/name-lookups.ts';
import type { RateBudget } from '../runtime/rate-budget.ts';
import type { FailureLimit } from './failure-limit.ts';
import { type FetchCertificate, type WebhookPolicy, webhookPolicy } from './webhook-policy.ts';

export type Admission =
  | { status: 'admitted'; policy: WebhookPolicy }
  | { status: 'refused'; code: ProblemCode; policy: WebhookPolicy | null; retryAfterSeconds?: number };

export interface AdmissionOptions {
  /** Memory when it can be trusted, else the database. */
  workflows: NameSource<WorkflowSnapshot>;
  unknownNames: RateBudget;
  defaultMaxBodyBytes: number;
  fetchCertificate?: FetchCertificate;
  failures: Pick<FailureLimit, 'standing'>;
  /** What organizations may store. */
  storage: Pick<DailyBudget, 'isLeft' | 'secondsUntilLeft'>;
}

/** Decides, before a byte of the body is read, whether this workflow listens to this address. */
export type Admit = (workflowId: string, sourceIp: string) => Admission | Promise<Admission>;

/** Until midnight may be long, and the limit can be raised before. */
const MAX_RETRY_SECONDS = 3_600;

const NOT_FOUND: Admission = { status: 'refused', code: 'workflow_not_found', policy: null };
const UNAVAILABLE: Admission = {
  status: 'refused',
  code: 'database_unavailable',
  policy: null,
  retryAfterSeconds: 1,
};

export function createAdmission(options: AdmissionOptions): Admit {
  const { workflows, unknownNames, defaultMaxBodyBytes, fetchCertificate, failures, storage } = options;
  const names = new NameLookups(workflows, unknownNames);
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
    if (!storage.isLeft(workflow.organizationId)) {
      const retryAfterSeconds = Math.min(MAX_RETRY_SECONDS, storage.secondsUntilLeft());
      return { status: 'refused', code: 'storage_budget_exceeded', policy, retryAfterSeconds };
    }
    return { status: 'admitted', policy };
  };
  // How soon the senders of these have to be answered. No reason to trust what was known of them: only to hurry.
  const hurried = new LRUCache<string, number>({ max: 10_000 });
  const load = async (id: string, sourceIp: string): Promise<Admission> => {
    const limitMs = hurried.get(id);
    const looking = names.look(id, sourceIp);
    const looked = await (limitMs === undefined ? looking : within(limitMs, looking, 'loading a workflow'));
    if (looked.status === 'turned_away') {
      const { retryAfterSeconds } = looked;
      return { status: 'refused', code: 'too_many_unknown_names', policy: null, retryAfterSeconds };
    }
    const { value: workflow } = looked;
    const { answerWithinMs = null } = workflow === null ? {} : policyOf(workflow);
    if (answerWithinMs === null) hurried.delete(id);
    else hurried.set(id, answerWithinMs);
    return decide(workflow, sourceIp);
  };
  return (workflowId, sourceIp) => {
    const id = parseId(workflowId);
    if (id === null) return NOT_FOUND;
    const cached = workflows.peek(id);
    if (cached !== undefined) return decide(cached, sourceIp);
    return load(id, sourceIp).catch((error: unknown) => {
      if (error instanceof TimedOutError) return UNAVAILABLE;
      throw error;
    });
  };
}
