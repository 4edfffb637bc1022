import type { ApiKey } from '../../src/http/schemas/api-keys.ts';
import type { Usage } from '../../src/http/schemas/usage.ts';
import type { Workflow } from '../../src/http/schemas/workflows.ts';
import { startJourney } from '../helpers/journey.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';
import { createCli } from './run.ts';

t.setTimeout(280_000);

const journey = await startJourney(t);
const receiver = await startReceiver(t);
const cli = await createCli(t, { HOOKGATE_URL: journey.url, HOOKGATE_API_KEY: journey.adminKey });

t.test('workflows', async (t) => {
  const [orders, none] = await Promise.all([
    cli.json<Workflow>(['workflows', 'create', '--name', 'Orders', '--endpoint', receiver.url]),
    cli.run(
      ['workflows', 'create', '--data', '-', '--auth', 'none', '--inactive'],
      { HOOKGATE_API_KEY: '', ADMIN_API_KEY: journey.adminKey },
      '{"name":"Plain \\u001b[31m","description":"from a pipe"}',
    ),
  ]);
  t.match(orders, {
    name: 'Orders',
    isActive: true,
    webhook: { authType: 'hmac', secret: String },
    triggers: [{ endpoint: { url: receiver.url } }],
  });
  t.equal(none.code, 0, none.stderr);
  t.match(none.stdout, /^name +Plain \\u001b\[31m$/m, 'what could drive a terminal is escaped');
  t.match(none.stdout, /^curl -X POST /m, 'the command that calls it');
  t.equal(none.stderr, '');

  const [json, table, found, nothing] = await Promise.all([
    cli.json<Workflow[]>(['workflows', 'list']),
    cli.run(['--url', `${journey.url}/`, 'workflows', 'list', '--limit', '1'], {
      HOOKGATE_URL: 'http://127.0.0.1:1',
    }),
    cli.json<Workflow[]>(['workflows', 'list', '--search', 'rder']),
    cli.run(['workflows', 'list', '--search', 'nobody']),
  ]);
  t.same(json.map(({ name }) => name).sort(), ['Orders', 'Plain \u001b[31m']);
  const [head = '', row = '', ...rest] = table.stdout.split('\n');
  t.match(head, /^ID +NAME +STATE +WEBHOOK +AUTH +ENDPOINTS$/);
  t.match(row, /^[0-9a-f-]{36} {2}(Orders|Plain \\u001b\[31m)/);
  t.same(rest, [''], 'no more rows than asked for');
  t.equal(table.stderr, 'There are more than 1: see --limit.\n');
  t.same(
    found.map(({ id }) => id),
    [orders.id],
  );
  t.same(nothing, { code: 0, stdout: '', stderr: 'There are no workflows.\n' });
});

t.test('keys', async (t) => {
  const [created, told, denied] = await Promise.all([
    cli.json<ApiKey & { key: string }>([
      'keys',
      'create',
      '--name',
      'reader',
      '--scope',
      'workflows:read',
      'logs:read',
      '--expires',
      '12h',
    ]),
    cli.run(['keys', 'create', '--name', 'told', '--scope', 'admin']),
    cli.run(['keys', 'create', '--name', 'late', '--scope', 'admin', '--expires', '2001-01-01']),
  ]);
  t.same(created.scopes, ['workflows:read', 'logs:read']);
  const left = Date.parse(String(created.expiresAt)) - Date.now();
  t.ok(left > 11 * 3_600_000 && left <= 12 * 3_600_000, 'twelve hours from now');
  const [, key = ''] = /^key +(hg_\w+)$/m.exec(told.stdout) ?? [];
  t.not(key, '', 'the key itself');
  t.match(told.stderr, /shown this once/);
  t.equal(denied.code, 1);
  t.match(
    denied.stderr,
    /^hookgate: Validation failed: .*\/body\/expiresAt must be in the future.*\[validation_failed, request \S+\]\n$/,
  );

  const reader = { HOOKGATE_API_KEY: created.key };
  const [list, table, mayNot, elsewhere] = await Promise.all([
    cli.json<ApiKey[]>(['keys', 'list']),
    cli.run(['keys', 'list']),
    cli.run(['keys', 'list'], reader),
    cli.run(['workflows', 'list', '--organization', '00000000-0000-7000-8000-00000000dead'], reader),
  ]);
  t.same(list.map(({ name }) => name).sort(), ['reader', 'told']);
  t.match(table.stdout, new RegExp(`^${created.id} +reader +${created.prefix}… .* works$`, 'm'));
  t.notMatch(table.stdout, created.key);
  t.equal(mayNot.code, 1);
  t.match(mayNot.stderr, /^hookgate: Insufficient scope: .* \[insufficient_scope, request \S+\]\n$/);
  t.match(elsewhere.stderr, /\[organization_not_found, /, 'the option is sent');

  const revoked = await cli.json<ApiKey>(['keys', 'revoke', created.id]);
  t.type(revoked.revokedAt, 'string');
  const [refused, unknown] = await Promise.all([
    cli.run(['workflows', 'list', '--json'], reader),
    cli.run(['keys', 'revoke', '01a200fe-bb32-70a8-8ea0-189e8bf9c223']),
  ]);
  t.same({ code: refused.code, stdout: refused.stdout }, { code: 1, stdout: '' });
  t.match(refused.stderr, /^hookgate: Unauthorized: .* \[unauthorized, request \S+\]\n$/);
  t.match(unknown.stderr, /^hookgate: API key not found: .* \[api_key_not_found, /);
  const shown = cli.written.filter((text) => text.includes(created.key) || text.includes(key));
  t.equal(shown.length, 2, 'each key where it was created, and nowhere else');
});

t.test('no secret that went in came out', (t) => {
  t.ok(cli.written.length > 20);
  t.same(
    cli.written.filter((text) => text.includes(journey.adminKey)),
    [],
  );
  t.end();
});

t.test('usage', async (t) => {
  const [data, table] = await Promise.all([cli.json<Usage['data']>(['usage']), cli.run(['usage'])]);
  t.ok(data.length > 0);
  t.match(table.stdout, /^BUDGET +ORGANIZATION +USED +LIMIT +UNIT +REFUSED +SETTING$/m);
  for (const { setting } of data) t.ok(table.stdout.includes(setting), setting);
});
