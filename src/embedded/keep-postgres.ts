import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './postgres.ts';

export interface KeepPostgresOptions extends Omit<EmbeddedPostgresOptions, 'onUnexpectedExit' | 'pickPort'> {
  onRestart: (cause: Error) => void;
  /** It ended again and again, or could not be started again. */
  onGaveUp: (cause: unknown) => void;
}

const MAX_RESTARTS = 5;
const WITHIN_MS = 60_000;

/**
 * The embedded Postgres, started again on the same port when something ends it: nobody else watches over it,
 * and whoever is connected finds it where it was.
 */
export async function keepPostgres(
  options: KeepPostgresOptions,
): Promise<Pick<EmbeddedPostgres, 'url' | 'stop'>> {
  let stopped = false;
  let restarts: number[] = [];
  let restarting: Promise<void> | null = null;
  const start = (pickPort?: () => Promise<number>) =>
    startEmbeddedPostgres({
      ...options,
      ...(pickPort && { pickPort }),
      onUnexpectedExit: (error) => {
        restarting = restart(error);
      },
    });
  const restart = async (cause: Error) => {
    try {
      const { port } = current;
      await current.stop();
      if (stopped) return;
      const now = performance.now();
      restarts = [...restarts.filter((at) => now - at < WITHIN_MS), now];
      if (restarts.length > MAX_RESTARTS) throw cause;
      options.onRestart(cause);
      current = await start(async () => port);
    } catch (error) {
      options.onGaveUp(error);
    }
  };
  let current = await start();
  return {
    url: current.url,
    async stop() {
      stopped = true;
      await restarting;
      await current.stop();
    },
  };
}
