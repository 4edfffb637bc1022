import vm from 'node:vm';

const context = vm.createContext({ work: null });
const call = new vm.Script('work()');

/** Less of the limit spent on the processor than this: it was others who kept the processor. */
const OWN_SHARE = 0.8;
const MAX_STRETCH = 8;

/**
 * Runs `work` and cuts it off after `limitMs`, in the middle of a regular expression too: nothing but the
 * clock of `node:vm` can do that within a thread. Costs about 0.15 ms, so it is not for everything.
 *
 * On a busy machine time passes without `work` being on the processor, and what is innocent must not be
 * refused for that: `work`, which has no effect but its value, then runs again with more time.
 */
export function within<T>(limitMs: number, work: () => T): { inTime: true; value: T } | { inTime: false } {
  for (let stretch = 1; stretch <= MAX_STRETCH; stretch *= 2) {
    const before = process.cpuUsage();
    const result = cutOff(limitMs * stretch, work);
    if (result.inTime) return result;
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1_000 >= limitMs * OWN_SHARE) break;
  }
  return { inTime: false };
}

function cutOff<T>(limitMs: number, work: () => T): { inTime: true; value: T } | { inTime: false } {
  context.work = work;
  try {
    return { inTime: true, value: call.runInContext(context, { timeout: limitMs }) as T };
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return { inTime: false };
    throw error;
  } finally {
    context.work = null;
  }
}
