import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedError } from './error.ts';
import { orNull } from './files.ts';
import { incarnation } from './processes.ts';

export interface Lock {
  release(): Promise<void>;
}

interface Claim {
  name: string;
  pid: number;
  held: boolean;
}

const pattern = /^lock-(\d+)-([^-]+?)(\.held)?$/;

/**
 * Makes sure that one process at a time uses a data folder.
 *
 * Each contender puts a file of its own there, named after its pid and its start, and only then looks for
 * others: of two, the one that looks later sees the other. A dead owner's files count for nothing, so a lock
 * never has to be broken, which is where a single lock file goes wrong: two processes that find it stale can
 * both remove it, one of them the other's fresh one.
 * @throws EmbeddedError when another process has the folder.
 */
export async function lockFolder(folder: string): Promise<Lock> {
  const own = `lock-${process.pid}-${await incarnation(process.pid)}`;
  const created = await orNull(
    'EEXIST',
    writeFile(join(folder, own), '', { flag: 'wx', mode: 0o600 }).then(() => true),
  );
  if (!created) throw refused(folder, process.pid);
  const release = async () => {
    await rm(join(folder, `${own}.held`), { force: true });
    await rm(join(folder, own), { force: true });
  };
  try {
    await outlast(folder, own);
    // The claim stays beside it: a folder that is listed during a rename may show neither name.
    await writeFile(join(folder, `${own}.held`), '', { mode: 0o600 });
    return { release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Waits while contenders with a higher pid withdraw; gives way to an owner and to a lower pid. */
async function outlast(folder: string, own: string): Promise<void> {
  for (;;) {
    const others = (await claims(folder)).filter((claim) => claim.name !== own);
    const winner = others.find((claim) => claim.held || claim.pid < process.pid);
    if (winner) throw refused(folder, winner.pid);
    if (others.length === 0) return;
    await delay(20);
  }
}

async function claims(folder: string): Promise<Claim[]> {
  const found: Claim[] = [];
  for (const file of await readdir(folder)) {
    const match = pattern.exec(file);
    if (!match) continue;
    const [, digits, started, held] = match;
    const pid = Number(digits);
    const now = await incarnation(pid);
    const alive = now !== null && (now === started || now === 'unknown' || started === 'unknown');
    if (alive) found.push({ name: `lock-${digits}-${started}`, pid, held: held !== undefined });
    else await rm(join(folder, file), { force: true });
  }
  return found;
}

function refused(folder: string, pid: number): EmbeddedError {
  return new EmbeddedError(
    `Hookgate is already running in ${folder} (process ${pid}): stop it first, or name another folder in HOOKGATE_DATA_DIR.`,
  );
}
