import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { childrenOf, processesIn } from '../helpers/processes.ts';
import { withClient } from '../helpers/template.ts';

/** What keeps this process alive, by kind: sockets, servers, timers, processes. */
export type Resources = ReadonlyMap<string, number>;

export function resourcesNow(): Resources {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

const PATIENCE_MS = 10_000;

export interface Left {
  before: Resources;
  /** The temporary folder of the file. */
  folder: string;
  /** The server with the databases of this process; undefined: the file has no use for it. */
  serverUrl: string | undefined;
}

/** What a file has left behind: asked until it is nothing, since sockets and processes take a moment to go. */
export async function findLeaks({ before, folder, serverUrl }: Left): Promise<string[]> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const left = [...openResources(before), ...(await files(folder)), ...(await processes(folder))];
    if (left.length === 0) return serverUrl === undefined ? [] : await databases(serverUrl);
    if (performance.now() > until) return left;
    await delay(25);
  }
}

/** What libuv is just done with. */
const PASSING = new Set(['Immediate', 'CloseReq', 'FSReqPromise', 'FSReqCallback']);

function openResources(before: Resources): string[] {
  return [...resourcesNow()].flatMap(([kind, count]) => {
    const more = count - (before.get(kind) ?? 0);
    return more > 0 && !PASSING.has(kind) ? [`${more} open: ${kind}`] : [];
  });
}

const files = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).map((name) => `a file or folder: ${join(folder, name)}`);

async function processes(folder: string): Promise<string[]> {
  const children = (await childrenOf(process.pid)).map((pid) => `a child process: ${pid}`);
  const others = (await processesIn(folder)).map(({ pid, command }) => `a process: ${pid} ${command}`);
  return [...children, ...others];
}

const databases = (serverUrl: string): Promise<string[]> =>
  withClient(serverUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE datname LIKE $1',
      [`hookgate_test_${process.pid}_%`],
    );
    return rows.map(({ datname }) => `a database: ${datname}`);
  });
