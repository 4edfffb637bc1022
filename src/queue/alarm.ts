/** A wait that others can shorten, also before it begins. */
export interface Alarm {
  /** Waits so many milliseconds, or fewer if `hasten` says so. One at a time. */
  wait(ms: number): Promise<void>;
  /** Lets the wait end in so many milliseconds at the latest: the one under way, else the next. */
  hasten(ms: number): void;
}

export function createAlarm(): Alarm {
  let atMs = Number.POSITIVE_INFINITY;
  let hastenedMs = Number.POSITIVE_INFINITY;
  let timer: NodeJS.Timeout | null = null;
  let ring: (() => void) | null = null;

  function arm(ms: number): void {
    if (timer) clearTimeout(timer);
    atMs = performance.now() + ms;
    timer = setTimeout(() => {
      timer = null;
      const wake = ring;
      ring = null;
      wake?.();
    }, ms);
  }

  return {
    wait(ms) {
      const limit = Math.min(ms, hastenedMs);
      hastenedMs = Number.POSITIVE_INFINITY;
      return new Promise((resolve) => {
        ring = resolve;
        arm(limit);
      });
    },
    hasten(ms) {
      if (ring === null) hastenedMs = Math.min(hastenedMs, ms);
      else if (performance.now() + ms < atMs) arm(ms);
    },
  };
}
