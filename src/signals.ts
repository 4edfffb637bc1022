import closeWithGrace from 'close-with-grace';

export interface ClosingOptions {
  /** Milliseconds after which the process exits whatever is still open. */
  limitMs: number;
  onClosing: (cause: { signal?: string; err?: Error }) => void;
  close: () => Promise<void>;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm passes a Ctrl-C on to its child, which the terminal has sent it too: that is one signal, not two. */
const SAME_SIGNAL_MS = 300;

/** Closes on a signal or an uncaught error, and exits. A second signal exits at once. */
export function closeOnSignal({ limitMs, onClosing, close }: ClosingOptions): void {
  let signal: string | undefined;
  let firstAt = 0;
  const grace = closeWithGrace({ delay: limitMs, logger: false, skip: [...SIGNALS] }, async ({ err }) => {
    onClosing({ ...(signal && { signal }), ...(err && { err }) });
    await close();
  });
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (signal === undefined) {
        signal = name;
        firstAt = performance.now();
        grace.close();
      } else if (performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(1);
    });
  }
}
