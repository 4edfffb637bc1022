import { Check } from 'typebox/value';
import { shown } from './call.ts';
import { type N8nResult, unexpected } from './result.ts';
import { ExecutionErrorShape, ExecutionShape, ListShape } from './shapes.ts';
import { type Asking, time } from './workflows.ts';

export interface N8nExecution {
  id: string;
  workflowId: string | null;
  /** In n8n's words: success, error, crashed, canceled, running, waiting, new, unknown. */
  status: string;
  mode: string | null;
  startedAt: string | null;
  stoppedAt: string | null;
  waitTill: string | null;
  retryOf: string | null;
  retrySuccessId: string | null;
  /** Null: none, or n8n keeps none, or its data is more than is read. */
  error: { message: string; nodeName: string | null } | null;
}

const FAILED: ReadonlySet<string> = new Set(['error', 'crashed']);

const pathOf = (id: string): string => `/executions/${encodeURIComponent(id)}`;

export async function getExecution(
  { call, deadlineMs }: Omit<Asking, 'webhookUrl'>,
  id: string,
): Promise<N8nResult<N8nExecution>> {
  const endsAt = performance.now() + deadlineMs;
  const found = read(await call('GET', pathOf(id), { timeoutMs: deadlineMs }));
  if (found.status !== 'ok' || !FAILED.has(found.value.status)) return found;
  // Only then: the data holds everything that went through the workflow.
  const timeoutMs = Math.max(1, Math.ceil(endsAt - performance.now()));
  const detailed = await call('GET', `${pathOf(id)}?includeData=true`, { timeoutMs });
  return { status: 'ok', value: { ...found.value, error: errorOf(detailed) } };
}

/**
 * Whether executions wait for others to end, as they do at n8n's concurrency limit. One that was handed over is in
 * this state before it runs, and whoever sent it waits for the answer.
 */
export async function hasQueuedExecutions({
  call,
  deadlineMs,
}: Omit<Asking, 'webhookUrl'>): Promise<N8nResult<boolean>> {
  const answer = await call('GET', '/executions?status=new&limit=1', { timeoutMs: deadlineMs });
  if (answer.status !== 'ok') return answer;
  if (!Check(ListShape, answer.value)) return unexpected('Its list of executions is none.');
  return { status: 'ok', value: answer.value.data.length > 0 };
}

/**
 * Runs a failed execution again from the node that failed, with the workflow as it was saved then. n8n answers
 * 200 even when it fails again: the outcome is in `status`.
 */
export async function retryExecution(
  { call, deadlineMs }: Omit<Asking, 'webhookUrl'>,
  id: string,
): Promise<N8nResult<N8nExecution>> {
  const answer = await call('POST', `${pathOf(id)}/retry`, { timeoutMs: deadlineMs });
  const retried = read(answer);
  if (retried.status !== 'ok') return retried;
  return { status: 'ok', value: { ...retried.value, error: errorOf(answer) } };
}

function read(answer: N8nResult<unknown>): N8nResult<N8nExecution> {
  if (answer.status !== 'ok') return answer;
  const { value } = answer;
  const execution = readExecution(value);
  if (execution === null) return unexpected('Its execution lacks its id or its status.');
  return { status: 'ok', value: execution };
}

/** null: it lacks its id or its status. */
export function readExecution(value: unknown): N8nExecution | null {
  if (!Check(ExecutionShape, value)) return null;
  return {
    id: String(value.id),
    workflowId: textOf(value.workflowId),
    status: shown(value.status, 50),
    mode: value.mode ? shown(value.mode, 50) : null,
    startedAt: time(value.startedAt),
    stoppedAt: time(value.stoppedAt),
    waitTill: time(value.waitTill),
    retryOf: textOf(value.retryOf),
    retrySuccessId: textOf(value.retrySuccessId),
    error: null,
  };
}

const textOf = (id: string | number | null | undefined): string | null =>
  id === null || id === undefined || id === '' ? null : String(id);

function errorOf(answer: N8nResult<unknown>): N8nExecution['error'] {
  if (answer.status !== 'ok' || !Check(ExecutionErrorShape, answer.value)) return null;
  const { error, lastNodeExecuted } = answer.value.data.resultData;
  const nodeName = error.node?.name ?? lastNodeExecuted ?? null;
  return { message: shown(error.message, 1_000), nodeName: nodeName === null ? null : shown(nodeName, 500) };
}
