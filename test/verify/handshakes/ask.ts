import type { HandshakeFailure } from '../../../src/domain/handshake.ts';
import type { HandshakeName } from '../../../src/domain/providers.ts';
import type { Answer, Outcome, Question } from '../../../src/verify/handshakes/handshake.ts';
import { HANDSHAKES } from '../../../src/verify/handshakes/index.ts';

/** Unix milliseconds. */
export const NOW = 1_700_000_000_000;
export const TOKEN = 'the-verify-token-of-ours';
export const SECRET = 'the-secret-of-the-sender';

export const question = (parts: Partial<Question> & { body?: unknown } = {}): Question => {
  const { body, ...rest } = parts;
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
  return {
    url: '/api/webhooks/x',
    headers: {},
    rawBody: Buffer.from(text),
    nowMs: NOW,
    verifyToken: TOKEN,
    secrets: [{ id: '1', secret: SECRET, expiresAt: null }],
    secretIndex: 0,
    ...rest,
  };
};

type Stage = 'get' | 'unsigned' | 'signed';
export const ask = (
  name: HandshakeName,
  stage: Stage,
  parts?: Parameters<typeof question>[0],
): Outcome | null => HANDSHAKES[name][stage]?.(question(parts)) ?? null;

export const get = (name: HandshakeName, query: string, parts: Partial<Question> = {}) =>
  ask(name, 'get', { url: `/api/webhooks/x?${query}`, ...parts });

export const says = (answer: Partial<Answer>): Outcome => ({
  status: 'answered',
  answer: {
    event: 'slack',
    status: 200,
    contentType: null,
    headers: {},
    body: '',
    effect: null,
    ...answer,
  },
});
export const plain = (event: Answer['event'], body: string) =>
  says({ event, contentType: 'text/plain', body });
export const json = (event: Answer['event'], body: string) =>
  says({ event, contentType: 'application/json', body });
export const refuses = (reason: HandshakeFailure): Outcome => ({ status: 'refused', reason });
