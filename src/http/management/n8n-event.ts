import type { FastifyRequest } from 'fastify';
import { parseId } from '../../domain/ids.ts';
import type { ProblemCode } from '../../domain/problems.ts';
import type { N8nEvent } from '../../n8n/inbound/event.ts';
import type { EventResult } from '../../n8n/inbound/receive-event.ts';
import type { Authentication } from '../../n8n/inbound/signers.ts';
import type { InboundEvent } from '../../store/events.ts';
import type { N8nEventInput } from '../schemas/n8n-inbound.ts';
import { memberSource } from './json-input.ts';
import { parseTime } from './parse-time.ts';

/** An event from the moment somebody is known to have signed it, or not. */
export interface N8nCall {
  /** The bytes as they came. */
  body: Buffer;
  receivedAt: Date;
  signer: Authentication;
}

export type SignedCall = N8nCall & { signer: Extract<Authentication, { status: 'authenticated' }> };

const lower = (id: string | null | undefined): string | null => id?.toLowerCase() ?? null;
const count = (value: string | number | null | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);

/** @throws Problem validation_failed for a time that is none. */
export function eventOf(
  id: string,
  { body, signer }: SignedCall,
  { input, headers }: { input: N8nEventInput; headers: FastifyRequest['headers'] },
): N8nEvent {
  const webhookId = headers['webhook-id'];
  const n8nExecutionId = input.n8nExecutionId ?? null;
  return {
    id,
    organizationId: signer.organizationId,
    endpointId: signer.endpointId,
    event: input.event,
    workflowId: lower(input.workflowId),
    executionId: lower(input.executionId),
    deliveryId: lower(input.deliveryId),
    n8nExecutionId: n8nExecutionId === null ? null : String(n8nExecutionId),
    status: input.status ?? null,
    data: memberSource(body, 'data')?.toString() ?? null,
    sentAt: parseTime(input.timestamp ?? undefined, '/body/timestamp') ?? null,
    attempt: count(input.attempt),
    webhookId: typeof webhookId === 'string' ? webhookId : null,
    // Whichever says that it has come further: the other one was made up on the way.
    hops: Math.max(Number(headers['x-hookgate-hops'] ?? 0), count(input.hops) ?? 0),
  };
}

const MESSAGES: Record<string, string> = {
  applied: 'The execution has been told',
  early: 'Kept until the delivery is known to have arrived',
  late: 'Written down: the delivery had ended already',
  stale: 'Written down: something newer is known already',
  started: 'An execution has been started',
  recorded: 'Written down',
};

export const messageOf = ({ outcome, duplicate }: EventResult): string =>
  duplicate ? 'This event had been processed before' : (MESSAGES[outcome] ?? 'The event has been processed');

/** A name that is shown in place of one that could not be read. */
const UNREAD = 'unknown';

/**
 * What is written down of an event that was refused; null: nobody knows whose it is. `input`: what was read of it, however
 * wrong that is; undefined: nothing.
 */
export function refusedEvent(
  { id, call, input }: { id: string; call: N8nCall; input: unknown },
  answered: { statusCode: number; errorCode: ProblemCode; durationMs: number; sourceIp: string },
): InboundEvent | null {
  const { signer, body, receivedAt } = call;
  if (signer.organizationId === null) return null;
  const said = fieldsOf(input);
  const reason = signer.status === 'refused' ? signer.reason : null;
  return {
    id,
    organizationId: signer.organizationId,
    event: said('event', isName) ?? UNREAD,
    state: 'refused',
    outcome: reason ?? answered.errorCode,
    endpointId: signer.endpointId,
    workflowId: said('workflowId', parseId),
    executionId: said('executionId', parseId),
    deliveryId: said('deliveryId', parseId),
    webhookId: null,
    body: null,
    bodyBytes: body.length,
    signatureScheme: signer.scheme,
    signatureVerdict: reason ?? 'valid',
    ...answered,
    receivedAt,
  };
}

const NAME = /^[^\0\ud800-\udfff]{1,100}$/u;
const isName = (text: string): string | null => (NAME.test(text) ? text : null);

/** Reads single texts out of whatever was sent. */
function fieldsOf(input: unknown) {
  const object = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  return (name: string, read: (text: string) => string | null): string | null => {
    const value = object[name];
    return typeof value === 'string' ? read(value) : null;
  };
}
