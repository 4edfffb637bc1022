import { once } from 'node:events';
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from '../helpers/tap.ts';
import { createCli } from './run.ts';

t.setTimeout(280_000);

const SECRET = 'hg_admin_that-must-not-be-shown-0123456789abcdefghi';

/** Something that answers HTTP in the service's place. */
async function startServer(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

t.test('wrong usage ends with 2, and with nothing on the standard output', async (t) => {
  const cli = await createCli(t, { HOOKGATE_API_KEY: SECRET });
  const wrong = [
    [],
    ['keys'],
    ['keys', 'list', `--key=${SECRET}`],
    ['keys', 'create', '--name', 'x', '--scope', 'everything'],
    ['keys', 'revoke', '../workflows'],
    ['workflows', 'create'],
    ['send', 'f47ac10b-58cc-4372-a567-0e02b2c3d479', '--data', 'no json'],
    ['send', 'f47ac10b-58cc-4372-a567-0e02b2c3d479', '--data', '-', '--secret-stdin'],
    ['logs', 'export', '--from', 'yesterday'],
    ['workflows', 'list', '--url', `http://me:${SECRET}@127.0.0.1`],
  ];
  const results = await Promise.all(wrong.map((args) => cli.run(args)));
  for (const [i, { code, stdout, stderr }] of results.entries()) {
    const name = `hookgate ${wrong[i]?.join(' ').replaceAll(SECRET, '…')}`;
    t.same([code, stdout], [2, ''], name);
    t.not(stderr, '', 'says why');
    t.notMatch(stderr, /\n {4}at /, 'without a stack');
  }
  t.same(
    cli.written.filter((text) => text.includes(SECRET)),
    [],
  );
});

t.test('help says what the exit codes are, and why there is no option for the key', async (t) => {
  const cli = await createCli(t);
  const [help, send, version] = await Promise.all([
    cli.run(['--help']),
    cli.run(['send', '--help']),
    cli.run(['--version']),
  ]);
  t.same([help.code, send.code, version.code], [0, 0, 0]);
  t.match(
    help.stdout,
    /HOOKGATE_API_KEY.*There is no option for\s+it.*Exit codes: 0 done, 1 failed, 2 wrong usage/s,
  );
  t.match(send.stdout, /HOOKGATE_WEBHOOK_SECRET.*Exit codes/s);
  t.notMatch(help.stdout + send.stdout, /--key\b/);
  t.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
});

t.test('nobody there, somebody else there, and no key', async (t) => {
  const cli = await createCli(t, { HOOKGATE_API_KEY: SECRET });
  const other = await startServer(t, (_request, response) => response.end('<h1>\u001b[2J</h1>'));
  const broken = await startServer(t, (_request, response) => response.writeHead(502).end('bad gateway'));
  const [nobody, html, gateway, noKey] = await Promise.all([
    cli.run(['keys', 'list', '--url', 'http://127.0.0.1:1']),
    cli.run(['keys', 'list', '--url', other]),
    cli.run(['keys', 'list', '--url', broken]),
    cli.run(['keys', 'list'], { HOOKGATE_API_KEY: '', PORT: '4321' }),
  ]);
  const line = (text: string) => ({ code: 1, stdout: '', stderr: `hookgate: ${text}\n` });
  t.same(
    nobody,
    line(
      'Hookgate does not answer at http://127.0.0.1:1 (connect ECONNREFUSED 127.0.0.1:1): start it with "npm start", or say where it is with --url or HOOKGATE_URL.',
    ),
  );
  const stranger = (url: string, what: string) =>
    line(`${url} answered ${what}, which Hookgate does not: is this its address, and nothing between?`);
  t.same(html, stranger(other, 'text that is not JSON'));
  t.same(gateway, stranger(broken, '502'));
  t.match(noKey, {
    code: 1,
    stderr: /^hookgate: There is no API key for http:\/\/127\.0\.0\.1:4321: set HOOKGATE_API_KEY, /,
  });
});

t.test('the key of the embedded installation goes to this machine only', async (t) => {
  const cli = await createCli(t, { HOOKGATE_DATA_DIR: 'data' });
  const asked: IncomingMessage[] = [];
  const url = await startServer(t, (request, response) => {
    asked.push(request);
    response.end('{"data":[],"nextCursor":null}');
  });
  const keys = join(cli.folder, 'data', 'keys');
  await mkdir(keys, { recursive: true });
  const key = `hg_admin_${'k'.repeat(43)}`;
  await writeFile(join(keys, 'admin-api-key'), `${key}\n`);
  await chmod(join(keys, 'admin-api-key'), 0o640);
  const [here, elsewhere, ownKey, organization] = await Promise.all([
    cli.run(['keys', 'list', '--url', url]),
    cli.run(['keys', 'list', '--url', 'https://hooks.example.com']),
    cli.run(['keys', 'list', '--json'], {
      HOOKGATE_URL: url,
      HOOKGATE_API_KEY: 'hg_mine',
      ADMIN_API_KEY: 'not-this',
    }),
    cli.run(['keys', 'list', '--organization', 'an-id', '--url', url]),
  ]);
  t.same(here, { code: 0, stdout: '', stderr: 'There are no API keys.\n' });
  t.match(elsewhere, {
    code: 1,
    stderr: 'hookgate: There is no API key for https://hooks.example.com: set HOOKGATE_API_KEY.\n',
  });
  t.same(ownKey, { code: 0, stdout: '[]\n', stderr: '' });
  t.equal(organization.code, 0);
  t.same(asked.map(({ headers }) => headers.authorization).sort(), [
    `Bearer ${key}`,
    `Bearer ${key}`,
    'Bearer hg_mine',
  ]);
  t.same(
    asked.flatMap(({ headers }) => headers['x-organization-id'] ?? []),
    ['an-id'],
  );
  t.equal((await stat(join(keys, 'admin-api-key'))).mode & 0o777, 0o640, 'and nothing was changed there');
});

t.test('an export that breaks off', async (t) => {
  const cli = await createCli(t, { HOOKGATE_API_KEY: SECRET });
  const url = await startServer(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write('{"id":"first"}\n', () => response.socket?.destroySoon());
  });
  const hanging = await startServer(t, (_request, response) =>
    response.writeHead(200).write('{"id":"first"}\n'),
  );
  const stopped = cli.start(['logs', 'export', '--url', hanging]);
  const [intoFile, ontoOutput] = await Promise.all([
    cli.run(['logs', 'export', '--url', url, '-o', 'logs.ndjson']),
    cli.run(['logs', 'export', '--url', url]),
    stopped.until((stdout) => stdout !== '').then(() => stopped.child.kill('SIGINT')),
  ]);
  t.same([intoFile.code, intoFile.stdout], [1, '']);
  t.match(intoFile.stderr, /^hookgate: The export broke off \(.+\): nothing was kept of it\.\n$/);
  for (const name of ['logs.ndjson', 'logs.ndjson.partial']) {
    await t.rejects(stat(join(cli.folder, name)), { code: 'ENOENT' });
  }
  t.equal(ontoOutput.code, 1);
  t.match(ontoOutput.stderr, /^hookgate: The export broke off \(.+\): what was written is not all\.\n$/);
  t.match(await stopped.ended, { code: 1, stderr: /it was stopped/ });
});

t.test('colors are for terminals that want them', async (t) => {
  const cli = await createCli(t, { HOOKGATE_URL: 'http://127.0.0.1:1' });
  const plain = await cli.run(['doctor'], { FORCE_COLOR: undefined, NO_COLOR: '1' });
  t.match(plain.stdout, /^✔ node /m);
  t.notMatch(plain.stdout, '\u001b');
});
