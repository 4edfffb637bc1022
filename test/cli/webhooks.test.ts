import { randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Execution } from '../../src/http/schemas/executions.ts';
import type { WebhookLogSummary } from '../../src/http/schemas/webhook-logs.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';
import { createCli } from './run.ts';

t.setTimeout(280_000);

const journey = await startJourney(t);
const { api } = journey;
const receiver = await startReceiver(t);
const cli = await createCli(t, { HOOKGATE_URL: journey.url, HOOKGATE_API_KEY: journey.adminKey });

interface SentJson {
  url: string;
  status: number;
  answer: { executionId: string };
  execution: Execution | null;
}

t.test('send', async (t) => {
  const triggers = [{ endpoint: { url: receiver.url } }];
  const [signed, bearer, custom] = await Promise.all([
    api.createWorkflow({ name: 'signed', webhook: { authType: 'hmac' }, triggers }),
    api.createWorkflow({ name: 'bearer', webhook: { authType: 'bearer_token' } }),
    api.createWorkflow({
      name: 'custom',
      webhook: {
        authType: 'hmac',
        hmac: {
          header: 'X-Signed',
          encoding: 'base64',
          prefix: 'v1 ',
          payload: '{timestamp}.{method}.{url}.{header:host}.{header:x-event}.{body}',
          timestampHeader: 'X-At',
          timestampUnit: 'ms',
        },
      },
    }),
  ]);
  const bytes = randomBytes(100);
  await writeFile(join(cli.folder, 'body.bin'), bytes);
  const secretOf = ({ webhook }: typeof signed) => ({ HOOKGATE_WEBHOOK_SECRET: webhook.secret });
  const [waited, piped, own, tested, wrong, lost] = await Promise.all([
    cli.json<SentJson>(
      ['send', signed.id, '--data', '@body.bin', '--header', 'Content-Type: image/x', '--wait'],
      secretOf(signed),
    ),
    cli.run(['send', bearer.id, '--secret-stdin'], {}, `${bearer.webhook.secret}\n`),
    cli.run(['send', custom.id, '--direct', '--header', 'X-Event: made'], secretOf(custom)),
    cli.json<SentJson>(['send', signed.id, '--data', '{"n": 1.0}', '--header', 'x-event: tried', '--wait']),
    cli.run(['send', bearer.id, '--secret', 'not-the-secret']),
    cli.run(['send', '7891b16c-9f81-4005-9925-1f5b3f1783b0', '--wait']),
  ]);

  t.match(waited, { status: 200, url: signed.webhook.url, execution: { status: 'succeeded' } });
  const arrived = receiver.requests.find((request) => request.executionId === waited.answer.executionId);
  t.same(arrived?.body, bytes, 'any bytes, as they are');
  t.equal(arrived?.headers['content-type'], 'image/x');
  t.equal(piped.code, 0, piped.stderr);
  t.match(piped.stdout, /^POST http:.*\n200 in \d+ ms\n\{\n {2}"success": true/);
  t.equal(own.code, 0, own.stderr);
  t.match(tested, { status: 200, execution: { status: 'succeeded' } }, 'signed by the service');
  const passed = receiver.requests.find((request) => request.executionId === tested.answer.executionId);
  t.equal(passed?.body.toString(), '{"n": 1.0}', 'not parsed and written anew');
  t.equal(passed?.headers['x-event'], 'tried');
  t.equal(wrong.code, 1);
  t.match(wrong.stdout, /"code": "authentication_failed"/);
  t.equal(wrong.stderr, 'hookgate: The webhook was refused with 401.\n');
  t.match(lost, { code: 1, stdout: '', stderr: /^hookgate: Workflow not found: .*\[workflow_not_found, / });

  receiver.answer(() => ({ status: 400 }));
  const failed = await cli.run(['send', signed.id, '--wait']);
  t.equal(failed.code, 1);
  t.match(failed.stdout, /^ATTEMPT +ENDPOINT +OUTCOME +HTTP +MS +ERROR\n1 +http:.* +400 /m);
  t.equal(failed.stderr, 'hookgate: Its execution is failed, not succeeded.\n');
  const silent = await api.createWorkflow({ webhook: { authType: 'hmac', success: { status: 204 } } });
  const told = await cli.json<SentJson>(['send', silent.id, '--wait']);
  t.match(told, { status: 204, execution: { status: 'succeeded' } }, 'whatever its sender is answered');
  const untold = await cli.run(['send', silent.id, '--wait'], secretOf(silent));
  t.equal(untold.code, 1);
  t.match(untold.stderr, /^hookgate: It was taken, but the answer names no execution/);
  const secrets = [signed, bearer, custom, silent].map(({ webhook }) => String(webhook.secret));
  t.same(
    cli.written.filter((text) => [journey.adminKey, ...secrets].some((secret) => text.includes(secret))),
    [],
    'no secret is shown',
  );
});

t.test('logs tail', async (t) => {
  const [workflow, quiet] = await Promise.all([
    api.createWorkflow({ name: 'tailed' }),
    api.createWorkflow({ name: 'quiet', webhook: { authType: 'api_key' } }),
  ]);
  const send = async () => String((await api.send(workflow.id)).body.logId);
  const before = [await send(), await send(), await send()];
  const all = cli.start(['logs', 'tail', '--workflow', workflow.id, '--lines', '2']);
  const errors = cli.start(['logs', 'tail', '--errors', '--lines', '0', '--json']);
  const [second = '', third = ''] = before.slice(1);
  await all.until((stdout) => stdout.includes(third));
  // It has begun when it takes its first look after the beginning, which the next webhooks are for.
  const after: string[] = [];
  for (let sent = 0; sent < 30; sent += 1) after.push(await send());
  await all.until((stdout) => after.every((id) => stdout.includes(id)));
  await eventually('a refused webhook is shown', async () => {
    await api.send(quiet.id);
    return errors.output.stdout.includes(quiet.id);
  });
  all.child.kill('SIGINT');
  errors.child.kill('SIGTERM');
  const [tailed, refused] = await Promise.all([all.ended, errors.ended]);
  t.same([tailed.code, tailed.stderr, refused.code, refused.stderr], [0, '', 0, '']);
  const [head = '', ...lines] = tailed.stdout.trimEnd().split('\n');
  t.match(head, /^RECEIVED +ST +M +BYTES +FROM +WORKFLOW +LOG +EXECUTION OR REASON$/);
  t.same(
    lines.map((line) => line.split(/ +/)[6]),
    [second, third, ...after],
    'the last two, then every one once, in their order',
  );
  const documents = refused.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as WebhookLogSummary);
  t.ok(documents.every((log) => log.workflowId === quiet.id && !log.success));
  t.equal(new Set(documents.map(({ id }) => id)).size, documents.length);
});

t.test('logs export', async (t) => {
  const logs = await api.logs({ success: true });
  const workflowId = String(logs[0]?.workflowId);
  const [ndjson, csv, nothing, refused] = await Promise.all([
    cli.run(['logs', 'export', '--from', '1h']),
    cli.run(['logs', 'export', '--format', 'csv', '--workflow', workflowId, '-o', 'all.csv']),
    cli.run(['logs', 'export', '--to', '2001-01-01']),
    cli.run(['logs', 'export', '--search', 'anything', '-o', 'refused.ndjson']),
  ]);
  const exported = ndjson.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as WebhookLogSummary);
  t.ok(logs.length > 30);
  t.same(
    exported.filter(({ success }) => success).map(({ id }) => id),
    logs.map(({ id }) => id),
    'all of them, newest first',
  );
  t.same({ ...csv, stderr: csv.stderr.trim() }, { code: 0, stdout: '', stderr: 'Written: all.csv' });
  const file = await readFile(join(cli.folder, 'all.csv'), 'utf8');
  t.equal(
    file.trimEnd().split('\r\n').length,
    1 + logs.filter((log) => log.workflowId === workflowId).length,
    'a header and a line for each',
  );
  t.equal((await stat(join(cli.folder, 'all.csv'))).mode & 0o077, 0, 'nobody else may read it');
  t.same(nothing, { code: 0, stdout: '', stderr: '' });
  t.equal(refused.code, 1);
  t.match(refused.stderr, /^hookgate: Search too wide: .*\[search_too_wide, /);
  await t.rejects(stat(join(cli.folder, 'refused.ndjson')), { code: 'ENOENT' });
});
