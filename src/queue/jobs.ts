/** What a job is about: a row of `workflow_executions` or of `deliveries`. */
export type JobKind = 'execution' | 'delivery';

/** "Look at this row now." Whether there is anything to do is decided by the row, when it is claimed. */
export type Job = {
  kind: JobKind;
  /** The row's id, a UUID. */
  id: string;
  /** Which run of the row: an explicit retry raises it. */
  run: number;
  /** Whose it is. '' in jobs of the release before, which did not say. */
  organizationId: string;
  /**
   * All it leads to is paced, so that it will wait in any case: others go first. Said only to the queue, of what is
   * put on it at once; what the relay brings has waited already.
   */
  isPaced?: boolean;
  /** How many hundreds of its organization's stand before it: those before which fewer do go first. Said only to the queue. */
  turn?: number;
};

/** The form of a job's data. A change that older processes cannot read raises it. */
const VERSION = 1;

const PREFIX = { execution: 'e', delivery: 'd' } as const;

/**
 * The id that makes adding a job twice harmless: while a job with this id waits or runs, another add is a
 * no-op; once it has ended it is removed, and the id can be added again.
 *
 * - `e` or `d`: the table. Both tables make their ids independently.
 * - the row's UUID.
 * - the run, so that a retried row is not mistaken for a job of its earlier run that still stands in the queue.
 *
 * The attempt is not part of it: the attempts of one run follow each other, so one job at a time is enough.
 * The parts are joined by hyphens because BullMQ refuses ids with a colon, and ids that are integers.
 */
export const jobId = (job: Job): string => `${PREFIX[job.kind]}-${job.id}-${job.run}`;

export interface JobData extends Omit<Job, 'isPaced' | 'turn'> {
  v: typeof VERSION;
}

/** Ids only: the Postgres backend keeps data as jsonb, where one NUL in a value fails a whole batch. */
export const encodeJob = ({ kind, id, run, organizationId }: Job): JobData => ({
  v: VERSION,
  kind,
  id,
  run,
  organizationId,
});

export type DecodedJob = { status: 'job'; job: Job } | { status: 'refused'; reason: string };

/** Reads a job's data. What another version wrote is refused rather than guessed at. */
export function decodeJob(data: unknown): DecodedJob {
  if (typeof data !== 'object' || data === null) return { status: 'refused', reason: 'not an object' };
  const { v, kind, id, run, organizationId } = data as Record<string, unknown>;
  if (v !== VERSION) return { status: 'refused', reason: `version ${String(v)} instead of ${VERSION}` };
  if (kind !== 'execution' && kind !== 'delivery') return { status: 'refused', reason: 'unknown kind' };
  if (typeof id !== 'string') return { status: 'refused', reason: 'no id' };
  if (typeof run !== 'number' || !Number.isInteger(run)) return { status: 'refused', reason: 'no run' };
  const whose = typeof organizationId === 'string' ? organizationId : '';
  return { status: 'job', job: { kind, id, run, organizationId: whose } };
}
