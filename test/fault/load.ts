import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import type { WebhookAnswer } from '../helpers/api.ts';
import type { Test } from '../helpers/tap.ts';

/** What became of a webhook. */
export interface Answered {
  /** 0: no answer, because the connection could not be made or broke. */
  status: number;
  /** Of a problem, or of the connection's error. */
  code: string;
  executionId: string;
  logId: string;
  /** Of a problem: its log, if there is one, has it too. */
  requestId: string;
}

export interface Sent extends Answered {
  ms: number;
}

/** Sends one webhook after the other. */
export interface Sender {
  send(): Promise<Sent>;
  close(): Promise<void>;
}

/** `url`: where the workflow's webhook is, without a query. */
export function createSender(t: Test, url: string, connections: number): Sender {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections, keepAliveTimeout: 10_000 });
  t.teardown(() => pool.destroy());
  return {
    async send() {
      const startedAt = performance.now();
      const answer = await post(pool, pathname);
      return { ...answer, ms: performance.now() - startedAt };
    },
    close: () => pool.destroy(),
  };
}

async function post(pool: Pool, path: string): Promise<Answered> {
  try {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: '{"event":"test"}',
    });
    return answered(statusCode, (await body.json()) as WebhookAnswer);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return answered(0, { code: code ?? message });
  }
}

export function answered(status: number, answer: WebhookAnswer): Answered {
  const { code = '', executionId = '', logId = '', requestId = '' } = answer;
  return { status, code, executionId, logId, requestId };
}

export interface LoadOptions {
  sender: Sender;
  /** How many webhooks are under way at once. */
  senders: number;
  /** Sees each answer, with all there are by then. Says whether its sender goes on. */
  onSent?: (sent: Sent, all: Sent[]) => boolean;
}

export interface Load {
  readonly sent: Sent[];
  /** Ends after the requests under way. */
  stop(): Promise<Sent[]>;
}

/** Senders that each send the next webhook as soon as the last one was answered. */
export function startLoad(t: Test, { sender, senders, onSent = () => true }: LoadOptions): Load {
  const sent: Sent[] = [];
  let stopped = false;
  t.teardown(() => {
    stopped = true;
  });
  const loop = async () => {
    while (!stopped) {
      const one = await sender.send();
      sent.push(one);
      if (!onSent(one, sent)) return;
      // A port that nobody listens on refuses thousands a second.
      if (one.status === 0) await delay(50);
    }
  };
  const ended = Promise.all(Array.from({ length: senders }, loop));
  return {
    sent,
    async stop() {
      stopped = true;
      await ended;
      return sent;
    },
  };
}

/** This many webhooks, all at once. */
export const sendMany = (sender: Sender, count: number): Promise<Sent[]> =>
  Promise.all(Array.from({ length: count }, () => sender.send()));

export const accepted = <T extends Answered>(sent: readonly T[]): T[] =>
  sent.filter(({ status }) => status === 200);

/** How often each answer was given, e.g. `{ '200': 97, '503 not_stored': 3 }`. */
export function tally(sent: readonly Answered[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, code } of sent) {
    const key = `${status} ${code}`.trim();
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
