import type { WebhookLogSummary } from '../http/schemas/webhook-logs.ts';
import { sleep } from '../queue/within.ts';
import { type Client, connect, type GlobalOptions, type Query } from './client.ts';
import { RefusedError, UnreachableError } from './errors.ts';
import { Follower } from './follow.ts';
import { cell, colored, say, write, writeJsonLine } from './output.ts';

const POLL_MS = 1_000;

export interface TailOptions extends GlobalOptions {
  filter: Query;
  /** How many of those that are there already to begin with. */
  lines: number;
  /** Ends it. */
  signal: AbortSignal;
}

/** Writes each webhook as it comes, until the signal. Outlasts a service that is away for a while. */
export async function tail({ filter, lines, signal, json, ...options }: TailOptions): Promise<void> {
  const client = await connect(options);
  const follower = new Follower((query) => client.get('/api/webhook-logs', query, signal), filter);
  const show = (logs: WebhookLogSummary[]) => logs.forEach(json ? writeJsonLine : writeRow);
  if (!json) write(columns(HEAD));
  try {
    show(await follower.begin(lines));
    for (let looked = true; !signal.aborted; looked = await look(client, follower, show, looked)) {
      await sleep(POLL_MS, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Whether the service answered. Says so when that has changed. */
async function look(
  { url }: Client,
  follower: Follower,
  show: (logs: WebhookLogSummary[]) => void,
  answeredBefore: boolean,
): Promise<boolean> {
  try {
    show(await follower.next());
    if (!answeredBefore) say('It answers again.');
    return true;
  } catch (error) {
    if (!isPassing(error)) throw error;
    if (answeredBefore) say(`${url} does not answer: waiting for it.`);
    return false;
  }
}

const isPassing = (error: unknown): boolean =>
  error instanceof UnreachableError ||
  (error instanceof RefusedError && (error.status >= 500 || error.status === 429));

const WIDTHS = [24, 3, 4, 7, 15, 36, 36, 0];
const HEAD = ['RECEIVED', 'ST', 'M', 'BYTES', 'FROM', 'WORKFLOW', 'LOG', 'EXECUTION OR REASON'];

const columns = (cells: string[]): string => cells.map((text, i) => text.padEnd(WIDTHS[i] ?? 0)).join(' ');

/** Why it was refused, and what explains that. */
const reasonOf = ({ errorCode, diagnosisCodes }: WebhookLogSummary): string | null =>
  diagnosisCodes === null || diagnosisCodes.length === 0
    ? errorCode
    : `${errorCode} (${diagnosisCodes.join(', ')})`;

function writeRow(log: WebhookLogSummary): void {
  const line = columns([
    cell(log.receivedAt),
    cell(log.answeredStatus),
    cell(log.method, 6),
    cell(log.size),
    cell(log.sourceIp, 45),
    cell(log.workflowId),
    cell(log.id),
    cell(log.executionId ?? reasonOf(log)),
  ]);
  write(log.success ? line : colored('yellow', line));
}
