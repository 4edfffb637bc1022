import type { CallbackEffect } from './callback-rules.ts';

interface Said {
  event: string;
  eventId: string;
  status: 'success' | 'failure' | 'progress';
  n8nStatus: string | null;
  n8nExecutionId: string | null;
  data: string | null;
  attempt: number | null;
  sentAt: Date | null;
}

/** What is kept of n8n's word. `data` is any JSON. */
export interface StoredCallback {
  event: string;
  eventId: string;
  status: 'success' | 'failure';
  effect: CallbackEffect;
  n8nStatus: string | null;
  n8nExecutionId: string | null;
  attempt: number | null;
  sentAt: string | null;
  at: string;
  error: string | null;
  advice: string | null;
  data: unknown;
}

/** What n8n reported on the way. `data` is any JSON. */
export interface StoredProgress {
  event: string;
  n8nStatus: string | null;
  n8nExecutionId: string | null;
  data: unknown;
}

const ADVICE =
  'Nothing more is sent. Look at the execution in n8n and correct what made it fail, then retry the execution with POST /api/executions/:id/retry, which sends it again.';

/** As JSON text, with the data as it was written: numbers keep all of their digits. */
export function callbackJson(said: Said, effect: CallbackEffect): string {
  const { data, status, sentAt, ...rest } = said;
  const failed = status === 'failure';
  const kept = {
    event: rest.event,
    eventId: rest.eventId,
    status,
    effect,
    n8nStatus: rest.n8nStatus,
    n8nExecutionId: rest.n8nExecutionId,
    attempt: rest.attempt,
    sentAt: sentAt?.toISOString() ?? null,
    at: new Date().toISOString(),
    error: failed ? errorOf(said) : null,
    advice: failed ? ADVICE : null,
  };
  return `${JSON.stringify(kept).slice(0, -1)},"data":${data ?? 'null'}}`;
}

const MAX_ERROR = 1_000;

function errorOf({ data, n8nStatus }: Said): string {
  const found = data === null ? null : errorIn(JSON.parse(data));
  const text = found ?? `n8n says that the workflow failed${n8nStatus === null ? '' : ` (${n8nStatus})`}.`;
  return text.slice(0, MAX_ERROR).replace(/\p{Cs}/gu, '');
}

/** Where people put it, and where n8n's own Error Trigger has it. */
function errorIn(data: unknown): string | null {
  const item = Array.isArray(data) ? data[0] : data;
  const error = at(item, 'error') ?? at(at(item, 'execution'), 'error');
  const texts = [error, at(error, 'message'), at(item, 'message'), item];
  const text = texts.find((value) => typeof value === 'string' && value.trim() !== '');
  return typeof text === 'string' ? text : null;
}

const at = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** Of each report. The event has all of it. */
const MAX_PROGRESS_BYTES = 16_384;

/** What those see who follow the execution. */
export function progressJson({ event, n8nStatus, n8nExecutionId, data }: Said): string {
  const said = JSON.stringify({ event, n8nStatus, n8nExecutionId }).slice(0, -1);
  const bytes = Buffer.byteLength(data ?? '');
  if (data === null || bytes <= MAX_PROGRESS_BYTES) return `${said},"data":${data ?? 'null'}}`;
  const start = Buffer.from(data)
    .subarray(0, MAX_PROGRESS_BYTES)
    .toString('utf8')
    .replace(/\uFFFD$/u, '');
  return `${said},"data":${JSON.stringify({ truncated: true, bytes, start })}}`;
}
