import type { RunSettings } from '../config.ts';
import { Turns } from '../runtime/turns.ts';
import { createDatabase, createPool, type Database } from '../store/database.ts';

/** Connections to Postgres, apart by who may take long: nobody waits for those of another. */
export interface Pools {
  /** Workflows and keys that are not in memory. Only look-ups of rows by their ids: whoever knocks waits for it. */
  admission: Database;
  /** What callers of the API ask for. */
  management: Database;
  /** What goes on behind the answers: workers, callbacks, sync, and what is written down about requests. */
  work: Database;
  /** Housekeeping, alerts and counts for metrics. May take minutes. */
  upkeep: Database;
  close(): Promise<void>;
}

type PoolSettings = Pick<RunSettings, 'databaseUrl' | 'databaseDirectUrl' | 'databasePoolSize' | 'role'>;

/** Of a process, beside `DATABASE_POOL_SIZE` and those of the queue. */
export const CONNECTIONS = {
  admission: 3,
  /** Two batches at once, one for what is written once more, and one for late answers. */
  ingest: 4,
  /** Each of housekeeping, alerts and replays uses one at a time; metrics and exports another. */
  upkeep: 4,
  health: 1,
  /** Hears about changes of configuration. */
  listen: 1,
} as const;

/** How `DATABASE_POOL_SIZE` is divided. Each has at least one, whatever the role. */
export function divide({ databasePoolSize, role }: Pick<PoolSettings, 'databasePoolSize' | 'role'>) {
  const few = Math.max(1, Math.min(2, Math.floor(databasePoolSize / 4)));
  const work = { all: Math.floor(databasePoolSize / 2), api: few, worker: databasePoolSize - few }[role];
  const { admission, upkeep } = CONNECTIONS;
  return { admission, management: databasePoolSize - work, work, upkeep };
}

/** Less than the client waits for the answer of a statement, which it would give up together with the connection. */
const STATEMENT_LIMIT_MS = 8_000;
/** For a connection: less than most callers wait for an answer. */
const TURN_WAIT_MS = 5_000;
const MAX_WAITING = 100;

/** Tasks end by themselves. This is for a server that no longer answers. */
const UPKEEP_LIMIT_MS = 60_000;

export function openPools(settings: PoolSettings, onError: (error: Error) => void): Pools {
  const sizes = divide(settings);
  const pool = (name: keyof typeof sizes, queryTimeoutMs?: number) =>
    createPool({
      connectionString: settings.databaseUrl,
      max: sizes[name],
      applicationName: `hookgate-${name}`,
      pooled: settings.databaseDirectUrl !== null,
      ...(queryTimeoutMs !== undefined && { queryTimeoutMs }),
      onError,
    });
  const turns = (places: number, waitMs: number) => new Turns({ places, waitMs, maxWaiting: MAX_WAITING });
  const pools = {
    admission: createDatabase(pool('admission')),
    management: createDatabase(pool('management'), {
      statementLimitMs: STATEMENT_LIMIT_MS,
      // One is left for calls that are no organization's, as those about organizations.
      turns: turns(Math.max(1, sizes.management - 1), TURN_WAIT_MS),
    }),
    work: createDatabase(pool('work')),
    upkeep: createDatabase(pool('upkeep', UPKEEP_LIMIT_MS), {
      // Exports: a page each in turn, and of the connections no more than one.
      turns: turns(1, UPKEEP_LIMIT_MS),
    }),
  };
  const close = async () => {
    await Promise.all(Object.values(pools).map((pool) => pool.destroy()));
  };
  return { ...pools, close };
}
