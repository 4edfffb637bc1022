import type { FastifyReply, FastifyRequest } from 'fastify';
import rawBody from 'fastify-raw-body';
import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import type { ReceiveEvent } from '../../n8n/inbound/receive-event.ts';
import type { Authenticate } from '../../n8n/inbound/signers.ts';
import type { InboundEvent } from '../../store/events.ts';
import type { App } from '../app.ts';
import { parseJson } from '../management/json-input.ts';
import { eventOf, messageOf, type N8nCall, refusedEvent, type SignedCall } from '../management/n8n-event.ts';
import { receiveN8nEvent } from '../schemas/n8n-inbound.ts';

export interface N8nInboundRoutePorts {
  authenticate: Authenticate;
  receive: ReceiveEvent;
  /** Written down after the answer. */
  logRefusal: (refused: InboundEvent) => void;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** null: it did not get as far as being asked who signed it. */
    n8nCall: N8nCall | null;
  }
}

/** What n8n sends to us: `POST /api/webhooks/n8n`, in a scope that has the bytes of a body beside what they mean. */
export const n8nInboundRoutes = (deps: { n8nInbound: N8nInboundRoutePorts }) => async (scope: App) => {
  const { receive, logRefusal } = deps.n8nInbound;
  scope.decorateRequest('n8nCall', null);
  scope.removeAllContentTypeParsers();
  // Of any content type, because what is signed are bytes; and read only when the signature is known to be right.
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null, undefined));
  await scope.register(rawBody, { global: false, encoding: false, runFirst: true, jsonContentTypes: [] });
  scope.addHook('preValidation', verifier(deps.n8nInbound));
  // For whatever reason it was, also one that only the schema knows.
  scope.addHook('onResponse', async (request, reply) => {
    const refused = refusalOf(request, reply);
    if (refused === null) return;
    logRefusal(refused);
    const { outcome: reason, organizationId, endpointId, event } = refused;
    request.log.info({ reason, organizationId, endpointId, event }, 'n8n.event_refused');
  });

  const config = { rawBody: true, carries: 'data' } as const;
  scope.post('/api/webhooks/n8n', { config, schema: receiveN8nEvent }, async (request) => {
    const { headers, body: input } = request;
    const call = signedCall(request);
    const event = eventOf(newId(), call, { input, headers });
    const { signer, body, receivedAt } = call;
    const result = await receive({ event, body, scheme: signer.scheme, sourceIp: request.ip, receivedAt });
    const { eventId, outcome, duplicate, executionId } = result;
    request.log.info({ eventId, event: event.event, outcome, duplicate, executionId }, 'n8n.event_processed');
    return {
      success: true as const,
      message: messageOf(result),
      eventId,
      event: result.event,
      outcome,
      duplicate,
      executionId,
      jobId: executionId,
      status: result.executionState,
      timestamp: receivedAt.toISOString(),
    };
  });
};

/** Before anything is said about what is in it: a body that nobody signed is not even read. */
const verifier =
  ({ authenticate }: N8nInboundRoutePorts) =>
  async (request: FastifyRequest): Promise<void> => {
    const { headers, method, raw } = request;
    // There is none when the request has no body.
    const body = (request.rawBody as Buffer | undefined) ?? Buffer.alloc(0);
    const receivedAt = new Date();
    const signed = { method, url: raw.url ?? '', headers, rawBody: body, nowMs: receivedAt.getTime() };
    const signer = await authenticate(endpointNamed(request), signed);
    request.n8nCall = { body, receivedAt, signer };
    if (signer.status === 'refused') throw new Problem('n8n_signature_invalid');
    request.body = parseJson(body);
  };

/** By header, else by query. Nothing is known about the query yet. */
function endpointNamed({ headers, query }: FastifyRequest): string | null {
  const header = headers['x-hookgate-endpoint'];
  // A name may be in any script, and a header is read as Latin-1.
  if (typeof header === 'string' && header !== '') return Buffer.from(header, 'latin1').toString();
  const { endpoint } = query as { endpoint?: unknown };
  if (endpoint === undefined) return null;
  return typeof endpoint === 'string' ? endpoint : '';
}

function signedCall({ n8nCall }: FastifyRequest): SignedCall {
  if (n8nCall?.signer.status !== 'authenticated') throw new Error('an event got past its signature');
  return { ...n8nCall, signer: n8nCall.signer };
}

/** null: it was not refused, or it is not known whose it is. */
function refusalOf(request: FastifyRequest, reply: FastifyReply): InboundEvent | null {
  const { n8nCall: call, problemCode: errorCode, body: input } = request;
  const { statusCode } = reply;
  if (call === null || errorCode === null || statusCode < 400 || statusCode >= 500) return null;
  const answered = { statusCode, errorCode, durationMs: reply.elapsedTime, sourceIp: request.ip };
  return refusedEvent({ id: newId(), call, input }, answered);
}
