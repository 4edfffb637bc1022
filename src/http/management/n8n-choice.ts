import { type Fault, Problem } from '../../domain/problem.ts';
import type { WebhookNode } from '../../n8n/webhook-nodes.ts';
import type { N8nWorkflow } from '../../n8n/workflows.ts';
import type { N8nRegistration } from '../schemas/n8n.ts';
import { refuseFaults } from './workflow-commands.ts';

/** A webhook node and the URL that deliveries to it go to. */
export interface Chosen {
  node: WebhookNode;
  url: string;
}

/**
 * The webhook node that is meant, with its path filled in.
 * @throws Problem n8n_no_webhook, invalid_configuration
 */
export function chooseNode(workflow: N8nWorkflow, asked: N8nRegistration): Chosen {
  const usable = workflow.webhooks.filter(({ productionUrl }) => productionUrl !== null);
  if (usable.length === 0) throw new Problem('n8n_no_webhook');
  const named = usable.filter(({ nodeName }) => asked.nodeName === undefined || nodeName === asked.nodeName);
  if (named.length === 0) refuseFaults([{ pointer: '/body/nodeName', detail: oneOf(usable) }]);
  const { method } = asked;
  const fitting = named.filter(
    // Methods that only n8n knows may well have it among them.
    ({ methods }) => method === undefined || methods.length === 0 || methods.includes(method),
  );
  if (fitting.length === 0) {
    const taken = [...new Set(named.flatMap(({ methods }) => methods))].join(', ');
    refuseFaults([{ pointer: '/body/method', detail: `must be one that the node takes: ${taken}` }]);
  }
  const [node, another] = fitting;
  if (node === undefined || another !== undefined) {
    throw new Problem('invalid_configuration', {
      errors: [{ pointer: '/body/nodeName', detail: oneOf(fitting) }],
    });
  }
  refuseFaults(parameterFaults(node, asked.pathParameters ?? {}));
  return { node, url: filledUrl(node, asked.pathParameters ?? {}) };
}

const oneOf = (nodes: WebhookNode[]): string =>
  `must name one of the webhook nodes: ${nodes.map(({ nodeName }) => `"${nodeName}"`).join(', ')}`.slice(
    0,
    1_000,
  );

function parameterFaults({ pathParameters }: WebhookNode, given: Record<string, string>): Fault[] {
  const at = (name: string) => `/body/pathParameters/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return [
    ...pathParameters
      .filter((name) => !Object.hasOwn(given, name))
      .map((name) => ({ pointer: at(name), detail: `is needed: the path of the node has :${name} in it` })),
    ...Object.entries(given).flatMap(([name, value]) => {
      if (!pathParameters.includes(name)) {
        return [{ pointer: at(name), detail: 'is no parameter of the path of the node' }];
      }
      // n8n decodes a path before it takes it apart, and a URL with "." as a segment is another URL.
      return value.includes('/') || /^\.{1,2}$/.test(value)
        ? [{ pointer: at(name), detail: 'must be one segment of a path' }]
        : [];
    }),
  ];
}

function filledUrl({ productionUrl, pathParameters }: WebhookNode, given: Record<string, string>): string {
  const byWritten = new Map(pathParameters.map((name) => [encodeURI(`:${name}`), given[name] ?? '']));
  const filled = (productionUrl ?? '').split('/').map((segment) => {
    const value = byWritten.get(segment);
    return value === undefined ? segment : encodeURIComponent(value);
  });
  return filled.join('/');
}

/**
 * What is missing for n8n to let a delivery in. n8n does not tell what a credential holds, so only its kind can be
 * checked. `asked`: the names of the headers that a new endpoint would have; an endpoint that is there already has its own.
 */
export function credentialFaults(
  { authentication }: WebhookNode,
  asked: readonly string[],
  reused: { id: string; headerNames: readonly string[] } | null,
): Fault[] {
  const needed = credentialNeeded(authentication, reused?.headerNames ?? asked);
  if (needed === null) return [];
  if (reused === null) return [{ pointer: '/body/endpoint/headers', detail: `must have ${needed}` }];
  const path = `/api/webhook-endpoints/${reused.id}`;
  const detail = `leads to an endpoint that is there already, whose headers must have ${needed}: PATCH ${path} changes them`;
  return [{ pointer: '/body', detail }];
}

/** null: nothing is missing, or nobody can tell. */
function credentialNeeded(
  authentication: WebhookNode['authentication'],
  present: readonly string[],
): string | null {
  const authorized = present.some((name) => name.toLowerCase() === 'authorization');
  switch (authentication) {
    case 'headerAuth':
      return present.length > 0 ? null : 'the header of the Header Auth credential that the node asks for';
    case 'basicAuth':
      return authorized
        ? null
        : '"authorization" with "Basic " and base64 of user:password: the node asks for Basic Auth';
    case 'jwtAuth':
      return authorized ? null : '"authorization" with "Bearer " and a JWT: the node asks for JWT Auth';
    default:
      return null;
  }
}

/** What may keep deliveries to the node from arriving, although all can be stored. */
export function warningsAbout({ node }: Chosen, workflow: N8nWorkflow): string[] {
  const { methods, authentication } = node;
  return [
    ...(workflow.isActive
      ? []
      : ['The workflow is not active in n8n: deliveries get a 404, and are retried, until it is.']),
    ...(methods.length === 0 || methods.includes('POST')
      ? []
      : [
          `The node takes ${methods.join(', ')} and not POST: deliveries have the method of the webhook that was received, and POST when there was none or the whole request goes as an envelope.`,
        ]),
    ...(authentication === 'jwtAuth'
      ? ['The node asks for JWT Auth: when the token that is sent expires, n8n refuses deliveries.']
      : []),
    ...(authentication === 'other'
      ? ['The node asks for a credential that Hookgate does not know: deliveries may be refused.']
      : []),
  ];
}
