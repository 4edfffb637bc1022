import type { N8nRegistered } from '../../src/http/schemas/n8n.ts';
import { startJourney } from '../helpers/journey.ts';
import t from '../helpers/tap.ts';
import { API_KEY, n8nWorkflow, startStandIn, webhook } from '../n8n/stand-in.ts';
import { createCli } from './run.ts';

t.setTimeout(280_000);

const n8n = await startStandIn(t);
const journey = await startJourney(t, { env: { N8N_BASE_URL: n8n.url, N8N_API_KEY: API_KEY } });
const cli = await createCli(t, { HOOKGATE_URL: journey.url, HOOKGATE_API_KEY: journey.adminKey });

const orders = n8nWorkflow('Orders \u001b[31m', [
  webhook('In', { httpMethod: 'POST', path: 'orders' }),
  webhook('Other', { path: 'other', authentication: 'headerAuth' }),
]);
const draft = n8nWorkflow('Draft', [], { active: false });
n8n.workflows.push(orders, draft);

t.test('list', async (t) => {
  const [json, table, found, nothing] = await Promise.all([
    cli.json<{ id: string }[]>(['n8n', 'list']),
    cli.run(['n8n', 'list']),
    cli.run(['n8n', 'list', '--search', 'draft']),
    cli.run(['n8n', 'list', '--search', 'nobody']),
  ]);
  t.same(
    json.map(({ id }) => id),
    [draft.id, orders.id],
  );
  const lines = table.stdout.trimEnd().split('\n');
  t.match(lines, [
    /^ID +NAME +STATE +NODE +METHODS +AUTH +URL$/,
    new RegExp(`^${draft.id} +Draft +inactive +- +- +- +-$`),
    new RegExp(`^${orders.id} +Orders .* active +In +POST +none +${n8n.url}/webhook/orders$`),
    new RegExp(`^${orders.id} +Orders .* active +Other +GET +headerAuth +${n8n.url}/webhook/other$`),
  ]);
  t.notMatch(table.stdout, '\u001b', 'a name in n8n does not drive the terminal');
  t.equal(found.stdout.trimEnd().split('\n').length, 2);
  t.same(nothing, { code: 0, stdout: '', stderr: 'There are no workflows in n8n.\n' });
});

t.test('register', async (t) => {
  const refused = await cli.run(['n8n', 'register', orders.id]);
  t.equal(refused.code, 1);
  t.match(refused.stderr, /\/body\/nodeName must name one of the webhook nodes: "In", "Other"/);
  const told = await cli.run(['n8n', 'register', orders.id, '--node', 'In']);
  t.equal(told.code, 0, told.stderr);
  t.match(told.stdout, new RegExp(`^delivers to +${n8n.url}/webhook/orders$`, 'm'));
  t.match(told.stdout, /^endpoint secret +whsec_/m);
  t.match(told.stdout, /^curl -X POST /m);
  t.match(told.stderr, /shown this once/);
  const again = await cli.run(['n8n', 'register', orders.id, '--node', 'In']);
  t.equal(again.code, 0);
  t.notMatch(again.stdout, /secret/);

  const data =
    '{"endpoint":{"headers":{"x-token":"a-token-of-the-webhook"}},"workflow":{"webhook":{"authType":"none"}}}';
  const secured = await cli.json<N8nRegistered>([
    'n8n',
    'register',
    orders.id,
    '--node',
    'Other',
    '--data',
    data,
  ]);
  t.match(secured, {
    webhook: { nodeName: 'Other' },
    warnings: [/takes GET/],
    workflow: { webhook: { authType: 'none' } },
  });
  const { id } = secured.workflow;
  const both = await cli.json<N8nRegistered>([
    'n8n',
    'register',
    orders.id,
    '--node',
    'In',
    '--workflow',
    id,
  ]);
  t.equal(both.workflow.triggers.length, 2);

  const [inactive, unknown, wrong] = await Promise.all([
    cli.run(['n8n', 'register', draft.id]),
    cli.run(['n8n', 'register', 'nobody']),
    cli.run(['n8n', 'register', '../keys']),
  ]);
  t.match(inactive, { code: 1, stderr: /\[n8n_workflow_inactive, / });
  t.match(unknown, { code: 1, stderr: /\[n8n_workflow_not_found, / });
  t.match(wrong, { code: 2, stderr: /id that n8n has given/ });
});

t.test('the key of n8n’s API is nowhere to be seen', (t) => {
  const seen = [...cli.written, ...journey.logs.map((line) => JSON.stringify(line))];
  t.ok(seen.length > 10);
  t.same(
    seen.filter((text) => text.includes(API_KEY)),
    [],
  );
  t.end();
});
