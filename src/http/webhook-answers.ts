import type { FastifyReply } from 'fastify';
import type { ReceiveOutcome } from '../receive/receive-webhook.ts';
import type { WebhookPolicy } from '../receive/webhook-policy.ts';
import type { Answer } from '../verify/handshakes/handshake.ts';

export type Accepted = Extract<ReceiveOutcome, { status: 'accepted' }>;

type Started = Pick<Accepted, 'logId' | 'executionId'>;

/** What was started by requests whose answer is the sender's own, and does not say so. */
const unsaid = new WeakMap<object, Started>();

/** Of a request as Node has it: what it started, where its answer does not tell. */
export const startedUnsaid = (request: object): Started | undefined => unsaid.get(request);

/** What is said to a webhook that is stored. Of one that came before the same, in all but its ids. */
export function answerAccepted(
  reply: FastifyReply,
  { workflow, success }: WebhookPolicy,
  accepted: Accepted,
) {
  const document = {
    success: true as const,
    message: 'Workflow triggered successfully' as const,
    workflowId: workflow.id,
    jobId: accepted.executionId,
    executionId: accepted.executionId,
    logId: accepted.logId,
    duplicate: accepted.duplicate,
    timestamp: new Date(accepted.receivedAtMs).toISOString(),
  };
  if (success === null) return document;
  unsaid.set(reply.request.raw, accepted);
  const { status, body } = success;
  reply.code(status);
  if (hasNoBody(status)) return reply.send();
  return body === undefined ? document : reply.type('text/plain').send(body);
}

export const hasNoBody = (status: number): boolean => status === 204 || status === 205;

/** Nothing of it is run by a browser: its type is plain, and is not guessed. */
export function answerHandshake(reply: FastifyReply, { status, contentType, headers, body }: Answer) {
  reply.code(status).headers(headers);
  if (hasNoBody(status)) return reply.send();
  return reply.type(contentType ?? 'text/plain').send(body);
}
