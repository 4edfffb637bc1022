import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Answered,
  type Client,
  createClient,
  createOrganization,
  every,
  type Target,
} from './client.ts';
import { serve } from './remote.ts';

/** What the neighbour saw in one measurement. Milliseconds. */
export interface Seen {
  /** The 99th of 100 answers, to each kind of call. */
  webhooks: number;
  executes: number;
  lists: number;
  /** From sending a webhook until it has been delivered. */
  deliveries: number;
  /** The longest that /livez took. */
  livez: number;
  /** Answers that are no success, by status and code. */
  refused: Record<string, number>;
  /** Webhooks that were answered and not delivered within half a minute. */
  undelivered: number;
}

export type NeighbourMethods = {
  open: (target: Target) => Promise<void>;
  /** Sends, executes and lists 20 times a second for so many milliseconds. */
  measure: (ms: number) => Promise<Seen>;
};

const PER_SECOND = 20;
const LIVEZ_EVERY_MS = 20;
const ADDRESS = '127.0.0.2';

interface Neighbour {
  client: Client;
  /** Of its own, so that it stands behind nothing. */
  watcher: Client;
  key: string;
  workflowId: string;
  secret: string;
}

let neighbour: Neighbour | undefined;
/** When what was delivered arrived, by the number in its body. */
const arrivedAt = new Map<string, number>();

async function open(target: Target): Promise<void> {
  const client = createClient(target.url, ADDRESS);
  const watcher = createClient(target.url, ADDRESS, 1);
  const { key } = await createOrganization(target, client, 'B');
  const made = await client.call<{ id: string; webhook: { secret: string } }>('POST', '/api/workflows', {
    key,
    json: {
      name: 'neighbour',
      webhook: { authType: 'hmac' },
      triggers: [{ endpoint: { url: await startReceiver() }, filter: "body.wanted != 'no'" }],
    },
  });
  if (made.status !== 201) throw new Error(`No workflow: ${made.status} ${JSON.stringify(made.body)}`);
  neighbour = { client, watcher, key, workflowId: made.body.id, secret: made.body.webhook.secret };
}

/** In the place of n8n. */
async function startReceiver(): Promise<string> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const marker = /"marker":"([^"]+)"/.exec(text)?.[1];
    if (marker !== undefined && !arrivedAt.has(marker)) arrivedAt.set(marker, performance.now());
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`;
}

let measurements = 0;

async function measure(ms: number): Promise<Seen> {
  if (neighbour === undefined) throw new Error('not opened');
  const { client, watcher, key, workflowId, secret } = neighbour;
  const round = ++measurements;
  const sentAt = new Map<string, number>();
  const answers = { webhooks: [] as Answered[], executes: [] as Answered[], lists: [] as Answered[] };
  const livez: Answered[] = [];
  const pending = new Set<Promise<unknown>>();
  const note = (list: Answered[], call: Promise<Answered>) => {
    const noted = call.then((answer) => list.push(answer)).finally(() => pending.delete(noted));
    pending.add(noted);
    return noted;
  };
  const send = (n: number) => {
    const marker = `${round}-${n}`;
    const body = JSON.stringify({ marker, wanted: 'yes' });
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    sentAt.set(marker, performance.now());
    const headers = { 'content-type': 'application/json', 'x-webhook-signature': signature };
    return note(answers.webhooks, client.call('POST', `/api/webhooks/${workflowId}`, { body, headers }));
  };
  const stops = [
    every(PER_SECOND, send),
    every(PER_SECOND, () =>
      note(
        answers.executes,
        client.call('POST', `/api/workflows/${workflowId}/execute`, { key, json: { input: {} } }),
      ),
    ),
    every(PER_SECOND, () => note(answers.lists, client.call('GET', '/api/executions?limit=20', { key }))),
    every(1_000 / LIVEZ_EVERY_MS, () => note(livez, watcher.call('GET', '/livez'))),
  ];
  await delay(ms);
  for (const stop of stops) stop();
  await Promise.all(pending);
  const delivered = await deliveryTimes(sentAt);
  const all = [...answers.webhooks, ...answers.executes, ...answers.lists];
  return {
    webhooks: p99(answers.webhooks.map((answer) => answer.ms)),
    executes: p99(answers.executes.map((answer) => answer.ms)),
    lists: p99(answers.lists.map((answer) => answer.ms)),
    deliveries: p99(delivered),
    livez: Math.max(...livez.map((answer) => answer.ms)),
    refused: countRefused(all),
    undelivered: sentAt.size - delivered.length,
  };
}

async function deliveryTimes(sentAt: Map<string, number>): Promise<number[]> {
  const deadline = performance.now() + 30_000;
  const isDone = () => [...sentAt.keys()].every((marker) => arrivedAt.has(marker));
  while (!isDone() && performance.now() < deadline) await delay(20);
  const times = [...sentAt].flatMap(([marker, at]) => {
    const arrived = arrivedAt.get(marker);
    return arrived === undefined ? [] : [arrived - at];
  });
  arrivedAt.clear();
  return times;
}

function countRefused(answers: Answered[]): Record<string, number> {
  const refused: Record<string, number> = {};
  for (const { status, body } of answers) {
    if (status >= 200 && status < 300) continue;
    const name = `${status} ${String(body.code ?? '')}`;
    refused[name] = (refused[name] ?? 0) + 1;
  }
  return refused;
}

function p99(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.99) - 1)] ?? Number.POSITIVE_INFINITY;
}

serve({ open, measure } satisfies NeighbourMethods);
