import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Test } from 'tap';
import type { WebhookAnswer } from '../helpers/api.ts';

/** A webhook whose head the service has, and whose body it waits for. */
export interface HeldWebhook {
  /** Sends the body. */
  finish(): Promise<{ status: number; body: WebhookAnswer }>;
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
  const answered = once(held, 'response') as Promise<[IncomingMessage]>;
  // Whoever never asks for the answer may destroy the request.
  answered.catch(() => undefined);
  held.flushHeaders();
  await once(held, 'continue');
  return {
    async finish() {
      held.end(BODY);
      const [response] = await answered;
      let text = '';
      for await (const chunk of response) text += String(chunk);
      return { status: response.statusCode ?? 0, body: JSON.parse(text) as WebhookAnswer };
    },
  };
}
