import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programArguments } from './helpers/checkout.ts';
import t, { type Test } from './helpers/tap.ts';

t.jobs = 3;

const SECRET = 'pa55word-that-must-not-be-shown';
const main = programArguments('src/main.ts');

/** Starts the service from a folder of its own, in which there may be a `.env`. */
async function start(t: Test, env: Record<string, string>, dotenv = '', ...args: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'hookgate-config-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, '.env'), dotenv);
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [...main, ...args],
      {
        cwd: folder,
        env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
      },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

t.test('a bad setting stops the start with one line', { buffered: true }, async (t) => {
  const { code, stdout, stderr } = await start(t, { ROLE: 'all' }, `ROLE=api\nADMIN_API_KEY=${SECRET}\n`);
  t.same(
    { code, stdout, stderr },
    {
      code: 1,
      stdout: '',
      stderr: 'Hookgate could not start. ADMIN_API_KEY must have at least 32 characters.\n',
    },
    'the environment wins over .env, which is read too',
  );
});

t.test('a database that is not there stops the start with one line', { buffered: true }, async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const { code, stderr } = await start(t, {
    ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
    DATABASE_URL: `postgres://me:${SECRET}@127.0.0.1:${port}/hookgate`,
  });
  t.equal(code, 1);
  t.equal(
    stderr,
    `Hookgate could not start. DATABASE_URL cannot be used: connect ECONNREFUSED 127.0.0.1:${port}.\n`,
  );
});

t.test('a command that there is not', { buffered: true }, async (t) => {
  const { code, stderr } = await start(t, {}, '', 'toString');
  t.equal(code, 1);
  t.equal(stderr, 'Hookgate could not start. There is no command "toString": use serve or migrate.\n');
});
