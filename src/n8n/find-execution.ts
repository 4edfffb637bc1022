import { LRUCache } from 'lru-cache';
import { Check } from 'typebox/value';
import { type N8nExecution, readExecution } from './executions.ts';
import { type N8nFailure, type N8nResult, unexpected } from './result.ts';
import { ListShape, RunDataShape, RunShape, WebhookItemShape } from './shapes.ts';
import type { Asking } from './workflows.ts';

/** Which execution of a workflow is meant: the one that this attempt of a delivery started. */
export interface SoughtExecution {
  workflowId: string;
  deliveryId: string;
  attempt: number;
  /** When the attempt began, by our clock. */
  since: Date;
}

/** null: n8n has none, or not yet. The list has no executions that are running, nor those that n8n does not keep. */
export type FindExecution = (sought: SoughtExecution) => Promise<N8nResult<N8nExecution | null>>;

const PAGE_SIZE = 100;
const MAX_PAGES = 5;
/** Of executions whose data is read for one delivery: all that went through n8n comes with it. */
const MAX_READ = 30;
/** n8n's clock and ours. */
const CLOCKS_DIFFER_MS = 60_000;
const SHARED_MS = 1_000;
const MAX_REMEMBERED = 10_000;

/** Whose delivery an execution is. */
interface Origin {
  deliveryId: string;
  attempt: number | null;
}

/**
 * n8n answers no execution id when it accepts a webhook, and cannot be asked for one by what went in. So the
 * executions since then are looked through, those that began closest to the attempt first. What is read of one is
 * remembered: it says of other deliveries that it is not theirs.
 */
export function createFindExecution(asking: Omit<Asking, 'webhookUrl'>): FindExecution {
  const origins = new LRUCache<string, { origin: Origin | null }>({ max: MAX_REMEMBERED });
  const list = createSharedList(asking);

  const originOf = async (execution: N8nExecution, endsAt: number): Promise<N8nResult<Origin | null>> => {
    const known = origins.get(execution.id);
    if (known) return { status: 'ok', value: known.origin };
    const path = `/executions/${encodeURIComponent(execution.id)}?includeData=true`;
    const answer = await asking.call('GET', path, { timeoutMs: left(endsAt) });
    // One that is gone, or too large to be read, is not found; others may be.
    if (answer.status === 'not_found' || answer.status === 'unexpected') {
      origins.set(execution.id, { origin: null });
      return { status: 'ok', value: null };
    }
    if (answer.status !== 'ok') return answer;
    const origin = readOrigin(answer.value);
    // The data of one that has not ended may not be there yet.
    if (origin !== null || execution.stoppedAt !== null) origins.set(execution.id, { origin });
    return { status: 'ok', value: origin };
  };

  return async ({ workflowId, deliveryId, attempt, since }) => {
    const endsAt = performance.now() + asking.deadlineMs;
    const listed = await list(workflowId, since.getTime() - CLOCKS_DIFFER_MS);
    if (listed.status !== 'ok') return listed;
    let found: N8nExecution | null = null;
    for (const execution of closestFirst(listed.value, since).slice(0, MAX_READ)) {
      const origin = await originOf(execution, endsAt);
      if (origin.status !== 'ok') return origin;
      if (origin.value?.deliveryId !== deliveryId) continue;
      if (origin.value.attempt === null || origin.value.attempt === attempt)
        return { status: 'ok', value: execution };
      // Of another attempt: that counts when it is all there is.
      found ??= execution;
    }
    return { status: 'ok', value: found };
  };
}

const left = (endsAt: number): number => Math.max(1, Math.ceil(endsAt - performance.now()));

const startOf = ({ startedAt, stoppedAt }: N8nExecution): number =>
  Date.parse(startedAt ?? stoppedAt ?? '') || 0;

function closestFirst(executions: readonly N8nExecution[], since: Date): N8nExecution[] {
  const distance = (execution: N8nExecution) => Math.abs(startOf(execution) - since.getTime());
  return executions
    .filter((execution) => startOf(execution) >= since.getTime() - CLOCKS_DIFFER_MS)
    .sort((a, b) => distance(a) - distance(b));
}

type SharedList = (workflowId: string, fromMs: number) => Promise<N8nResult<N8nExecution[]>>;

/** Many deliveries to one workflow are looked after at once: they share what is listed. */
function createSharedList(asking: Omit<Asking, 'webhookUrl'>): SharedList {
  const shared = new LRUCache<string, { fromMs: number; executions: Promise<N8nResult<N8nExecution[]>> }>({
    max: 1_000,
    ttl: SHARED_MS,
  });
  return (workflowId, fromMs) => {
    const known = shared.get(workflowId);
    if (known && known.fromMs <= fromMs) return known.executions;
    const executions = listExecutions(asking, workflowId, fromMs);
    shared.set(workflowId, { fromMs, executions });
    return executions;
  };
}

/** Newest first, back to a time; without their data. */
async function listExecutions(
  { call, deadlineMs }: Omit<Asking, 'webhookUrl'>,
  workflowId: string,
  fromMs: number,
): Promise<N8nResult<N8nExecution[]>> {
  const endsAt = performance.now() + deadlineMs;
  const found: N8nExecution[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = new URLSearchParams({
      workflowId,
      limit: String(PAGE_SIZE),
      ...(cursor !== null && { cursor }),
    });
    const answer = await call('GET', `/executions?${query}`, { timeoutMs: left(endsAt) });
    if (answer.status !== 'ok') return answer.status === 'not_found' ? NO_LIST : answer;
    if (!Check(ListShape, answer.value)) return NO_LIST;
    const executions = answer.value.data.flatMap((item) => {
      const read = readExecution(item);
      return read === null ? [] : [read];
    });
    found.push(...executions);
    cursor = answer.value.nextCursor ?? null;
    const isOldEnough = executions.some((execution) => startOf(execution) < fromMs);
    if (cursor === null || isOldEnough) break;
  }
  return { status: 'ok', value: found };
}

const NO_LIST: N8nFailure = unexpected('Its list of executions is none.');

/** By the headers that its webhook node was called with. */
function readOrigin(value: unknown): Origin | null {
  if (!Check(RunDataShape, value)) return null;
  const runs = Object.values(value.data.resultData.runData).flat();
  const items = runs
    .flatMap((run) => (Check(RunShape, run) ? run.data.main : []))
    .flatMap((main) => main ?? []);
  const item = items.find((candidate) => Check(WebhookItemShape, candidate));
  if (!Check(WebhookItemShape, item)) return null;
  const { headers } = item.json;
  const attempt = Number(headers['x-hookgate-attempt']);
  return {
    deliveryId: headers['x-hookgate-delivery-id'],
    attempt: Number.isInteger(attempt) ? attempt : null,
  };
}
