import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from '../helpers/tap.ts';

/** A workflow as n8n's public API tells it: trimmed, what is not looked at is left out here and there. */
export interface StoredWorkflow {
  id: string;
  name: string;
  active: boolean;
  isArchived?: boolean;
  createdAt?: string;
  updatedAt?: string;
  nodes: unknown[];
  activeVersion?: { nodes: unknown[] } | null;
}

export interface StoredExecution {
  id: string;
  workflowId: string;
  status: string;
  /** Kept apart: told with `includeData=true` only. */
  error?: { message: string; node?: { name: string } };
  startedAt?: string;
  /** What its webhook node was called with. */
  headers?: IncomingMessage['headers'];
  retry?: { status: string };
}

/** One request as it came. */
export interface Asked {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
}

type Script = (asked: Asked, response: ServerResponse) => boolean | undefined;

export const API_KEY = 'eyJhbGciOi.a-key-of-the-public-api.c2VjcmV0';

/** A real HTTP server that answers as the public API of n8n 2.41 does, and 404 for everything else. */
export interface StandIn {
  url: string;
  asked: Asked[];
  workflows: StoredWorkflow[];
  executions: StoredExecution[];
  /** How to answer from now on, before anything else is looked at; it returns whether it did. null: as n8n. */
  script(script: Script | null): void;
}

export const webhook = (name: string, parameters: object, more: object = {}): object => ({
  id: `id-${name}`,
  name,
  type: 'n8n-nodes-base.webhook',
  typeVersion: 2.1,
  position: [0, 0],
  webhookId: `86ea06db-042c-4cbf-8e38-${Buffer.from(name.padEnd(6)).toString('hex').slice(0, 12)}`,
  parameters: { options: {}, ...parameters },
  ...more,
});

export const SET_NODE = {
  id: 'f0e1',
  name: 'Set',
  type: 'n8n-nodes-base.set',
  typeVersion: 3.4,
  position: [220, 0],
  parameters: { mode: 'raw', jsonOutput: '={{ $json }}', options: {} },
};

let made = 0;

/** As n8n tells a workflow: the nodes of the version that runs stand there twice. */
export function n8nWorkflow(
  name: string,
  nodes: unknown[],
  more: Partial<StoredWorkflow> = {},
): StoredWorkflow {
  const at = new Date(Date.UTC(2026, 10, 22, 8, 0, made++)).toISOString();
  const active = more.active ?? true;
  return {
    id: `wf${String(made).padStart(14, '0')}`,
    name,
    active,
    isArchived: false,
    createdAt: at,
    updatedAt: at,
    nodes: [...nodes, SET_NODE],
    activeVersion: active ? { nodes: [...nodes, SET_NODE] } : null,
    ...more,
  };
}

