import type { IncomingHttpHeaders } from 'node:http';
import type { HandshakeEvent, HandshakeFailure } from '../domain/handshake.ts';
import type { HandshakeName } from '../domain/providers.ts';
import type { VerifyFailure } from '../domain/verify-failure.ts';
import type { Answer, Effect, Outcome, Question, Respond } from '../verify/handshakes/handshake.ts';
import { HANDSHAKES } from '../verify/handshakes/index.ts';
import type { WebhookPolicy } from './webhook-policy.ts';

/** A request that may be a handshake. */
export interface AskedRequest {
  policy: WebhookPolicy;
  requestId: string;
  method: string;
  /** Path and query as they came. */
  url: string;
  rawHeaders: string[];
  headers: IncomingHttpHeaders;
  body: Buffer;
  sourceIp: string;
}

export type HandshakeOutcome =
  | { status: 'handshake'; answer: Answer }
  | {
      status: 'handshake_refused';
      reason: HandshakeFailure;
      /** The sender is who it says, and may try again. */
      retry: boolean;
    };

/** What is known of a handshake when it is over. */
export interface HandshakeRecord {
  request: AskedRequest;
  event: HandshakeEvent;
  statusCode: number;
  /** null: it went well. */
  failure: HandshakeFailure | null;
}

export interface HandshakePorts {
  /** Makes it the webhook's secret, unless it has one: then `other`, or `kept` when it is this one. */
  keepSecret: (policy: WebhookPolicy, secret: string) => Promise<'kept' | 'other'>;
  /** Calls an address of the sender by GET; whether it answered with success. Bounded in time. */
  confirm: (url: string) => Promise<boolean>;
  log: (record: HandshakeRecord) => void;
}

/** Each resolves to null when the request is no handshake, or the webhook has none. */
export interface Handshakes {
  toGet(request: AskedRequest): Promise<HandshakeOutcome | null>;
  /** To a POST that nobody has verified. */
  toUnsigned(request: AskedRequest): Promise<HandshakeOutcome | null>;
  /** To a POST that the secret with this index verified. */
  toSigned(request: AskedRequest, secretIndex: number): Promise<HandshakeOutcome | null>;
}

/** Of a request that is refused, and of one that could not be confirmed, which its sender may try again. */
const REFUSED = 403;
const UNCONFIRMED = 503;

export function createHandshakes(ports: HandshakePorts): Handshakes {
  const settle = async (
    name: HandshakeName,
    request: AskedRequest,
    outcome: Outcome,
  ): Promise<HandshakeOutcome> => {
    const failure =
      outcome.status === 'refused' ? outcome.reason : await carryOut(ports, request, outcome.answer.effect);
    const event = outcome.status === 'answered' ? outcome.answer.event : name;
    const retry = failure === 'confirmation_failed';
    if (outcome.status === 'answered' && failure === null) {
      ports.log({ request, event, statusCode: outcome.answer.status, failure });
      return { status: 'handshake', answer: outcome.answer };
    }
    const reason = failure as HandshakeFailure;
    ports.log({ request, event, statusCode: retry ? UNCONFIRMED : REFUSED, failure: reason });
    return { status: 'handshake_refused', reason, retry };
  };
  const ask = async (
    respond: Respond | undefined,
    request: AskedRequest,
    secretIndex: number,
  ): Promise<HandshakeOutcome | null> => {
    const name = request.policy.handshake;
    if (name === null || respond === undefined) return null;
    const outcome = respond(questionOf(request, secretIndex));
    return outcome === null ? null : settle(name, request, outcome);
  };
  return {
    toGet: (request) => ask(of(request)?.get, request, -1),
    toUnsigned: (request) => ask(of(request)?.unsigned, request, -1),
    toSigned: (request, secretIndex) => ask(of(request)?.signed, request, secretIndex),
  };
}

/** What speaks against a verified request of a sender that has a handshake, which is none. */
export function objectionTo(request: AskedRequest): VerifyFailure | null {
  const objection = of(request)?.objection;
  return objection === undefined ? null : objection(questionOf(request, -1));
}

const of = ({ policy: { handshake } }: AskedRequest) => (handshake === null ? null : HANDSHAKES[handshake]);

function questionOf({ policy, url, headers, body }: AskedRequest, secretIndex: number): Question {
  const { config, secrets } = policy.workflow;
  const verifyToken = config.verifyToken ?? null;
  return { url, headers, rawBody: body, nowMs: Date.now(), verifyToken, secrets, secretIndex };
}

async function carryOut(
  ports: HandshakePorts,
  { policy }: AskedRequest,
  effect: Effect | null,
): Promise<HandshakeFailure | null> {
  if (effect === null) return null;
  if (effect.kind === 'confirm') return (await ports.confirm(effect.url)) ? null : 'confirmation_failed';
  return (await ports.keepSecret(policy, effect.secret)) === 'kept' ? null : 'other_secret';
}
