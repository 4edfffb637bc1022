import type { IncomingHttpHeaders } from 'node:http';
import { newId } from '../domain/ids.ts';
import { networkOf } from '../domain/network.ts';
import type { Fault } from '../domain/problem.ts';
import type { VerifyFailure } from '../domain/verify-failure.ts';
import type { RateBudget } from '../runtime/rate-budget.ts';
import type { CommitResult } from '../store/group-commit.ts';
import { claimEvent, type IngestRow } from '../store/ingest-batch.ts';
import { type HandshakeOutcome, type Handshakes, objectionTo } from './handshakes.ts';
import { storedHead } from './header-log.ts';
import type { WebhookPolicy } from './webhook-policy.ts';

/** An admitted request with its body. */
export interface WebhookRequest {
  policy: WebhookPolicy;
  requestId: string;
  method: string;
  /** Path and query as they came. */
  url: string;
  rawHeaders: string[];
  headers: IncomingHttpHeaders;
  body: Buffer;
  sourceIp: string;
  /** When it began to arrive, by performance.now(). */
  startedAt: number;
  /** Counts the request against its workflow's rate limit. */
  chargeRateLimit: () => Promise<{ allowed: true } | { allowed: false; retryAfterSeconds: number }>;
}

export type ReceiveOutcome =
  | {
      status: 'accepted';
      logId: string;
      /** Of the request that came first with this event. */
      executionId: string;
      /** An earlier request brought the same event, so this one started nothing. */
      duplicate: boolean;
      receivedAtMs: number;
    }
  | HandshakeOutcome
  | { status: 'unauthenticated'; reason: VerifyFailure }
  /** What it is verified with cannot be had now, so it is neither right nor wrong. */
  | { status: 'unverifiable' }
  | { status: 'rate_limited' | 'too_many_failures'; retryAfterSeconds: number }
  | { status: 'payload_rejected'; faults: Fault[] }
  | { status: 'overloaded' | 'not_stored' | 'commit_unconfirmed' | 'storage_rejected' };

interface OfferedExecution {
  kind: 'execution';
  id: string;
  run: number;
  organizationId: string;
  isPaced: boolean;
}

export interface ReceiverPorts {
  /** Commits durably before it resolves, and tells then whether the event of the row was there before. */
  persist: (row: IngestRow, withinMs: number | undefined) => Promise<CommitResult>;
  queue: {
    /** Whether the queue wants jobs now; if not, the relay takes the row from the database. */
    accepting(organizationId: string, isPaced: boolean): boolean;
    offer(jobs: OfferedExecution[]): boolean;
  };
  publicUrl: () => string;
  /** Called with the id of the secret by which a sender was known. */
  onSecretUsed: (secretId: string) => void;
  handshakes: Handshakes;
  /** Called with each row that is stored: must be cheap. */
  onStored: (row: IngestRow) => void;
  /** Of webhooks that anybody may send: each by its workflow and address. */
  unverified: Pick<RateBudget, 'tryTake' | 'secondsUntilLeft'>;
}

export type ReceiveWebhook = (request: WebhookRequest) => Promise<ReceiveOutcome>;

const NOT_COMMITTED = {
  overloaded: { status: 'overloaded' },
  not_stored: { status: 'not_stored' },
  unconfirmed: { status: 'commit_unconfirmed' },
  rejected: { status: 'storage_rejected' },
} as const satisfies Record<Exclude<CommitResult, 'committed'>, ReceiveOutcome>;

/** Too little to reach a database: a sender whose upload took all its time is given this much all the same. */
const LEAST_MS = 200;

/** What is left of the time in which the answer has to be out; undefined: as long as anybody's. */
function timeLeft({ policy: { answerWithinMs }, startedAt }: WebhookRequest): number | undefined {
  if (answerWithinMs === null) return undefined;
  return Math.max(LEAST_MS, answerWithinMs - (performance.now() - startedAt));
}

