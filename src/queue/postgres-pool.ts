import type { EventEmitter } from 'node:events';
import type { PgPool, PgPoolClient } from 'bullmq';
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
    connect: async () => tellingClient(await pool.connect()),
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

/**
 * A connection that says when it leads nowhere. BullMQ listens on one for its whole life, and makes another only
 * when it reports an error. Of one that was lost without a word, as in a failover, there is none for a quarter of an
 * hour: only its statements time out. A worker that asks it to LISTEN would ask it again and again, and take no jobs.
 */
function tellingClient(client: PgPoolClient): PgPoolClient {
  let isBroken = false;
  const query: PgPoolClient['query'] = async (text, params) => {
    try {
      return await client.query(text, params);
    } catch (error) {
      if (isUnavailable(error)) {
        isBroken = true;
        (client as unknown as EventEmitter).emit('error', error);
      }
      throw error;
    }
  };
  const ours: Partial<PgPoolClient> = {
    query,
    release: (destroy) => client.release(destroy || isBroken),
  };
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(name in ours ? ours : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
