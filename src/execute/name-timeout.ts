import type { Endpoint } from '../domain/workflow.ts';
import type { AttemptRecord } from '../store/record.ts';

/** Whether this address is n8n's, and n8n lets executions wait for others to end. Rejects for nothing it may meet there. */
export type IsN8nFull = (endpointUrl: string) => Promise<boolean>;

const ADVICE =
  'n8n took the request and lets it wait until other executions have ended, because it is at N8N_CONCURRENCY_PRODUCTION_LIMIT. It will run, so the next attempt may run it twice: set pace.concurrency of the endpoint below that limit, or raise the limit or timeoutMs.';

/**
 * Tells an n8n that is full from a workflow that is slow. At its concurrency limit n8n does not refuse: it takes the
 * request and says nothing until there is room.
 */
export async function nameTimeout(
  record: AttemptRecord,
  { url }: Endpoint,
  isFull: IsN8nFull,
): Promise<AttemptRecord> {
  if (record.outcome !== 'timed_out' || !(await isFull(url))) return record;
  return { ...record, outcome: 'n8n_at_concurrency_limit', advice: ADVICE };
}
