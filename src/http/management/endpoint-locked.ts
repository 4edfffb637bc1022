import { Problem } from '../../domain/problem.ts';
import { asTenant, type Database, type Tx } from '../../store/database.ts';
import { countWorkflowChanges, type LockedEndpoint, lockEndpoint } from '../../store/endpoint-locks.ts';
import { allowsChange } from './etag.ts';

/** Which endpoint to change, and what it must be like. */
export interface EndpointTarget {
  organizationId: string;
  endpointId: string;
  /** Its name: with another one it is not the endpoint that is meant. */
  name?: string;
  /** The header If-Match. */
  ifMatch?: string | undefined;
}

type Locked = Extract<LockedEndpoint, { status: 'locked' }>;

/**
 * The one way to change an endpoint: one change at a time, counted in the version of each workflow that uses it.
 * `work` may run several times, each in a transaction of its own.
 * @throws Problem endpoint_not_found, precondition_failed
 */
export async function changeEndpointLocked<T>(
  db: Database,
  target: EndpointTarget,
  work: (trx: Tx, before: Locked) => Promise<T>,
): Promise<T> {
  const done = await tryChange(db, target, work);
  if (done === null) throw new Problem('endpoint_not_found');
  return done.result;
}

/**
 * The same, for whom it is no mistake that there is no such endpoint: null.
 * @throws Problem precondition_failed
 */
export async function tryChange<T>(
  db: Database,
  { organizationId, endpointId, name, ifMatch }: EndpointTarget,
  work: (trx: Tx, before: Locked) => Promise<T>,
): Promise<{ result: T } | null> {
  const attempt = () =>
    asTenant(db, organizationId, async (trx) => {
      const locked = await lockEndpoint(trx, endpointId);
      if (locked.status !== 'locked') return locked.status;
      if (name !== undefined && name !== locked.endpoint.name) return 'not_found';
      if (!allowsChange(ifMatch, locked.endpoint.version)) throw new Problem('precondition_failed');
      const result = await work(trx, locked);
      await countWorkflowChanges(trx, locked.workflowIds);
      return { result };
    });
  let outcome = await attempt();
  // It ends, because each time somebody else has got a trigger in between.
  while (outcome === 'used_anew') outcome = await attempt();
  return outcome === 'not_found' ? null : outcome;
}
