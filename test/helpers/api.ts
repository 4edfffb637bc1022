import { Agent, request } from 'undici';
import type { Execution, ExecutionSummary } from '../../src/http/schemas/executions.ts';
import type { WebhookLog, WebhookLogSummary } from '../../src/http/schemas/webhook-logs.ts';
import type { WebhookChanges, WebhookSettings } from '../../src/http/schemas/webhook-settings.ts';
import type { Workflow, WorkflowChanges, WorkflowInput } from '../../src/http/schemas/workflows.ts';
import { checkStored } from './conformance.ts';
import type { Test } from './tap.ts';

export interface ApiAnswer<T = unknown> {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: T;
}

export interface CallOptions {
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  body?: string | Buffer;
  headers?: Record<string, string>;
  /** Of the query string; undefined ones are left out. */
  query?: Record<string, string | number | boolean | undefined>;
}

/** A client of the service, with the admin key. */
export interface Api {
  /** Any call, answered with whatever came back. */
  call<T = unknown>(method: string, path: string, options?: CallOptions): Promise<ApiAnswer<T>>;
  /** A call without the key, as a sender makes it: to `/api/webhooks/:id`. */
  send<T = WebhookAnswer>(workflowId: string, options?: CallOptions): Promise<ApiAnswer<T>>;
  // These reject when the answer is no success.
  createWorkflow(input?: Partial<WorkflowInput>): Promise<Workflow>;
  changeWorkflow(id: string, changes: WorkflowChanges): Promise<Workflow>;
  changeWebhook(id: string, changes: WebhookChanges): Promise<WebhookSettings>;
  execution(id: string): Promise<Execution>;
  log(id: string): Promise<WebhookLog>;
  /** All pages, newest first. */
  executions(query?: CallOptions['query']): Promise<ExecutionSummary[]>;
  logs(query?: CallOptions['query']): Promise<WebhookLogSummary[]>;
}

export interface WebhookAnswer {
  success?: true;
  executionId?: string;
  logId?: string;
  duplicate?: boolean;
  /** Of a problem. */
  code?: string;
  requestId?: string;
}

type Page<T> = { data: T[]; nextCursor: string | null };

/**
 * A client of a running service. The service is asked for its address at every call, so a restart does not
 * matter. Connections are closed when the test ends.
 */
export function createApi(t: Test, service: { readonly url: string; readonly adminKey: string }): Api {
  const agent = new Agent({ keepAliveTimeout: 1_000 });
  t.teardown(() => agent.destroy());

  const raw = async <T>(method: string, path: string, options: CallOptions = {}): Promise<ApiAnswer<T>> => {
    const { json, query = {}, headers = {} } = options;
    const url = new URL(path, service.url);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const body = json === undefined ? options.body : JSON.stringify(json);
    const response = await request(url, {
      method: method as 'GET',
      dispatcher: agent,
      headers: { ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await response.body.text();
    const { statusCode: status, headers: sent } = response;
    const seen = { method, url: url.pathname + url.search, status, headers: sent, body: text };
    const fault = checkStored(seen);
    if (fault !== null) t.fail(fault);
    const isJson = /json/.test(String(response.headers['content-type'] ?? ''));
    return {
      status: response.statusCode,
      headers: response.headers,
      body: (isJson && text !== '' ? JSON.parse(text) : text) as T,
    };
  };
  const call: Api['call'] = (method, path, options = {}) =>
    raw(method, path, {
      ...options,
      headers: { authorization: `Bearer ${service.adminKey}`, ...options.headers },
    });
  const must = async <T>(method: string, path: string, options?: CallOptions): Promise<T> => {
    const answer = await call<T>(method, path, options);
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  };
  const all = async <T>(path: string, query: CallOptions['query']): Promise<T[]> => {
    const found: T[] = [];
    let cursor: string | undefined;
    do {
      const page = await must<Page<T>>('GET', path, { query: { limit: 200, ...query, cursor } });
      found.push(...page.data);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return found;
  };
  return {
    call,
    send: (workflowId, options = {}) =>
      raw(
        'POST',
        `/api/webhooks/${workflowId}`,
        options.body === undefined ? { json: {}, ...options } : options,
      ),
    createWorkflow: (input = {}) =>
      must('POST', '/api/workflows', { json: { name: 'test', webhook: { authType: 'none' }, ...input } }),
    changeWorkflow: (id, json) => must('PATCH', `/api/workflows/${id}`, { json }),
    changeWebhook: (id, json) => must('PATCH', `/api/workflows/${id}/webhook`, { json }),
    execution: (id) => must('GET', `/api/executions/${id}`),
    log: (id) => must('GET', `/api/webhook-logs/${id}`),
    executions: (query) => all('/api/executions', query),
    logs: (query) => all('/api/webhook-logs', query),
  };
}
