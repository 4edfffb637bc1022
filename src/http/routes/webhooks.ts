import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoop } from '../../domain/hops.ts';
import { Problem } from '../../domain/problem.ts';
import type { Admission, Admit } from '../../receive/admission.ts';
import type { AskedRequest, Handshakes } from '../../receive/handshakes.ts';
import type { ReceiveWebhook } from '../../receive/receive-webhook.ts';
import type { WebhookPolicy } from '../../receive/webhook-policy.ts';
import type { App } from '../app.ts';
import { collectBody } from '../collect-body.ts';
import { type RateLimitRedis, webhookRateLimit } from '../plugins/webhook-rate-limit.ts';
import { checkWebhook, receiveWebhook } from '../schemas/webhooks.ts';
import { answerAccepted, answerHandshake } from '../webhook-answers.ts';
import { type RefusalPorts, refusal, refuse, refuseBare, retryAfter } from '../webhook-refusals.ts';

export interface WebhookRoutePorts extends RefusalPorts {
  admit: Admit;
  receive: ReceiveWebhook;
  /** Answers a handshake by GET. */
  askHandshake: Handshakes['toGet'];
  rateLimitRedis: RateLimitRedis;
  onAccepted: (duplicate: boolean) => void;
}

declare module 'fastify' {
  interface FastifyRequest {
    webhookPolicy: WebhookPolicy | null;
    /** When it began to arrive, by performance.now(). */
    startedAt: number;
  }
}

/** The hot path: what goes well is counted, not logged. */
const config = { quiet: true, carries: 'data' } as const;

/** One that chooses among schemas would try each: these documents are ours as they are. */
const plainly = () => (document: unknown) => JSON.stringify(document);

const BROKE_OFF = 'The connection broke off.';

/** The open door: `/api/webhooks/:workflowId`, in a scope of its own where a body is bytes and nothing else. */
export const webhookRoutes = (ports: WebhookRoutePorts) => async (scope: App) => {
  scope.decorateRequest('webhookPolicy', null);
  scope.decorateRequest('startedAt', 0);
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
    if (admission.status === 'admitted') {
      if (!isLoop(request.raw.headers, admission.policy.workflow.id)) return undefined;
      refuse(ports, request, 'hop_limit_reached');
      return new Problem('hop_limit_reached');
    }
    refuse(ports, request, admission.code);
    const { retryAfterSeconds } = admission;
    return new Problem(admission.code, retryAfterSeconds === undefined ? {} : retryAfter(retryAfterSeconds));
  };
  // A callback hook: with the workflow in memory, which is the rule, nothing is awaited.
  const onRequest = (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void) => {
    const { workflowId } = request.params as { workflowId: string };
    const sourceIp: string | undefined = request.ip;
    // The sender hung up already, and with it went its address, without which nobody is let in.
    if (sourceIp === undefined) return done(new Problem('bad_request', { detail: BROKE_OFF }));
    request.startedAt = performance.now();
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
      serializerCompiler: plainly,
      schema: receiveWebhook,
    },
    async (request, reply) => {
      const policy = policyOf(request);
      const { startedAt } = request;
      const asked = { ...askedRequest(request), startedAt, chargeRateLimit: () => charge(request) };
      const outcome = await ports.receive(asked);
      if (outcome.status === 'handshake') return answerHandshake(reply, outcome.answer);
      if (outcome.status === 'accepted') {
        ports.onAccepted(outcome.duplicate);
        return answerAccepted(reply, policy, outcome);
      }
      const problem = refusal(ports, request, outcome);
      const isBare = outcome.status === 'unauthenticated' && policy.handshake === 'xero';
      if (isBare) return refuseBare(request, reply, problem);
      throw problem;
    },
  );

  scope.get(
    '/api/webhooks/:workflowId',
    {
      config,
      onRequest,
      serializerCompiler: plainly,
      schema: checkWebhook,
    },
    async (request, reply) => {
      const policy = policyOf(request);
      // What asks by HEAD gets no body, and so cannot be told a challenge.
      if (policy.handshake !== null && request.method === 'GET') {
        const outcome = await ports.askHandshake(askedRequest(request));
        if (outcome?.status === 'handshake') return answerHandshake(reply, outcome.answer);
        if (outcome !== null) throw refusal(ports, request, outcome);
      }
      return {
        message: 'Webhook endpoint active' as const,
        workflowId: policy.workflow.id,
        method: 'POST' as const,
        timestamp: new Date().toISOString(),
      };
    },
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

const askedRequest = (request: FastifyRequest): AskedRequest => ({
  policy: policyOf(request),
  requestId: request.id,
  method: request.method,
  url: request.raw.url ?? '',
  rawHeaders: request.raw.rawHeaders,
  headers: request.raw.headers,
  body: (request.body as Buffer | undefined) ?? Buffer.alloc(0),
  sourceIp: request.ip,
});
