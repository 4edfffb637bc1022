import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

const { scripts } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
const productionFlags = (scripts.start as string).split(' ').filter((word) => word.startsWith('--'));

export interface Listening {
  url: string;
  databaseUrl?: string;
}

export interface Started extends Listening {
  pid: number;
  stop(): Promise<void>;
}

/** Runs a script in a process of its own and waits until it says where it listens. */
export async function start(
  script: string,
  args: string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Started> {
  const child = fork(new URL(`servers/${script}`, import.meta.url), args, {
    env: { ...process.env, ...env },
    // What is built runs as `npm start` runs it, without what this process needs for TypeScript.
    ...(script.endsWith('.mjs') && { execArgv: productionFlags }),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const ended = exited.then(([code]) => {
    throw new Error(`${script} ended with ${code} before it listened`);
  });
  const [listening] = (await Promise.race([once(child, 'message'), ended])) as [Listening];
  ended.catch(() => undefined);
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  return { ...listening, pid: child.pid ?? 0, stop };
}
