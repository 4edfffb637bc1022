export interface Check {
  status: 'ok' | 'degraded' | 'unready';
  detail?: string;
}

export interface Readiness {
  status: 'ok' | 'degraded' | 'unready';
  checks: Record<string, Check>;
}

export interface ReadinessPorts {
  role: 'all' | 'api' | 'worker';
  /** Names of migrations that are missing. Rejects when Postgres does not answer. */
  pendingMigrations: () => Promise<string[]>;
  /** Seconds since the oldest unfinished work fell due. */
  oldestDueSeconds: () => Promise<number>;
  queue: () => Promise<{ healthy: boolean; kind: string }>;
  shuttingDown: () => boolean;
}

const CHECK_LIMIT_MS = 1_000;
/** Due work older than this is not being picked up: far above the relay's interval and a lease. */
const STALLED_AFTER_SECONDS = 60;

/**
 * Whether this process should get traffic. Work that stands still or a queue that is down only degrades a
 * process that receives, because it can still acknowledge truthfully; one that only works is unready.
 */
export function createReadiness(ports: ReadinessPorts): () => Promise<Readiness> {
  return async () => {
    const [database, queue, work] = await Promise.all([
      checkDatabase(ports),
      checkQueue(ports),
      checkWork(ports),
    ]);
    const checks: Record<string, Check> = { database, queue, work };
    if (ports.shuttingDown())
      checks.shutdown = { status: 'unready', detail: 'This process is shutting down.' };
    const worst = (status: Check['status']) => Object.values(checks).some((check) => check.status === status);
    return { status: worst('unready') ? 'unready' : worst('degraded') ? 'degraded' : 'ok', checks };
  };
}

async function checkDatabase({ pendingMigrations }: ReadinessPorts): Promise<Check> {
  const pending = await withinLimit(pendingMigrations());
  if (pending === null) return { status: 'unready', detail: 'Postgres does not answer.' };
  if (pending.length === 0) return { status: 'ok' };
  return {
    status: 'unready',
    detail: `Migrations are missing: ${pending.join(', ')}. Run "npm run migrate".`,
  };
}

async function checkQueue({ queue }: ReadinessPorts): Promise<Check> {
  const { healthy, kind } = await queue();
  if (healthy) return { status: 'ok' };
  return {
    status: 'degraded',
    detail: `The queue (${kind}) does not answer. Webhooks are still accepted and run when it is back.`,
  };
}

async function checkWork({ oldestDueSeconds, role }: ReadinessPorts): Promise<Check> {
  const seconds = await withinLimit(oldestDueSeconds());
  if (seconds === null) return { status: 'degraded', detail: 'The age of the oldest due work is not known.' };
  if (seconds < STALLED_AFTER_SECONDS) return { status: 'ok' };
  const detail = `The oldest due work has waited for ${Math.round(seconds)} s. Are workers running, and can they reach the queue?`;
  return { status: role === 'worker' ? 'unready' : 'degraded', detail };
}

/** The value, or null when it takes too long or fails: here the failure itself is the finding. */
async function withinLimit<T>(work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, CHECK_LIMIT_MS, null);
  });
  try {
    return await Promise.race([work.catch(() => null), limit]);
  } finally {
    clearTimeout(timer);
  }
}
