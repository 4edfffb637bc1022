export interface MaintenanceTask {
  name: string;
  /** How many things it did. What takes long ends early when the signal is aborted. */
  run: (signal: AbortSignal) => Promise<number>;
}

export interface MaintenancePorts {
  tasks: MaintenanceTask[];
  /** Between two rounds; ten minutes unless said otherwise. */
  intervalMs?: number;
  onDone: (task: string, count: number) => void;
  onError: (task: string, error: unknown) => void;
}

const INTERVAL_MS = 10 * 60_000;

export interface Maintenance {
  stop(): Promise<void>;
}

/** Runs the housekeeping at once and again and again. Every process does it: each task is safe to run twice. */
export function startMaintenance({
  tasks,
  intervalMs = INTERVAL_MS,
  onDone,
  onError,
}: MaintenancePorts): Maintenance {
  const stop = new AbortController();
  const runAll = async () => {
    for (const task of tasks) {
      if (stop.signal.aborted) return;
      try {
        onDone(task.name, await task.run(stop.signal));
      } catch (error) {
        onError(task.name, error);
      }
    }
  };
  let running = runAll();
  const timer = setInterval(() => {
    running = running.then(runAll);
  }, intervalMs);
  return {
    async stop() {
      stop.abort();
      clearInterval(timer);
      await running;
    },
  };
}
