import type { HandleJob } from './worker.ts';

const CHECK_MS = 20;
/** A job waits this long at the most, so that work goes on, slower, however long the rush lasts. */
const MAX_WAIT_MS = 1_000;

/**
 * Lets the front door go first: while it is busy, jobs wait a moment before they start. Senders wait for their
 * answers and have time limits; what was accepted is safe and can run a little later.
 */
export function yielding(isFrontDoorBusy: () => boolean, handle: HandleJob): HandleJob {
  return async (job) => {
    for (let waited = 0; waited < MAX_WAIT_MS && isFrontDoorBusy(); waited += CHECK_MS) {
      await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
    }
    return handle(job);
  };
}
