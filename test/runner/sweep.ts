import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type FolderProcess, processesIn, send } from '../helpers/processes.ts';

/** How long Postgres may take to free its shared memory before it is killed. */
const PATIENCE_MS = 10_000;

/**
 * Ends every process that has to do with a folder, and removes the folder. A killed Postgres would leave its shared
 * memory behind, so its servers are asked to quit; all others are killed.
 */
export async function sweep(folder: string): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const processes = await processesIn(folder);
    if (processes.length === 0) break;
    const isLate = performance.now() > until;
    for (const each of processes) end(each, isLate);
    await delay(50);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function end({ pid, command }: FolderProcess, isLate: boolean): void {
  if (isLate || !/(^|\/)postgres\b/.test(command)) {
    send(pid, 'SIGKILL');
    return;
  }
  send(pid, 'SIGCONT');
  // The server itself: its children, which have another title, go with it.
  if (/\/postgres -D /.test(command)) send(pid, 'SIGQUIT');
}
