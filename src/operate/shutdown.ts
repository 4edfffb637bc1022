export interface Phase {
  name: string;
  /** How much of the whole time it may take at the most, from 0 to 1. When left out: all that is left. */
  share?: number;
  /** Gets the milliseconds that it may take. */
  run: (limitMs: number) => Promise<unknown>;
}

export interface ShutdownPorts {
  onPhase: (phase: string, outcome: { durationMs: number; timedOut: boolean }) => void;
  onError: (phase: string, error: unknown) => void;
}

/** What a phase gets although those before it used everything up: enough to close a socket. */
const MIN_PHASE_MS = 200;

/**
 * Runs the phases of a shutdown in order. Time that a phase does not need is there for those after it, and one
 * that fails or takes too long does not keep the others from running.
 */
export async function shutDown(phases: Phase[], limitMs: number, ports: ShutdownPorts): Promise<void> {
  const endAt = performance.now() + limitMs;
  for (const { name, share = 1, run } of phases) {
    const startedAt = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const phaseMs = Math.max(MIN_PHASE_MS, Math.min(endAt - startedAt, limitMs * share));
    const limit = new Promise<'timed out'>((resolve) => {
      timer = setTimeout(resolve, phaseMs, 'timed out');
    });
    const work = begin(() => run(phaseMs)).catch((error: unknown) => ports.onError(name, error));
    const timedOut = (await Promise.race([work, limit])) === 'timed out';
    clearTimeout(timer);
    ports.onPhase(name, { durationMs: Math.round(performance.now() - startedAt), timedOut });
  }
}

/** What is thrown at once rejects as well. */
const begin = async (run: () => Promise<unknown>): Promise<unknown> => run();
