import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { moduleFor } from '../helpers/checkout.ts';

/** What a process of ours can be asked for. */
type Methods = Record<string, (argument: never) => Promise<unknown>>;

type Call = { id: number; name: string; argument: unknown };
type Answer = { id: number; value?: unknown; error?: string };

/** A process that answers calls. */
export interface Remote<M extends Methods> {
  call<N extends keyof M & string>(
    name: N,
    argument: Parameters<M[N]>[0],
  ): Promise<Awaited<ReturnType<M[N]>>>;
  stop(): Promise<void>;
}

/** Starts a program that calls `serve`. What it does takes nothing of this process's time. */
export function startRemote<M extends Methods>(source: string): Remote<M> {
  const { url, nodeArguments } = moduleFor(source);
  const child = fork(new URL(url), [], {
    execArgv: nodeArguments,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let calls = 0;
  child.on('message', ({ id, value, error }: Answer) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(value as never);
    else call?.reject(new Error(error));
  });
  child.on('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`${source} ended (${signal ?? code})`));
  });
  return {
    call: (name, argument) =>
      new Promise((resolve, reject) => {
        const id = ++calls;
        waiting.set(id, { resolve, reject });
        child.send({ id, name, argument } satisfies Call);
      }),
    stop: () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Answers the calls of whoever started this process, and ends with it. */
export function serve(methods: Methods): void {
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ id, name, argument }: Call) => {
    const answer = (rest: Omit<Answer, 'id'>) => process.send?.({ id, ...rest } satisfies Answer);
    try {
      answer({ value: await methods[name]?.(argument as never) });
    } catch (error) {
      answer({ error: (error as Error).stack ?? String(error) });
    }
  });
}
