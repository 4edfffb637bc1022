import { Check } from 'typebox/value';
import { type Call, shown } from './call.ts';
import { type N8nResult, unexpected } from './result.ts';
import { ListShape, WorkflowShape } from './shapes.ts';
import { type WebhookNode, webhookNodes } from './webhook-nodes.ts';

/** A workflow of n8n's, as far as it can be registered. */
export interface N8nWorkflow {
  id: string;
  name: string;
  isActive: boolean;
  createdAt: string | null;
  updatedAt: string | null;
  /** Of the version that runs; of an inactive workflow, of the one that would. */
  webhooks: WebhookNode[];
}

export interface WorkflowList {
  /** Newest first, those in n8n's archive left out. */
  workflows: N8nWorkflow[];
  /** False: there are more than are read. */
  isComplete: boolean;
  /** How many n8n lists in a form that is not known here: one of them must not hide the others. */
  skipped: number;
  readAt: Date;
}

const PAGE_SIZE = 100;
const MAX_PAGES = 50;

/** What it takes to ask n8n. */
export interface Asking {
  call: Call;
  /** Where n8n serves production webhooks, without a slash at its end. */
  webhookUrl: string;
  /** Milliseconds for one call, and for all pages of a list together. */
  deadlineMs: number;
}

/** Reads all pages, within one deadline. */
export async function listWorkflows({
  call,
  webhookUrl,
  deadlineMs,
}: Asking): Promise<N8nResult<WorkflowList>> {
  const endsAt = performance.now() + deadlineMs;
  const found = new Map<string, N8nWorkflow>();
  let known = 0;
  let skipped = 0;
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const timeoutMs = Math.ceil(endsAt - performance.now());
    if (timeoutMs <= 0) return { status: 'timeout', sent: true };
    const answer = await call('GET', pagePath(cursor), { timeoutMs });
    if (answer.status === 'not_found') return unexpected(NO_LIST);
    if (answer.status !== 'ok') return answer;
    if (!Check(ListShape, answer.value)) return unexpected('Its list of workflows is none.');
    for (const item of answer.value.data) {
      if (!Check(WorkflowShape, item)) skipped++;
      else {
        known++;
        if (item.isArchived !== true) found.set(item.id, toWorkflow(item, webhookUrl));
      }
    }
    if (known === 0 && skipped > 0)
      return unexpected('The workflows in its list lack their id, name or nodes.');
    const next = answer.value.nextCursor ?? null;
    if (next === null) return complete(found, { isComplete: true, skipped });
    if (next === cursor) return unexpected('Its list of workflows goes in circles.');
    cursor = next;
  }
  return complete(found, { isComplete: false, skipped });
}

const NO_LIST =
  'It answered 404 to the list of workflows: its public API is switched off (N8N_PUBLIC_API_DISABLED), or N8N_BASE_URL is not the address of n8n itself.';

/** Pinned data is what people tried a workflow with: large, private, and of no use here. */
const pagePath = (cursor: string | null): string =>
  `/workflows?limit=${PAGE_SIZE}&excludePinnedData=true${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;

const complete = (
  found: Map<string, N8nWorkflow>,
  state: Pick<WorkflowList, 'isComplete' | 'skipped'>,
): N8nResult<WorkflowList> => ({
  status: 'ok',
  value: { workflows: [...found.values()].sort(newestFirst), ...state, readAt: new Date() },
});

/** The order of a page and of its cursor. */
export function newestFirst(a: Pick<N8nWorkflow, 'createdAt' | 'id'>, b: typeof a): number {
  const [at, bt] = [a.createdAt ?? '', b.createdAt ?? ''];
  if (at !== bt) return at > bt ? -1 : 1;
  return a.id > b.id ? -1 : a.id < b.id ? 1 : 0;
}

export async function getWorkflow(
  { call, webhookUrl, deadlineMs }: Asking,
  id: string,
): Promise<N8nResult<N8nWorkflow>> {
  const path = `/workflows/${encodeURIComponent(id)}?excludePinnedData=true`;
  return read(await call('GET', path, { timeoutMs: deadlineMs }), webhookUrl);
}

/** Both are no change when it is so already. They take effect some time after n8n's answer. */
export async function switchWorkflow(
  { call, webhookUrl, deadlineMs }: Asking,
  id: string,
  action: 'activate' | 'deactivate',
): Promise<N8nResult<N8nWorkflow>> {
  const path = `/workflows/${encodeURIComponent(id)}/${action}`;
  return read(await call('POST', path, { timeoutMs: deadlineMs }), webhookUrl);
}

function read(answer: N8nResult<unknown>, webhookUrl: string): N8nResult<N8nWorkflow> {
  if (answer.status !== 'ok') return answer;
  if (!Check(WorkflowShape, answer.value)) return unexpected('Its workflow lacks its id, name or nodes.');
  return { status: 'ok', value: toWorkflow(answer.value, webhookUrl) };
}

function toWorkflow(workflow: WorkflowShape, webhookUrl: string): N8nWorkflow {
  const { id, active, createdAt, updatedAt, activeVersion } = workflow;
  const nodes = active && activeVersion ? activeVersion.nodes : workflow.nodes;
  return {
    id,
    name: shown(workflow.name, 500),
    isActive: active,
    createdAt: time(createdAt),
    updatedAt: time(updatedAt),
    webhooks: webhookNodes({ id, nodes }, webhookUrl),
  };
}

/** As ISO 8601 in UTC; null: n8n does not say. */
export function time(text: string | null | undefined): string | null {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
