import type { IncomingHttpHeaders } from 'node:http';
import { newId } from '../domain/ids.ts';
import type { Fault } from '../domain/problem.ts';
import type { VerifyFailure } from '../domain/verify-failure.ts';
import type { CommitResult } from '../store/group-commit.ts';
import type { IngestRow } from '../store/ingest.ts';
import { headersAsJson } from './header-log.ts';
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
  /** Counts the request against its workflow's rate limit. */
  chargeRateLimit: () => Promise<{ allowed: true } | { allowed: false; retryAfterSeconds: number }>;
}

export type ReceiveOutcome =
  | { status: 'accepted'; logId: string; executionId: string; receivedAtMs: number }
  | { status: 'unauthenticated'; reason: VerifyFailure }
  | { status: 'rate_limited'; retryAfterSeconds: number }
  | { status: 'payload_rejected'; faults: Fault[] }
  | { status: 'overloaded' | 'not_stored' | 'commit_unconfirmed' | 'storage_rejected' };

export interface ReceiverPorts {
  /** Commits durably before it resolves. */
  persist: (row: IngestRow) => Promise<CommitResult>;
  queue: {
    /** Whether the queue wants jobs now; if not, the relay takes the row from the database. */
    accepting(isPaced: boolean): boolean;
    offer(jobs: { kind: 'execution'; id: string; run: number; isPaced: boolean }[]): boolean;
  };
  publicUrl: () => string;
  /** Called with the id of the secret by which a sender was known. */
  onSecretUsed: (secretId: string) => void;
}

export type ReceiveWebhook = (request: WebhookRequest) => Promise<ReceiveOutcome>;

const NOT_COMMITTED = {
  overloaded: { status: 'overloaded' },
  not_stored: { status: 'not_stored' },
  unconfirmed: { status: 'commit_unconfirmed' },
  rejected: { status: 'storage_rejected' },
} as const satisfies Record<Exclude<CommitResult, 'committed'>, ReceiveOutcome>;

/** Verify, limit, persist, acknowledge: in this order, so that a stranger costs no quota and no storage. */
export function createReceiver({ persist, queue, publicUrl, onSecretUsed }: ReceiverPorts): ReceiveWebhook {
  return async (request) => {
    const { policy, method, url, headers, body } = request;
    const receivedAtMs = Date.now();
    const verdict = policy.verifier.verify({
      method,
      url: (policy.workflow.config.publicUrl ?? publicUrl()) + url,
      headers,
      rawBody: body,
      nowMs: receivedAtMs,
    });
    if (!verdict.valid) return { status: 'unauthenticated', reason: verdict.reason };
    if (verdict.secretId !== null) onSecretUsed(verdict.secretId);
    if (policy.workflow.config.rateLimit != null) {
      const charge = await request.chargeRateLimit();
      if (!charge.allowed) return { status: 'rate_limited', retryAfterSeconds: charge.retryAfterSeconds };
    }
    const faults = policy.validatePayload?.(body) ?? [];
    if (faults.length > 0) return { status: 'payload_rejected', faults };

    const { isPaced } = policy;
    const row = toRow(request, receivedAtMs, queue.accepting(isPaced));
    const committed = await persist(row);
    if (committed !== 'committed') return NOT_COMMITTED[committed];
    if (row.enqueued) queue.offer([{ kind: 'execution', id: row.executionId, run: 1, isPaced }]);
    return { status: 'accepted', logId: row.logId, executionId: row.executionId, receivedAtMs };
  };
}

function toRow(request: WebhookRequest, receivedAtMs: number, enqueued: boolean): IngestRow {
  const { policy, url } = request;
  const mark = url.indexOf('?');
  return {
    logId: newId(),
    executionId: newId(),
    organizationId: policy.workflow.organizationId,
    workflowId: policy.workflow.id,
    receivedAtMs,
    requestId: request.requestId,
    method: request.method,
    query: mark === -1 ? '' : url.slice(mark + 1),
    headers: headersAsJson(request.rawHeaders, policy.credentials),
    body: request.body,
    sourceIp: request.sourceIp,
    statusCode: 200,
    enqueued,
  };
}
