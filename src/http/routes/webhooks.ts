import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../../domain/problem.ts';
import { PROBLEMS, type ProblemCode } from '../../domain/problems.ts';
import type { Admission, Admit } from '../../receive/admission.ts';
import type { ReceiveOutcome, ReceiveWebhook } from '../../receive/receive-webhook.ts';
import type { RefusedRequest } from '../../receive/refusal-log.ts';
import type { WebhookPolicy } from '../../receive/webhook-policy.ts';
import type { App } from '../app.ts';
import { collectBody } from '../collect-body.ts';
import { type RateLimitRedis, webhookRateLimit } from '../plugins/webhook-rate-limit.ts';
import { checkWebhook, receiveWebhook } from '../schemas/webhooks.ts';

export interface WebhookRoutePorts {
  admit: Admit;
  receive: ReceiveWebhook;
  logRefusal: (refused: RefusedRequest) => void;
  rateLimitRedis: RateLimitRedis;
  onAccepted: () => void;
  /** `reason` is the precise one, e.g. `signature_mismatch`. */
  onRefused: (reason: string) => void;
}

declare module 'fastify' {
  interface FastifyRequest {
    webhookPolicy: WebhookPolicy | null;
  }
}

/** The hot path: what goes well is counted, not logged. */
const config = { quiet: true };

const BROKE_OFF = 'The connection broke off.';
const RETRY_SOON = { 'retry-after': '1' };

/** The open door: `/api/webhooks/:workflowId`, in a scope of its own where a body is bytes and nothing else. */
export const webhookRoutes = (ports: WebhookRoutePorts) => async (scope: App) => {
  scope.decorateRequest('webhookPolicy', null);
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (request, payload, done) => {
    collectBody(payload, policyOf(request).maxBodyBytes, (error, body) => {
      // What broke off was no request, so it leaves no trace.
      if (error instanceof Problem && error.code === 'payload_too_large') refuse(ports, request, error.code);
      done(error, body);
    });
  });
  const charge = await webhookRateLimit(scope, ports.rateLimitRedis, policyOf);

  const admitted = (request: FastifyRequest, admission: Admission): Error | undefined => {
    request.webhookPolicy = admission.policy;
    if (admission.status === 'admitted') return undefined;
    refuse(ports, request, admission.code);
    return new Problem(admission.code);
  };
  // A callback hook: with the workflow in memory, which is the rule, nothing is awaited.
  const onRequest = (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void) => {
    const { workflowId } = request.params as { workflowId: string };
    const sourceIp: string | undefined = request.ip;
    // The sender hung up already, and with it went its address, without which nobody is let in.
    if (sourceIp === undefined) return done(new Problem('bad_request', { detail: BROKE_OFF }));
    ignoreMalformedType(request);
    const admission = ports.admit(workflowId, sourceIp);
    if (admission instanceof Promise) admission.then((late) => done(admitted(request, late)), done);
    else done(admitted(request, admission));
  };

  scope.post(
    '/api/webhooks/:workflowId',
    {
      config,
      onRequest,
      schema: receiveWebhook,
    },
    async (request) => {
      const policy = policyOf(request);
      const outcome = await ports.receive({
        policy,
        requestId: request.id,
        method: request.method,
        url: request.raw.url ?? '',
        rawHeaders: request.raw.rawHeaders,
        headers: request.raw.headers,
        body: (request.body as Buffer | undefined) ?? Buffer.alloc(0),
        sourceIp: request.ip,
        chargeRateLimit: () => charge(request),
      });
      if (outcome.status !== 'accepted') throw refusal(ports, request, outcome);
      ports.onAccepted();
      return {
        success: true as const,
        message: 'Workflow triggered successfully' as const,
        workflowId: policy.workflow.id,
        jobId: outcome.executionId,
        executionId: outcome.executionId,
        logId: outcome.logId,
        duplicate: false,
        timestamp: new Date(outcome.receivedAtMs).toISOString(),
      };
    },
  );

  scope.get(
    '/api/webhooks/:workflowId',
    {
      config,
      onRequest,
      schema: checkWebhook,
    },
    async (request) => ({
      message: 'Webhook endpoint active' as const,
      workflowId: policyOf(request).workflow.id,
      method: 'POST' as const,
      timestamp: new Date().toISOString(),
    }),
  );
};

/** Fastify refuses a content type that it cannot read. Here nobody reads it, so for Fastify there is none. */
function ignoreMalformedType(request: FastifyRequest): void {
  const { mediaType, headers } = request;
  if (mediaType !== undefined || headers['content-type'] === undefined) return;
  request.headers = { 'content-type': undefined };
}

function policyOf(request: FastifyRequest): WebhookPolicy {
  if (request.webhookPolicy === null) throw new Error('a webhook got past admission without a policy');
  return request.webhookPolicy;
}

type Refused = Exclude<ReceiveOutcome, { status: 'accepted' }>;

/** The answer to a webhook that was not accepted. The precise reason of a failed authentication stays inside. */
function refusal(ports: WebhookRoutePorts, request: FastifyRequest, outcome: Refused): Problem {
  switch (outcome.status) {
    case 'unauthenticated':
      refuse(ports, request, 'authentication_failed', outcome.reason);
      return new Problem('authentication_failed');
    case 'rate_limited':
      refuse(ports, request, 'rate_limited');
      return new Problem('rate_limited', { headers: { 'retry-after': String(outcome.retryAfterSeconds) } });
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

function refuse(
  ports: WebhookRoutePorts,
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
  });
}
