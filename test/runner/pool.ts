import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Selected } from './selection.ts';
import { sweep } from './sweep.ts';
import { type Ended, WorkerProcess } from './worker-process.ts';

export interface PoolOptions {
  /** Of the run: each file gets a folder of its own in it. */
  folder: string;
  env: NodeJS.ProcessEnv;
  /** How many files run at the same time. */
  jobs: number;
  /** Gives every file a process of its own. */
  isolated: boolean;
  /** How long a file may take that does not ask for more. */
  limitMs: number;
  signal: AbortSignal;
  onEnded: (file: string, ended: Ended) => void;
}

/** Runs the files, begun in this order, in processes that are used again for as long as their files end well. */
export async function runFiles(files: readonly Selected[], options: PoolOptions): Promise<void> {
  const waiting = files.entries();
  const lanes = Array.from({ length: Math.min(options.jobs, files.length) }, () => runLane(waiting, options));
  await Promise.all(lanes);
}

async function runLane(waiting: Iterator<[number, Selected]>, options: PoolOptions): Promise<void> {
  const { folder, env, isolated, limitMs, signal, onEnded } = options;
  let worker: WorkerProcess | undefined;
  for (let next = waiting.next(); !next.done && !signal.aborted; next = waiting.next()) {
    const [number, { file, needsPostgres }] = next.value;
    const own = join(folder, String(number).padStart(4, '0'));
    await mkdir(own);
    // Postgres may run as another user, who must get through.
    await chmod(own, 0o711);
    worker ??= new WorkerProcess(env);
    const ended = await worker.run({ file, folder: own, needsPostgres }, limitMs);
    if (signal.aborted) break;
    const isClean = ended.kind === 'done' && ended.leaks.length === 0;
    if (!isClean || isolated) {
      await worker.kill();
      worker = undefined;
    }
    await sweep(own);
    onEnded(file, ended);
  }
  await worker?.kill();
}
