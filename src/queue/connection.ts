import type { JobSink, QueueBackend } from './backend.ts';
import { createCircuit } from './circuit.ts';
import { createFaultLog, type QueueLog } from './log.ts';
import { within } from './within.ts';

/** How long the queue may take to answer; after a failure it is asked again once in the same time. */
const LIMIT_MS = 1_000;

export type Answer<T> = { status: 'answered'; value: T } | { status: 'unavailable'; error: unknown };

export interface SinkConnection {
  /**
   * Never rejects and never takes longer than a second. The call that timed out may still take effect: it must
   * be one that does no harm later.
   */
  ask<T>(what: string, call: (sink: JobSink) => Promise<T>): Promise<Answer<T>>;
  /** Whether the last answer was one. */
  available(): boolean;
  close(): Promise<void>;
}

/**
 * A connection to the queue that is made when it is first asked, and again until the server lets us in. While
 * the server fails, one call in a second goes through to find out, and the others fail at once.
 */
export function createSinkConnection(backend: QueueBackend, log: QueueLog): SinkConnection {
  const circuit = createCircuit(LIMIT_MS);
  const fields = { side: 'producer', backend: backend.kind };
  const faults = createFaultLog({ log, subject: 'queue', fields });
  let opening: Promise<JobSink> | null = null;
  let closed = false;

  function open(): Promise<JobSink> {
    opening ??= backend.openSink(faults).catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  }

  return {
    async ask(what, call) {
      if (closed) return { status: 'unavailable', error: new Error('The queue was closed.') };
      if (!circuit.enter()) return { status: 'unavailable', error: circuit.reason() };
      try {
        const value = await within(LIMIT_MS, open().then(call), what);
        circuit.succeeded();
        faults.healthy();
        return { status: 'answered', value };
      } catch (error) {
        circuit.failed(error);
        faults.unavailable(error);
        return { status: 'unavailable', error };
      }
    },
    available: () => circuit.closed(),
    async close() {
      closed = true;
      const sink = await opening?.catch(() => null);
      await sink?.close();
    },
  };
}