/** Verify, limit, persist, acknowledge: in this order, so that a stranger costs no quota and no storage. */
export function createReceiver(ports: ReceiverPorts): ReceiveWebhook {
  const { persist, queue } = ports;
  return async (request) => {
    const { policy, body } = request;
    const receivedAtMs = Date.now();
    const stopped = await authenticate(ports, request, receivedAtMs);
    if (stopped !== null) return stopped;
    if (policy.workflow.config.rateLimit != null) {
      const charge = await request.chargeRateLimit();
      if (!charge.allowed) return { status: 'rate_limited', retryAfterSeconds: charge.retryAfterSeconds };
    } else if (policy.workflow.authType === 'none') {
      const retryAfterSeconds = waitOfUnverified(ports, request);
      if (retryAfterSeconds !== null) return { status: 'rate_limited', retryAfterSeconds };
    }
    const faults = policy.validatePayload?.(body) ?? [];
    if (faults.length > 0) return { status: 'payload_rejected', faults };

    const { isPaced } = policy;
    const { organizationId } = policy.workflow;
    const row = toRow(request, receivedAtMs, queue.accepting(organizationId, isPaced));
    const committed = await persist(row, timeLeft(request));
    if (committed !== 'committed') return NOT_COMMITTED[committed];
    ports.onStored(row);
    const accepted = { status: 'accepted', logId: row.logId, receivedAtMs } as const;
    const first = row.event?.duplicateOf ?? null;
    if (first !== null) return { ...accepted, executionId: first, duplicate: true };
    if (row.enqueued)
      queue.offer([{ kind: 'execution', id: row.executionId, run: 1, organizationId, isPaced }]);
    return { ...accepted, executionId: row.executionId, duplicate: false };
  };
}

/** null: it need not wait. */
function waitOfUnverified(
  { unverified }: ReceiverPorts,
  { policy, sourceIp }: WebhookRequest,
): number | null {
  const key = `${policy.workflow.id} ${networkOf(sourceIp)}`;
  return unverified.tryTake(key) ? null : Math.max(1, Math.ceil(unverified.secondsUntilLeft(key)));
}

/** null: it is from its sender, and a webhook. */
async function authenticate(
  { handshakes, publicUrl, onSecretUsed }: ReceiverPorts,
  request: WebhookRequest,
  nowMs: number,
): Promise<ReceiveOutcome | null> {
  const { policy, method, url, headers, body } = request;
  const hasHandshake = policy.handshake !== null;
  if (hasHandshake) {
    const asked = await handshakes.toUnsigned(request);
    if (asked !== null) return asked;
  }
  const publicly = (policy.workflow.config.publicUrl ?? publicUrl()) + url;
  const verifying = policy.verifier.verify({ method, url: publicly, headers, rawBody: body, nowMs });
  // Nearly all are verified at once, and need not wait for a promise.
  const verdict = verifying instanceof Promise ? await verifying : verifying;
  if (!verdict.valid) {
    const { reason } = verdict;
    return reason === 'certificate_unavailable'
      ? { status: 'unverifiable' }
      : { status: 'unauthenticated', reason };
  }
  if (verdict.secretId !== null) onSecretUsed(verdict.secretId);
  if (!hasHandshake) return null;
  const asked = await handshakes.toSigned(request, verdict.secretIndex);
  if (asked !== null) return asked;
  const reason = objectionTo(request);
  return reason === null ? null : { status: 'unauthenticated', reason };
}

function toRow(request: WebhookRequest, receivedAtMs: number, enqueued: boolean): IngestRow {
  const { policy, headers, body } = request;
  const key = policy.eventKey?.({ headers, rawBody: body }) ?? null;
  return {
    logId: newId(),
    executionId: newId(),
    organizationId: policy.workflow.organizationId,
    workflowId: policy.workflow.id,
    receivedAtMs,
    requestId: request.requestId,
    method: request.method,
    ...storedHead(policy, request),
    body,
    sourceIp: request.sourceIp,
    statusCode: policy.success?.status ?? 200,
    enqueued,
    event: key && claimEvent(key.sha256, key.windowSeconds),
  };
}
