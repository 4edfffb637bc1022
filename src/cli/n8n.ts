import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { N8nRegistered, N8nWorkflow } from '../http/schemas/n8n.ts';
import { connect } from './client.ts';
import { readObject } from './input.ts';
import { cell, say, writeFields, writeJson, writeTable, writeText } from './output.ts';
import { id, integer, type Program } from './program.ts';

/** `hookgate n8n …`: what is in n8n, and how it comes to be delivered to. */
export function addN8n(program: Program): void {
  const n8n = program.command('n8n').description('the workflows in n8n');
  addRegister(n8n);
  n8n
    .command('list')
    .description('show the workflows in n8n with their webhooks, newest first')
    .option('--search <text>', 'those with this in their name')
    .option('--limit <n>', 'how many at the most', integer(1, 100_000), 1_000)
    .action(async ({ search, limit }, command) => {
      const { json, ...options } = command.optsWithGlobals();
      const client = await connect(options);
      const { items, more } = await client.list<N8nWorkflow>('/api/n8n/workflows', { name: search }, limit);
      if (json) writeJson(items);
      else if (items.length > 0) writeTable(HEAD, items.flatMap(rows));
      else say('There are no workflows in n8n.');
      if (more) say(`There are more than ${limit}: see --limit.`);
    });
}

function addRegister(n8n: ReturnType<Program['command']>): void {
  n8n
    .command('register')
    .description('deliver to a webhook of a workflow in n8n; generated secrets are shown this once')
    .argument('<id>', 'of the workflow in n8n: see n8n list', n8nId)
    .option('--node <name>', 'which webhook node, when there are several')
    .option('--workflow <id>', 'a workflow of Hookgate that delivers there too, instead of a new one', id)
    .option('--inactive', 'also when it is not active in n8n')
    .addOption(
      new Option(
        '--data <json|@file|->',
        'everything else the API takes, as JSON, such as the headers of a credential',
      ),
    )
    .action(async (n8nWorkflowId, { data, node, workflow: workflowId, inactive }, command) => {
      const { json, ...options } = command.optsWithGlobals();
      const body = {
        ...(data === undefined ? {} : await readObject(data)),
        ...(node !== undefined && { nodeName: node }),
        ...(workflowId !== undefined && { workflowId }),
        ...(inactive && { allowInactive: true }),
      };
      const client = await connect(options);
      const path = `/api/n8n/workflows/${n8nWorkflowId}/register`;
      const registered = await client.call<N8nRegistered>('POST', path, { json: body });
      for (const warning of registered.warnings) say(`Warning: ${warning}`);
      if (json) writeJson(registered);
      else tell(registered);
    });
}

function tell({ workflow, endpointId, webhook }: N8nRegistered): void {
  const { secret, curl } = workflow.webhook;
  const endpoint = workflow.triggers
    .map((trigger) => trigger.endpoint)
    .find((each) => each.id === endpointId);
  writeFields({
    workflow: workflow.id,
    name: workflow.name,
    url: workflow.webhook.url,
    auth: workflow.webhook.authType,
    ...(secret !== undefined && { secret }),
    endpoint: endpointId,
    ...(endpoint?.secret !== undefined && { 'endpoint secret': endpoint.secret }),
    'delivers to': endpoint?.url ?? webhook.productionUrl,
  });
  if (workflow.webhook.enabled && curl !== '') writeText(`\n${curl}`);
  if (secret !== undefined || endpoint?.secret !== undefined) {
    say('\nThe secrets are shown this once: keep them where they are safe.');
  }
}

/** An id of n8n's, which becomes part of a path. */
function n8nId(value: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(value)) return value;
  throw new InvalidArgumentError('Must be an id that n8n has given, such as ihoqPgiow13Smf7v.');
}

const HEAD = ['ID', 'NAME', 'STATE', 'NODE', 'METHODS', 'AUTH', 'URL'];

/** One line a webhook; a workflow without any has one too. */
function rows({ id: workflowId, name, isActive, webhooks }: N8nWorkflow): string[][] {
  const head = [cell(workflowId), cell(name, 40), isActive ? 'active' : 'inactive'];
  if (webhooks.length === 0) return [[...head, '-', '-', '-', '-']];
  return webhooks.map(({ nodeName, methods, authentication, productionUrl }) => [
    ...head,
    cell(nodeName, 30),
    cell(methods.join(' ')),
    cell(authentication),
    cell(productionUrl, 200),
  ]);
}
