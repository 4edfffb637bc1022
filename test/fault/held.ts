import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { WebhookAnswer } from '../helpers/api.ts';
import type { Test } from '../helpers/tap.ts';
import { type Answered, answered } from './load.ts';

/** A webhook whose head the service has, and whose body it waits for. */
export interface HeldWebhook {
  /** Sends the body. */
  finish(): Promise<Answered>;
}

const BODY = '{"event":"held"}';

/** Resolves when the service has begun with the request: it says `100 Continue`. */
export async function holdWebhook(t: Test, url: string): Promise<HeldWebhook> {
  const held = request(url, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', 'content-length': BODY.length, expect: '100-continue' },
  });
  t.teardown(() => held.destroy());
  const response = once(held, 'response') as Promise<[IncomingMessage]>;
  // Whoever never asks for the answer may destroy the request.
  response.catch(() => undefined);
  held.flushHeaders();
  await once(held, 'continue');
  return {
    async finish() {
      held.end(BODY);
      const [answer] = await response;
      let text = '';
      for await (const chunk of answer) text += String(chunk);
      return answered(answer.statusCode ?? 0, JSON.parse(text) as WebhookAnswer);
    },
  };
}