export async function startStandIn(t: Test): Promise<StandIn> {
  const state = {
    asked: [] as Asked[],
    workflows: [] as StoredWorkflow[],
    executions: [] as StoredExecution[],
  };
  let script: Script | null = null;
  const server = createServer((request, response) => {
    const asked = { method: request.method ?? '', url: request.url ?? '', headers: request.headers };
    state.asked.push(asked);
    request.resume();
    if (script?.(asked, response)) return;
    answer(state, asked, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return {
    ...state,
    url: `http://127.0.0.1:${port}`,
    script: (next) => {
      script = next;
    },
  };
}

type State = Pick<StandIn, 'workflows' | 'executions'>;

export function json(response: ServerResponse, status: number, body: unknown): ServerResponse {
  return response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    .end(JSON.stringify(body));
}

function answer(state: State, { method, url, headers }: Asked, response: ServerResponse): ServerResponse {
  const { pathname, searchParams } = new URL(url, 'http://n8n');
  const [, api, version, family, id, action] = pathname.split('/');
  // What is no API is the editor: n8n answers its page to any path.
  if (api !== 'api' || version !== 'v1') return html(response);
  if (headers['x-n8n-api-key'] !== API_KEY) {
    // As n8n does it: JSON that does not call itself so.
    return response.writeHead(401).end('{"message":"Unauthorized"}');
  }
  if (family === 'workflows' && id === undefined) return list(state, searchParams, response);
  if (family === 'workflows') return workflow(state, { method, id: id ?? '', action }, response);
  if (family === 'executions' && id === undefined) return executionList(state, searchParams, response);
  if (family === 'executions') return execution(state, { id: id ?? '', action, searchParams }, response);
  return json(response, 404, { message: 'not found' });
}

function html(response: ServerResponse): ServerResponse {
  return response
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    .end('<!DOCTYPE html><html lang="en"><title>n8n.io - Workflow Automation</title></html>');
}

function list({ workflows }: State, query: URLSearchParams, response: ServerResponse): ServerResponse {
  const cursor = query.get('cursor');
  const position = cursor === null ? null : decode(cursor);
  if (position === undefined) return json(response, 400, { message: 'An invalid cursor was provided' });
  const { limit, offset } = position ?? { limit: Number(query.get('limit') ?? 100), offset: 0 };
  const next = offset + limit < workflows.length ? { limit, offset: offset + limit } : null;
  return json(response, 200, {
    data: workflows.slice(offset, offset + limit),
    nextCursor: next === null ? null : Buffer.from(JSON.stringify(next)).toString('base64'),
  });
}

/** Newest first; those that are running are in no list, unless they are asked for. */
function executionList(
  { executions }: State,
  query: URLSearchParams,
  response: ServerResponse,
): ServerResponse {
  const status = query.get('status');
  const limit = Number(query.get('limit') ?? 100);
  const offset = Number(query.get('cursor') ?? 0);
  const found = executions
    .filter(({ workflowId }) => [null, workflowId].includes(query.get('workflowId')))
    .filter((each) => (status === null ? each.status !== 'running' : each.status === status))
    .sort((a, b) => Number(b.id) - Number(a.id));
  return json(response, 200, {
    data: found.slice(offset, offset + limit).map(told),
    nextCursor: offset + limit < found.length ? String(offset + limit) : null,
  });
}

function decode(cursor: string): { limit: number; offset: number } | undefined {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64').toString()) as { limit: number; offset: number };
  } catch {
    return undefined; // as n8n: what is no cursor is refused
  }
}

function workflow(
  { workflows }: State,
  { method, id, action }: { method: string; id: string; action: string | undefined },
  response: ServerResponse,
): ServerResponse {
  const found = workflows.find((each) => each.id === id);
  if (found === undefined) {
    const message =
      action === undefined
        ? 'Not Found'
        : `You do not have permission to ${action} this workflow. Ask the owner to share it with you.`;
    return json(response, 404, { message });
  }
  if (method === 'POST' && action === 'activate') {
    if (!found.nodes.some((node) => /webhook|trigger/i.test(String((node as { type: string }).type)))) {
      return json(response, 400, {
        message:
          'Workflow cannot be activated because it has no trigger node. At least one trigger, webhook, or polling node is required.',
      });
    }
    found.active = true;
    found.activeVersion = { nodes: found.nodes };
  }
  if (method === 'POST' && action === 'deactivate') {
    found.active = false;
    found.activeVersion = null;
  }
  return json(response, 200, found);
}

function execution(
  { executions }: State,
  { id, action, searchParams }: { id: string; action: string | undefined; searchParams: URLSearchParams },
  response: ServerResponse,
): ServerResponse {
  const found = executions.find((each) => each.id === id);
  if (action === 'retry') return retry(found, id, response);
  if (found === undefined) return json(response, 404, { message: 'Not Found' });
  const withData = searchParams.get('includeData') === 'true';
  return json(response, 200, { ...told(found), ...(withData && { data: dataOf(found) }) });
}

function retry(found: StoredExecution | undefined, id: string, response: ServerResponse): ServerResponse {
  if (found === undefined) {
    return json(response, 404, { message: `The execution with the ID "${id}" does not exist.` });
  }
  if (found.status === 'success') {
    return json(response, 409, { message: 'The execution succeeded, so it cannot be retried.' });
  }
  const status = found.retry?.status ?? 'success';
  const again = { ...found, id: `${id}1`, status };
  return json(response, 200, {
    id: again.id,
    mode: 'retry',
    startedAt: '2026-11-22T08:43:00.730Z',
    workflowId: found.workflowId,
    finished: status === 'success',
    retryOf: id,
    status,
    data: dataOf(status === 'success' ? {} : found),
    workflowData: {},
    storedAt: 'db',
  });
}

const told = ({ id, workflowId, status, startedAt = '2026-11-22T08:42:08.400Z' }: StoredExecution) => ({
  id,
  finished: status === 'success',
  mode: 'webhook',
  retryOf: null,
  retrySuccessId: null,
  status,
  createdAt: '2026-11-22T08:42:08.346Z',
  startedAt,
  stoppedAt: status === 'running' ? null : '2026-11-22T08:42:08.778Z',
  deletedAt: null,
  workflowId,
  waitTill: null,
  storedAt: 'db',
});

const dataOf = ({ error, headers = {} }: Pick<StoredExecution, 'error' | 'headers'>) => ({
  version: 1,
  startData: {},
  resultData: {
    ...(error && { error: { name: 'NodeOperationError', stack: 'at …', ...error } }),
    runData: {
      Webhook: [{ data: { main: [[{ json: { headers, body: { card: 'what went through it' } } }]] } }],
    },
    lastNodeExecuted: 'Stop and Error',
  },
});
