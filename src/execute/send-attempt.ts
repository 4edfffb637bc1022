import type { KeyObject } from 'node:crypto';
import type { Client } from '../dispatch/client.ts';
import type { Expressions } from '../dispatch/expressions/expressions.ts';
import { judge, type Verdict } from '../dispatch/outcome.ts';
import { buildPayload, type Payload, withJsonBody } from '../dispatch/payload.ts';
import { deliveryHeaders, withoutConfigured, withoutConfiguredValues } from '../dispatch/request-headers.ts';
import type { SendResult } from '../dispatch/send-result.ts';
import { endpointKey } from '../dispatch/signature.ts';
import { hopsOf, trailHeaders, viaOf } from '../domain/hops.ts';
import type { Endpoint, Trigger } from '../domain/workflow.ts';
import type { AttemptRecord } from '../store/record.ts';
import type { ExecutionWork, LeasedDelivery } from '../store/work.ts';
import { transform } from './apply-expressions.ts';
import { waiting } from './awaited-records.ts';
import { FIRST_LOOK_MS } from './look-after.ts';
import { STATE_AFTER } from './state-after.ts';

export interface AttemptInput {
  work: ExecutionWork;
  delivery: LeasedDelivery;
  trigger: Trigger;
}

export interface SendPorts {
  client: Client;
  expressions: Expressions;
}

/**
 * Makes one attempt at a delivery: builds the request, sends it, and judges what came back. Nothing is sent when
 * the trigger's transform comes to nothing.
 */
export async function sendAttempt(
  { client, expressions }: SendPorts,
  input: AttemptInput,
): Promise<AttemptRecord> {
  const payload = payloadOf(input);
  const expression = input.trigger.transform;
  if (expression === null) return send(client, input, payload);
  const transformed = await transform(expressions, expression, input);
  if ('unsent' in transformed) return transformed.unsent;
  return send(client, input, withJsonBody(payload, transformed.json));
}

const payloadOf = ({ work, trigger }: AttemptInput): Payload =>
  buildPayload({
    forward: trigger.forward,
    endpointUrl: trigger.endpoint.url,
    execution: {
      id: work.id,
      workflowId: work.workflowId,
      triggerType: work.triggerType,
      triggeredAt: work.createdAt,
    },
    request: work.request,
    input: work.input,
  });

async function send(client: Client, input: AttemptInput, payload: Payload): Promise<AttemptRecord> {
  const { work, delivery, trigger } = input;
  const { endpoint, forward, awaitCallback } = trigger;
  const startedAt = new Date();
  const headers = deliveryHeaders({
    forward,
    base: payload.headers,
    configured: endpoint.headers,
    body: payload.body,
    key: keyOf(endpoint),
    executionId: work.id,
    deliveryId: delivery.id,
    workflowId: work.workflowId,
    attempt: delivery.attempt,
    ...trailOf(work),
    nowMs: startedAt.getTime(),
  });
  const { method, url, body } = payload;
  const sent = await client.send({ method, url, headers, body, timeoutMs: endpoint.timeoutMs });
  const result = withoutConfiguredValues(sent, endpoint.headers);
  const requestBytes = body?.length ?? 0;
  const verdict = judge(result, {
    policy: endpoint.retryPolicy,
    runAttempts: delivery.runAttempt,
    onAmbiguous: endpoint.onAmbiguous,
    retryWorkflowErrors: endpoint.retryWorkflowErrors,
    payloadLimitBytes: endpoint.payloadLimitBytes,
    requestBytes,
    nowMs: Date.now(),
    random: Math.random,
  });
  return {
    delivery,
    startedAt,
    requestUrl: url,
    requestHeaders: withoutConfigured(headers, endpoint.headers),
    requestBytes,
    ...answered(result),
    ...judged(verdict),
    ...(verdict.next === 'succeeded' && awaitCallback && waiting(awaitCallback, FIRST_LOOK_MS)),
  };
}

/** How a webhook came is in its headers: nothing of it is stored a second time. */
function trailOf({ hops, request }: ExecutionWork): { hops: number; via: string[] } {
  if (request === null) return { hops, via: [] };
  const headers = trailHeaders(request.headers);
  return { hops: Math.max(hops, hopsOf(headers)), via: viaOf(headers) };
}

const answered = (result: SendResult) => ({
  durationMs: result.durationMs,
  responseHeaders: result.status === 'response' ? result.headers : null,
  responseBody: result.status === 'response' ? result.body : null,
  responseTruncated: result.status === 'response' && (result.truncated || result.bodyIncomplete),
});

const judged = (verdict: Verdict) => ({
  result: verdict.result,
  outcome: verdict.outcome,
  statusCode: verdict.statusCode,
  error: verdict.error,
  advice: verdict.advice,
  state: STATE_AFTER[verdict.next],
  confirmedBy: verdict.next === 'succeeded' ? ('http' as const) : null,
  retryInMs: verdict.delayMs,
  ...(verdict.next === 'wait' && { isUncounted: true }),
});

const keys = new WeakMap<Endpoint, KeyObject>();

/** Imported once for each configuration: making a key object costs more than signing with it. */
function keyOf(endpoint: Endpoint): KeyObject {
  const known = keys.get(endpoint);
  if (known) return known;
  const key = endpointKey(endpoint.secret);
  keys.set(endpoint, key);
  return key;
}
