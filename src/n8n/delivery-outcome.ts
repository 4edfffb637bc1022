import type { AskN8n, N8nOutcome } from '../execute/n8n-outcome.ts';
import type { N8nApi } from './client.ts';
import type { N8nExecution } from './executions.ts';
import type { N8nFailure, N8nResult } from './result.ts';
import type { N8nWorkflow } from './workflows.ts';

type Api = Pick<N8nApi, 'listWorkflows' | 'findExecution' | 'getExecution'>;

/** Workflows that have a webhook at one URL: one is active, others are its copies and earlier selves. */
const MAX_WORKFLOWS = 3;

/** Asks n8n's public API how the workflow went that a delivery started. */
export const createAskN8n =
  (api: Api): AskN8n =>
  async (sought) => {
    const workflows = await api.listWorkflows();
    if (workflows.status !== 'ok') return unknown(workflows);
    const serving = servingWorkflows(workflows.value.workflows, sought.endpointUrl);
    if (serving.length === 0) return { status: 'unknown', detail: NO_WORKFLOW };
    for (const { id } of serving) {
      const found = await api.findExecution({ ...sought, workflowId: id });
      if (found.status !== 'ok') return unknown(found);
      if (found.value !== null) return outcomeOf(api, found.value, id);
    }
    return sought.n8nExecutionId === null
      ? { status: 'unknown', detail: NOT_FOUND }
      : askKnown(api, sought.n8nExecutionId, serving);
  };

const NO_WORKFLOW =
  "Among the workflows that n8n's public API lists, none has a webhook at the URL of the endpoint.";
const NOT_FOUND =
  'n8n has no execution that this delivery started: it has not ended, or n8n does not keep it ("Save successful production executions" in the settings of the workflow).';

/** One that is running is in no list, but n8n has said which it is: that is no end, and lets it be linked to. */
async function askKnown(api: Api, id: string, serving: N8nWorkflow[]): Promise<N8nOutcome> {
  const found = await api.getExecution(id);
  if (found.status !== 'ok') return { status: 'unknown', detail: NOT_FOUND };
  const { workflowId, status } = found.value;
  const isServing = serving.some((workflow) => workflow.id === workflowId);
  // Whose it is, only its data says, which is looked at when it is listed.
  if (!isServing || ENDED.has(status)) return { status: 'unknown', detail: NOT_FOUND };
  return { status: 'unfinished', n8n: { executionId: id, workflowId }, n8nStatus: status };
}

const ENDED: ReadonlySet<string> = new Set(['success', 'error', 'crashed', 'canceled']);

async function outcomeOf(api: Api, { id, status }: N8nExecution, workflowId: string): Promise<N8nOutcome> {
  const n8n = { executionId: id, workflowId };
  if (status === 'success') return { status: 'succeeded', n8n };
  if (!ENDED.has(status)) return { status: 'unfinished', n8n, n8nStatus: status };
  return { status: 'failed', n8n, n8nStatus: status, error: errorOf(await api.getExecution(id)) };
}

function errorOf(detailed: N8nResult<N8nExecution>): string | null {
  if (detailed.status !== 'ok' || detailed.value.error === null) return null;
  const { message, nodeName } = detailed.value.error;
  return nodeName === null ? message : `${message} (node "${nodeName}")`;
}

/** Active ones first. */
function servingWorkflows(workflows: readonly N8nWorkflow[], endpointUrl: string): N8nWorkflow[] {
  const called = segmentsOf(endpointUrl);
  const serves = ({ productionUrl, pathParameters }: N8nWorkflow['webhooks'][number]) =>
    productionUrl !== null && matches(segmentsOf(productionUrl), called, pathParameters);
  return workflows
    .filter(({ webhooks }) => webhooks.some(serves))
    .sort((a, b) => Number(b.isActive) - Number(a.isActive))
    .slice(0, MAX_WORKFLOWS);
}

/** The host too: a webhook of another n8n may well have the same path. */
function segmentsOf(text: string): string[] {
  const { host, pathname } = new URL(text);
  return [host, ...pathname.split('/').map(decoded)];
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Not encoded in any way that n8n could take apart: then it is what it is.
    return segment;
  }
}

const matches = (written: string[], called: string[], parameters: readonly string[]): boolean =>
  written.length === called.length &&
  written.every(
    (segment, i) =>
      segment === called[i] || (segment.startsWith(':') && parameters.includes(segment.slice(1))),
  );

/** Nothing in it is more than the operator may know: not the key, and nothing that n8n was told. */
function unknown(failure: N8nFailure): N8nOutcome {
  return { status: 'unknown', detail: `n8n's public API could not be asked: ${reasonOf(failure)}.` };
}

function reasonOf(failure: N8nFailure): string {
  switch (failure.status) {
    case 'unreachable':
      return failure.detail;
    case 'timeout':
      return 'it did not answer in time';
    case 'key_refused':
      return 'it does not know the key in N8N_API_KEY';
    case 'forbidden':
      return 'the key in N8N_API_KEY lacks the scopes workflow:list, execution:list or execution:read';
    case 'not_found':
    case 'refused':
      return 'it does not answer as n8n does';
    case 'unexpected':
      return failure.detail.replace(/\.$/, '');
  }
}
