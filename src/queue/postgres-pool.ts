import type { PgPool } from 'bullmq';
import { isUnavailable } from '../store/faults.ts';
import type { Pool } from './backend.ts';
import type { FaultLog } from './log.ts';

/** BullMQ wants a pg.Pool; only, its types overload `on` by event, and those of pg are generic. */
export const asPgPool = (pool: Pool): PgPool => pool as unknown as PgPool;

/**
 * A pool for a worker. BullMQ tries an operation again after a connection fault, but knows only a refused
 * connection as one: when the query that completes a job dies with its connection (57P01, as in any restart),
 * the job that succeeded is recorded as failed, and runs again. So every fault that may be over in a moment is
 * given the code of the one that it knows.
 */
export function resilientPool(given: Pool, faults: FaultLog): PgPool {
  const pool = asPgPool(given);
  const resilient: PgPool = {
    async query(text, params) {
      try {
        const result = await pool.query(text, params);
        faults.healthy();
        return result;
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        faults.unavailable(error);
        throw Object.assign(new Error((error as Error).message, { cause: error }), { code: 'ECONNREFUSED' });
      }
    },
    connect: () => pool.connect(),
    end: () => pool.end(),
    on(event: 'error' | 'connect', listener: (argument: never) => void) {
      pool.on(event as 'error', listener as (error: Error) => void);
      return resilient;
    },
    removeAllListeners(event) {
      pool.removeAllListeners(event);
      return resilient;
    },
  };
  return resilient;
}
