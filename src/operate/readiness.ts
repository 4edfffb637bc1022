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
/** Asked by many, it is looked at once in so long. */
const KEPT_MS = 1_000;
/** Due work older than this is not being picked up: far above the relay's interval and a lease. */
const STALLED_AFTER_SECONDS = 60;

/**
 * Whether this process should get traffic. Work that stands still or a queue that is down only degrades a
 * process that receives, because it can still acknowledge truthfully; one that only works is unready.
 */
export function createReadiness(
  given: ReadinessPorts,
  now: () => number = () => performance.now(),
): () => Promise<Readiness> {
  const ports: ReadinessPorts = {
    ...given,
    pendingMigrations: oneAtATime(given.pendingMigrations),
    oldestDueSeconds: oneAtATime(given.oldestDueSeconds),
    queue: oneAtATime(given.queue),
  };
  const look = keepFor(KEPT_MS, now, () => lookAtAll(ports));
  return async () => {
    const checks = { ...(await look()) };
    // Not kept: whoever asks now shall not send more.
    if (ports.shuttingDown())
      checks.shutdown = { status: 'unready', detail: 'This process is shutting down.' };
    const worst = (status: Check['status']) => Object.values(checks).some((check) => check.status === status);
    return { status: worst('unready') ? 'unready' : worst('degraded') ? 'degraded' : 'ok', checks };
  };
}

async function lookAtAll(ports: ReadinessPorts): Promise<Record<string, Check>> {
  const [database, queue, work] = await Promise.all([
    checkDatabase(ports),
    checkQueue(ports),
    checkWork(ports),
  ]);
  return { database, queue, work };
}

/** Whoever asks meanwhile gets what is asked already: a database that hangs does not collect our questions. */
function oneAtATime<T>(ask: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  return () => {
    running ??= ask().finally(() => {
      running = null;
    });
    return running;
  };
}

/** One look for all who ask while it is under way, or within `keptMs` after it. */
function keepFor<T>(keptMs: number, now: () => number, look: () => Promise<T>): () => Promise<T> {
  const ask = oneAtATime(look);
  let kept: { value: T; until: number } | null = null;
  return async () => {
    if (kept !== null && now() < kept.until) return kept.value;
    const value = await ask();
    kept = { value, until: now() + keptMs };
    return value;
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
