import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../domain/problem.ts';
import { PROBLEMS, type ProblemCode } from '../domain/problems.ts';
import type { ReceiveOutcome } from '../receive/receive-webhook.ts';
import type { RefusedRequest } from '../receive/refusal-log.ts';

export interface RefusalPorts {
  publicUrl: () => string;
  logRefusal: (refused: RefusedRequest) => void;
  /** `reason` is the precise one, e.g. `signature_mismatch`. */
  onRefused: (reason: string) => void;
}

export type Refused = Exclude<ReceiveOutcome, { status: 'accepted' | 'handshake' }>;

const RETRY_SOON = { 'retry-after': '1' };
/** A host of the sender's does not answer, which takes longer to pass than a slow commit. */
const RETRY_LATER = { 'retry-after': '30' };
export const retryAfter = (seconds: number) => ({ headers: { 'retry-after': String(seconds) } });

/** The answer to a webhook that was not accepted. The precise reason of a failed authentication stays inside. */
export function refusal(ports: RefusalPorts, request: FastifyRequest, outcome: Refused): Problem {
  switch (outcome.status) {
    case 'unauthenticated':
      refuse(ports, request, 'authentication_failed', outcome.reason);
      return new Problem('authentication_failed');
    case 'handshake_refused':
      // It has a row of its own.
      ports.onRefused(outcome.reason);
      return outcome.retry
        ? new Problem('sender_unreachable', { headers: RETRY_LATER })
        : new Problem('handshake_refused');
    case 'unverifiable':
      refuse(ports, request, 'sender_unreachable', 'certificate_unavailable');
      return new Problem('sender_unreachable', { headers: RETRY_LATER });
    case 'rate_limited':
    case 'too_many_failures':
      refuse(ports, request, outcome.status);
      return new Problem(outcome.status, retryAfter(outcome.retryAfterSeconds));
    case 'payload_rejected':
      refuse(ports, request, 'payload_rejected');
      return new Problem('payload_rejected', { errors: outcome.faults });
    case 'storage_rejected':
      refuse(ports, request, 'storage_rejected');
      return new Problem('storage_rejected');
    default:
      // Not written down: the database does not keep up, and a commit that is not confirmed may have its row.
      ports.onRefused(outcome.status);
      return new Problem(outcome.status, { headers: RETRY_SOON });
  }
}

/** Xero takes a 401 for one only when it has no body. */
export function refuseBare(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  request.problemCode = problem.code;
  return reply.code(problem.status).type('text/plain').send('');
}

export function refuse(
  ports: RefusalPorts,
  request: FastifyRequest,
  code: ProblemCode,
  reason: string = code,
): void {
  ports.onRefused(reason);
  const policy = request.webhookPolicy;
  // A check by GET or HEAD is a question, not a webhook.
  if (policy === null || request.method !== 'POST') return;
  const body = request.body as Buffer | undefined;
  ports.logRefusal({
    policy,
    requestId: request.id,
    method: request.method,
    url: request.raw.url ?? '',
    rawHeaders: request.raw.rawHeaders,
    bodyBytes: body?.length ?? (Number(request.headers['content-length']) || 0),
    sourceIp: request.ip,
    statusCode: PROBLEMS[code].status,
    errorCode: reason,
    ...(code === 'authentication_failed' && {
      evidence: {
        headers: request.raw.headers,
        body: body ?? Buffer.alloc(0),
        publicUrl: policy.workflow.config.publicUrl ?? ports.publicUrl(),
      },
    }),
  });
}
