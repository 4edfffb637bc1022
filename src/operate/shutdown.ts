export interface Phase {
  name: string;
  /** Gets the milliseconds that are left for it and all phases after it. */
  run: (leftMs: number) => Promise<unknown>;
}

export interface ShutdownPorts {
  onPhase: (phase: string, outcome: { durationMs: number; timedOut: boolean }) => void;
  onError: (phase: string, error: unknown) => void;
}

/** What a phase gets although those before it used everything up: enough to close a socket. */
const MIN_PHASE_MS = 200;

/**
 * Runs the phases of a shutdown in order. A phase may use what is left of the time, so a slow one shortens
 * those after it but never skips them; one that fails or takes too long does not keep the others from running.
 */
export async function shutDown(phases: Phase[], limitMs: number, ports: ShutdownPorts): Promise<void> {
  const endAt = performance.now() + limitMs;
  for (const { name, run } of phases) {
    const startedAt = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const leftMs = Math.max(MIN_PHASE_MS, endAt - startedAt);
    const limit = new Promise<'timed out'>((resolve) => {
      timer = setTimeout(resolve, leftMs, 'timed out');
    });
    const work = run(leftMs).catch((error: unknown) => ports.onError(name, error));
    const timedOut = (await Promise.race([work, limit])) === 'timed out';
    clearTimeout(timer);
    ports.onPhase(name, { durationMs: Math.round(performance.now() - startedAt), timedOut });
  }
}
