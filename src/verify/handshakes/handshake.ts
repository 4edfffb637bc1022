import { createHash, timingSafeEqual } from 'node:crypto';
import type { HandshakeEvent, HandshakeFailure } from '../../domain/handshake.ts';
import type { VerifyFailure } from '../../domain/verify-failure.ts';
import type { VerifySecret } from '../candidates.ts';
import type { VerifyRequest } from '../request.ts';

/** A request that may be a handshake, and what its webhook knows. `url` may be a path with its query. */
export interface Question extends Pick<VerifyRequest, 'url' | 'headers' | 'rawBody' | 'nowMs'> {
  verifyToken: string | null;
  secrets: readonly VerifySecret[];
  /** The one that verified the request; -1: none did. */
  secretIndex: number;
}

/** What has to be done before the answer may go out. */
export type Effect =
  /** To be the webhook's secret from now on, unless it has another. */
  | { kind: 'keep_secret'; secret: string }
  /** To be called by GET, and nothing else. */
  | { kind: 'confirm'; url: string };

export interface Answer {
  event: HandshakeEvent;
  status: 200 | 204;
  /** null: there is no body. */
  contentType: 'text/plain' | 'application/json' | null;
  headers: Readonly<Record<string, string>>;
  body: string;
  effect: Effect | null;
}

export type Outcome =
  | { status: 'answered'; answer: Answer }
  | { status: 'refused'; reason: HandshakeFailure };

/** Whether a request is the handshake, and what to say to it; null: it is not. Never throws. */
export type Respond = (question: Question) => Outcome | null;

/** How one sender makes sure of a webhook. What is left out it does not do. */
export interface Handshake {
  /** To GET. */
  get?: Respond;
  /** To POST before it is verified, because its sender does not sign this one. */
  unsigned?: Respond;
  /** To POST that is verified. */
  signed?: Respond;
  /** What speaks against a verified request that is no handshake. */
  objection?: (question: Question) => VerifyFailure | null;
}

const PRINTABLE = /^[\x20-\x7e]{1,1024}$/;

/** Whether it may be sent back: to a browser of somebody who was sent here as well as to a sender. */
export const isEchoable = (challenge: unknown): challenge is string =>
  typeof challenge === 'string' && PRINTABLE.test(challenge);

export const refused = (reason: HandshakeFailure): Outcome => ({ status: 'refused', reason });

const NO_HEADERS = {};

export const answered = (answer: Pick<Answer, 'event'> & Partial<Answer>): Outcome => ({
  status: 'answered',
  answer: { status: 200, contentType: null, headers: NO_HEADERS, body: '', effect: null, ...answer },
});

/** Sends the challenge back as it is; never as anything a browser would run. */
export const echo = (event: HandshakeEvent, challenge: unknown): Outcome =>
  isEchoable(challenge)
    ? answered({ event, contentType: 'text/plain', body: challenge })
    : refused('malformed_challenge');

export const json = (event: HandshakeEvent, value: object): Outcome =>
  answered({ event, contentType: 'application/json', body: JSON.stringify(value) });

/** The parameters of the query, decoded; a `+` is a space. */
export function queryOf({ url }: Pick<Question, 'url'>): URLSearchParams {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
}

/** The one value of a parameter; undefined: absent; null: there more than once. */
export function parameter(query: URLSearchParams, name: string): string | undefined | null {
  const values = query.getAll(name);
  return values.length > 1 ? null : values[0];
}

/** Handshakes are small: what is larger is a webhook, and is not read for this. */
const MAX_BODY_BYTES = 16_384;

/**
 * The object that a body is, when `mark` is somewhere in it; null otherwise. The mark spares all other webhooks of
 * this sender being parsed.
 */
export function objectWith(mark: string, rawBody: Buffer): Record<string, unknown> | null {
  return rawBody.length <= MAX_BODY_BYTES && rawBody.includes(mark) ? parseObject(rawBody) : null;
}

/** null: it is not JSON, or no object. */
export function parseObject(rawBody: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(rawBody.toString('utf8'));
    return isObject(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** In a time that says nothing of either. */
export const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));
