import type { FastifyBaseLogger } from 'fastify';
import type { Reach } from '../dispatch/reach.ts';
import { type Maintenance, startMaintenance } from '../operate/maintenance.ts';
import type { Database } from '../store/database.ts';
import { findRefusedEndpoints, hastenAllowed, hastenChanged } from '../store/endpoint-reach.ts';

/** A line of a log is read by people. */
const MAX_NAMED = 100;
/** How soon a change of an endpoint lets go what waits for it. */
const INTERVAL_MS = 30_000;

export interface RefusedEndpointsOptions {
  db: Database;
  log: FastifyBaseLogger;
  reach: Pick<Reach, 'objection'>;
}

export interface RefusedEndpoints {
  /** Once it is known where this process listens. */
  start(): void;
  stop(): Promise<void>;
}

/**
 * Names once which endpoints, saved before, may not be called any more, and has what waited for others be tried. From
 * then on lets go what waits for an endpoint that was changed.
 */
export function openRefusedEndpoints({ db, log, reach }: RefusedEndpointsOptions): RefusedEndpoints {
  let isTold = false;
  const tell = async (signal: AbortSignal): Promise<number> => {
    if (isTold) return hastenChanged(db);
    const refused = await findRefusedEndpoints(db, (url) => reach.objection(url) !== null, signal);
    if (signal.aborted) return 0;
    if (refused.length > 0) {
      const endpointIds = refused.slice(0, MAX_NAMED);
      log.warn({ count: refused.length, endpointIds }, 'endpoints.not_allowed');
    }
    const hastened = await hastenAllowed(db, refused);
    isTold = true;
    return hastened;
  };
  let running: Maintenance | null = null;
  return {
    start() {
      running ??= startMaintenance({
        tasks: [{ name: 'refused_endpoints', run: tell }],
        intervalMs: INTERVAL_MS,
        onDone: (_task, count) => {
          if (count > 0) log.info({ count }, 'endpoints.tried_again');
        },
        onError: (task, err) => log.warn({ task, err }, 'maintenance.failed'),
      });
    },
    stop: async () => running?.stop(),
  };
}
