import { Check } from 'typebox/value';
import { shown } from './call.ts';
import { NodeShape } from './shapes.ts';

export const WEBHOOK_AUTHENTICATIONS = ['none', 'basicAuth', 'headerAuth', 'jwtAuth', 'other'] as const;
export type WebhookAuthentication = (typeof WEBHOOK_AUTHENTICATIONS)[number];

/** One place where an n8n workflow takes webhooks. */
export interface WebhookNode {
  nodeName: string;
  /** As the node has it. */
  path: string;
  /** What has to be filled in for `:name` in the URL. */
  pathParameters: string[];
  /** Empty: the node computes it, and only n8n knows. */
  methods: string[];
  /** `other`: one that this service does not know. */
  authentication: WebhookAuthentication;
  /** `onReceived`, `lastNode`, `responseNode`, …: when n8n answers. */
  responseMode: string;
  /** Null: the node computes its path, or has one that no URL can name. */
  productionUrl: string | null;
}

const WEBHOOK_TYPE = 'n8n-nodes-base.webhook';

/**
 * The webhook nodes among a workflow's nodes, those that are switched off left out. `webhookUrl` is where n8n
 * serves production webhooks, without a slash at its end.
 */
export function webhookNodes(
  { id, nodes }: { id: string; nodes: readonly unknown[] },
  webhookUrl: string,
): WebhookNode[] {
  return nodes
    .filter((node): node is NodeShape => Check(NodeShape, node))
    .filter(({ type, disabled }) => type === WEBHOOK_TYPE && disabled !== true)
    .map((node) => toWebhookNode(id, node, webhookUrl));
}

function toWebhookNode(workflowId: string, node: NodeShape, webhookUrl: string): WebhookNode {
  const { parameters = {} } = node;
  const written = textOf(parameters.path, '');
  const path = fullPath(workflowId, node, written);
  return {
    nodeName: shown(node.name, 500),
    path: shown(written, 500),
    pathParameters: [...new Set(path.split('/').filter(isParameter))].map((segment) => segment.slice(1)),
    methods: methodsOf(parameters),
    authentication: authenticationOf(parameters.authentication),
    responseMode: shown(textOf(parameters.responseMode, 'onReceived'), 100),
    productionUrl: isExpression(written) ? null : urlOf(webhookUrl, path),
  };
}

const isParameter = (segment: string): boolean => /^:./.test(segment);

/** Values that begin so are computed by n8n when it runs. */
const isExpression = (value: string): boolean => value.startsWith('=');

const textOf = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

/** What n8n listens on: see getNodeWebhookPath and WebhookService of n8n. */
function fullPath(workflowId: string, { name, webhookId }: NodeShape, written: string): string {
  const path = written.trim().replace(/^\//, '').replace(/\/$/, '');
  if (webhookId === undefined) return `${workflowId}/${name.toLowerCase()}/${path}`.replace(/\/$/, '');
  // With parameters in it a path is not unique by itself: n8n puts the node's id in front.
  const isDynamic = path.startsWith(':') || path.includes('/:');
  return isDynamic ? `${webhookId}/${path}` : path || webhookId;
}

function urlOf(webhookUrl: string, path: string): string | null {
  // Half of a surrogate pair has no UTF-8, and "." and ".." as segments would be taken out of a URL.
  if (/\p{Cs}/u.test(path) || path.split('/').some((segment) => /^\.{1,2}$/.test(segment))) return null;
  return `${webhookUrl}/${encodeURI(path).replace(/[?#]/g, encodeURIComponent)}`;
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']);

/** n8n leaves out what a parameter is by default. */
function methodsOf({ httpMethod, multipleMethods }: Record<string, unknown>): string[] {
  const several = multipleMethods === true;
  const written = httpMethod ?? (several ? ['GET', 'POST'] : 'GET');
  const methods = (Array.isArray(written) ? written : [written]).map((method) =>
    String(method).toUpperCase(),
  );
  return [...new Set(methods)].filter((method) => METHODS.has(method));
}

function authenticationOf(value: unknown): WebhookAuthentication {
  const written = textOf(value, 'none');
  return WEBHOOK_AUTHENTICATIONS.find((known) => known === written) ?? 'other';
}
