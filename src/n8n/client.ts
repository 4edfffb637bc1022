import { allowedHostOf } from '../dispatch/address-guard.ts';
import { createClient } from '../dispatch/client.ts';
import { createCached } from './cache.ts';
import { createCall } from './call.ts';
import { getExecution, hasQueuedExecutions, type N8nExecution, retryExecution } from './executions.ts';
import { createFindExecution, type FindExecution } from './find-execution.ts';
import type { N8nResult } from './result.ts';
import {
  getWorkflow,
  listWorkflows,
  type N8nWorkflow,
  switchWorkflow,
  type WorkflowList,
} from './workflows.ts';

/** What n8n's public API is used for. Failures, whoever causes them, are results. */
export interface N8nApi {
  /** All of them, at most five seconds old. */
  listWorkflows(): Promise<N8nResult<WorkflowList>>;
  /** As it is now. */
  getWorkflow(id: string): Promise<N8nResult<N8nWorkflow>>;
  switchWorkflow(id: string, action: 'activate' | 'deactivate'): Promise<N8nResult<N8nWorkflow>>;
  getExecution(id: string): Promise<N8nResult<N8nExecution>>;
  /** The execution that a delivery started. */
  findExecution: FindExecution;
  /** Whether executions wait in n8n for others to end; at most a second old. */
  hasQueuedExecutions(): Promise<N8nResult<boolean>>;
  /** Ends when the retry has ended in n8n. */
  retryExecution(id: string): Promise<N8nResult<N8nExecution>>;
  /** Ends all connections; calls under way end as unreachable. */
  close(): Promise<void>;
}

export interface N8nApiOptions {
  /** Both without a slash at the end. */
  baseUrl: string;
  webhookUrl: string;
  /** A secret: it goes to `baseUrl` and nowhere else. */
  apiKey: string;
  /** Milliseconds for one call, and for all pages of a list together. Default 10 s. */
  deadlineMs?: number;
  /** For a retry, which n8n answers when it has ended. Default 60 s. */
  retryDeadlineMs?: number;
}

const DEADLINE_MS = 10_000;
const RETRY_DEADLINE_MS = 60_000;

/** A workflow comes with all its nodes, and a list with a hundred workflows. */
const MAX_ANSWER_BYTES = 8 * 1_048_576;
const LIST_MAX_AGE_MS = 5_000;
const QUEUED_MAX_AGE_MS = 1_000;
/** Somebody's attempt waits for it to be named. */
const QUEUED_DEADLINE_MS = 3_000;
/** n8n works while we wait: a burst of callers must not become a burst in n8n. */
const CONNECTIONS = 16;

export function createN8nApi(options: N8nApiOptions): N8nApi {
  const { baseUrl, webhookUrl, apiKey } = options;
  // A client of its own: deliveries read far less of an answer, and go to addresses that this key must not.
  const client = createClient({
    allowCidrs: [],
    allowHosts: [allowedHostOf(baseUrl)],
    maxResponseBytes: MAX_ANSWER_BYTES,
    connectionsPerOrigin: CONNECTIONS,
  });
  const call = createCall({ client, baseUrl, apiKey });
  const asking = { call, webhookUrl, deadlineMs: options.deadlineMs ?? DEADLINE_MS };
  const retrying = { call, deadlineMs: options.retryDeadlineMs ?? RETRY_DEADLINE_MS };
  const list = createCached({
    load: () => listWorkflows(asking),
    isWorthKeeping: ({ status }) => status === 'ok',
    maxAgeMs: LIST_MAX_AGE_MS,
  });
  const queued = createCached({
    load: () => hasQueuedExecutions({ call, deadlineMs: QUEUED_DEADLINE_MS }),
    isWorthKeeping: () => true,
    maxAgeMs: QUEUED_MAX_AGE_MS,
  });
  return {
    listWorkflows: () => list.get(),
    getWorkflow: (id) => getWorkflow(asking, id),
    switchWorkflow: async (id, action) => {
      const switched = await switchWorkflow(asking, id, action);
      // Whatever came of it: it may have been done although no answer arrived.
      list.invalidate();
      return switched;
    },
    getExecution: (id) => getExecution(asking, id),
    findExecution: createFindExecution(asking),
    hasQueuedExecutions: () => queued.get(),
    retryExecution: (id) => retryExecution(retrying, id),
    close: () => client.close(),
  };
}
