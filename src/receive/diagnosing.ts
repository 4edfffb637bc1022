import type { IncomingHttpHeaders } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Finding } from '../domain/diagnosis.ts';
import type { WebhookSecret } from '../domain/workflow.ts';
import { Allowance } from '../runtime/allowance.ts';
import type { RateBudget } from '../runtime/rate-budget.ts';
import { type DiagnosisInput, diagnose, skipped } from '../verify/diagnose.ts';
import type { WebhookPolicy } from './webhook-policy.ts';

/** A refused request, for as long as it is not diagnosed. */
export interface Evidence {
  policy: WebhookPolicy;
  reason: string;
  method: string;
  /** The public one, as it was verified. */
  url: string;
  headers: IncomingHttpHeaders;
  /** null: it was too large to be kept. */
  body: Buffer | null;
  nowMs: number;
}

export interface Diagnosis {
  findings: Finding[];
  /** Every secret that may be in the request as it is. Not to be stored. */
  secrets: readonly string[];
}

export interface DiagnoserPorts {
  /** All secrets of a webhook, those that verify first; also those that have expired. */
  secretsOf: (workflowId: string) => Promise<WebhookSecret[]>;
  onError: (error: unknown) => void;
  /** `diagnosis_ms`, of organizations. */
  budget: Pick<RateBudget, 'isLeft' | 'spend'>;
}

/** How much of a processor all diagnoses together may take, however much is refused. */
const BUSY_MS_A_SECOND = 100;
const HASHED_BYTES_A_SECOND = 32 * 1_048_576;
const BURST_SECONDS = 10;
/** After this long the front door has its turn. A step takes a few milliseconds at the most. */
const TURN_MS = 2;
const SECRETS_KEPT_MS = 10_000;
const MAX_WEBHOOKS = 200;

const TOO_MUCH = 'Too many webhooks were refused at that time to look into each.';
const TOO_LARGE = 'The body was too large, or too many were waiting, to be kept until it was looked into.';

/** Finds out why requests were refused: after they were answered, one after the other, a little at a time. */
export class Diagnoser {
  readonly #ports: DiagnoserPorts;
  readonly #secrets = new LRUCache<string, WebhookSecret[]>({ max: MAX_WEBHOOKS, ttl: SECRETS_KEPT_MS });
  readonly #busyMs: Allowance;
  readonly #hashedBytes: Allowance;

  constructor(ports: DiagnoserPorts) {
    this.#ports = ports;
    const now = () => performance.now();
    const allowed = (perSecond: number) =>
      new Allowance({ perSecond, burst: perSecond * BURST_SECONDS, now });
    this.#busyMs = allowed(BUSY_MS_A_SECOND);
    this.#hashedBytes = allowed(HASHED_BYTES_A_SECOND);
  }

  /** Never rejects: a refusal is written down whether it is explained or not. */
  async diagnose(evidence: Evidence): Promise<Diagnosis> {
    const secrets = await this.#secretsOf(evidence.policy);
    const texts = secrets.map(({ secret }) => secret);
    try {
      return { findings: await this.#findings(evidence, secrets), secrets: texts };
    } catch (error) {
      this.#ports.onError(error);
      return { findings: [skipped('It failed; the log of the service says why.')], secrets: texts };
    }
  }

  async #findings(evidence: Evidence, secrets: WebhookSecret[]): Promise<Finding[]> {
    const { policy, body, reason, method, url, headers, nowMs } = evidence;
    if (body === null) return [skipped(TOO_LARGE)];
    const { authType, config, organizationId } = policy.workflow;
    if (!this.#isLeft(organizationId)) return [skipped(TOO_MUCH)];
    return this.#run(organizationId, {
      auth: {
        type: authType,
        provider: config.provider ?? null,
        description: config.hmac ?? null,
        secrets,
      },
      request: { method, url, headers, rawBody: body, nowMs },
      reason,
    });
  }

  #isLeft(organizationId: string): boolean {
    const { budget } = this.#ports;
    return this.#busyMs.isLeft() && this.#hashedBytes.isLeft() && budget.isLeft(organizationId);
  }

  #spend(organizationId: string, busyMs: number): void {
    this.#busyMs.spend(busyMs);
    this.#ports.budget.spend(organizationId, busyMs);
  }

  async #run(organizationId: string, input: DiagnosisInput): Promise<Finding[]> {
    const steps = diagnose(input);
    let began = performance.now();
    for (;;) {
      const step = steps.next();
      const busy = performance.now() - began;
      if (step.done || busy > TURN_MS) this.#spend(organizationId, busy);
      if (step.done) return step.value;
      this.#hashedBytes.spend(step.value);
      if (busy <= TURN_MS) continue;
      await nextTurn();
      began = performance.now();
    }
  }

  /** Those in memory when the database does not answer: they explain most of it. */
  async #secretsOf({ workflow }: WebhookPolicy): Promise<WebhookSecret[]> {
    const known = this.#secrets.get(workflow.id);
    if (known) return known;
    try {
      const secrets = await this.#ports.secretsOf(workflow.id);
      this.#secrets.set(workflow.id, secrets);
      return secrets;
    } catch (error) {
      this.#ports.onError(error);
      return workflow.secrets;
    }
  }
}
