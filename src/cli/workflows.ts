import { Option } from '@commander-js/extra-typings';
import type { Workflow } from '../http/schemas/workflows.ts';
import { connect } from './client.ts';
import { UsageError } from './errors.ts';
import { readObject } from './input.ts';
import { cell, say, writeFields, writeJson, writeTable, writeText } from './output.ts';
import { collect, integer, type Program } from './program.ts';

/** `hookgate workflows …`: what is executed. */
export function addWorkflows(program: Program): void {
  const workflows = program.command('workflows').description('workflows and their webhooks');
  addCreate(workflows);
  workflows
    .command('list')
    .description('show the workflows, newest first')
    .option('--search <text>', 'those with this in their name')
    .option('--limit <n>', 'how many at the most', integer(1, 100_000), 1_000)
    .action(async ({ search, limit }, command) => {
      const { json, ...options } = command.optsWithGlobals();
      const client = await connect(options);
      const { items, more } = await client.list<Workflow>('/api/workflows', { name: search }, limit);
      if (json) writeJson(items);
      else if (items.length > 0) writeTable(HEAD, items.map(row));
      else say('There are no workflows.');
      if (more) say(`There are more than ${limit}: see --limit.`);
    });
}

function addCreate(workflows: ReturnType<Program['command']>): void {
  workflows
    .command('create')
    .description('make a workflow with its webhook; a generated secret is shown this once')
    .option('--name <name>', 'must be new')
    .option('--description <text>')
    .addOption(
      new Option('--auth <type>', 'how senders prove who they are (default: hmac)').choices([
        'none',
        'api_key',
        'bearer_token',
        'hmac',
      ]),
    )
    .option('--endpoint <url>', 'where to deliver (needs n8n:write); may be given several times', collect)
    .option('--inactive', 'accepts nothing until it is activated')
    .option('--data <json|@file|->', 'everything else the API takes, as JSON; the other options go before it')
    .action(async ({ data, ...given }, command) => {
      const { json, ...options } = command.optsWithGlobals();
      const body = withOptions(data === undefined ? {} : await readObject(data), given);
      const client = await connect(options);
      const workflow = await client.call<Workflow>('POST', '/api/workflows', { json: body });
      if (json) return writeJson(workflow);
      const { webhook } = workflow;
      writeFields({
        id: workflow.id,
        name: workflow.name,
        url: webhook.url,
        auth: webhook.authType,
        ...(webhook.secret !== undefined && { secret: webhook.secret }),
        endpoints: endpoints(workflow),
      });
      if (webhook.curl !== '') writeText(`\n${webhook.curl}`);
      if (webhook.secret !== undefined) say('\nThe secret is shown this once: keep it where it is safe.');
    });
}

interface CreateOptions {
  name?: string | undefined;
  description?: string | undefined;
  auth?: string | undefined;
  endpoint?: string[] | undefined;
  inactive?: true | undefined;
}

function withOptions(body: Record<string, unknown>, given: CreateOptions): Record<string, unknown> {
  const { name = body.name, description, auth, endpoint, inactive } = given;
  if (name === undefined) throw new UsageError('A workflow needs a name: --name, or "name" in --data.');
  return {
    ...body,
    name,
    ...(description !== undefined && { description }),
    // Without it there would be none.
    webhook: { ...(body.webhook as object | undefined), ...(auth !== undefined && { authType: auth }) },
    ...(endpoint !== undefined && { triggers: endpoint.map((url) => ({ endpoint: { url } })) }),
    ...(inactive && { isActive: false }),
  };
}

const HEAD = ['ID', 'NAME', 'STATE', 'WEBHOOK', 'AUTH', 'ENDPOINTS'];

const row = (workflow: Workflow): string[] => [
  cell(workflow.id),
  cell(workflow.name, 40),
  workflow.isActive ? 'active' : 'inactive',
  workflow.webhook.enabled ? 'on' : 'off',
  cell(workflow.webhook.authType),
  cell(endpoints(workflow), 80),
];

const endpoints = ({ triggers }: Workflow): string => triggers.map(({ endpoint }) => endpoint.url).join(' ');
