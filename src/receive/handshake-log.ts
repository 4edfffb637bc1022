import { newId } from '../domain/ids.ts';
import { sleep } from '../queue/within.ts';
import { isDataFault } from '../store/faults.ts';
import type { LoggedHandshake } from '../store/handshakes.ts';
import type { HandshakeRecord } from './handshakes.ts';
import { storedHead } from './header-log.ts';
import { queryWithoutToken } from './redact-secrets.ts';

export interface HandshakeLogPorts {
  insert: (handshakes: LoggedHandshake[]) => Promise<void>;
  onLogged: (handshake: LoggedHandshake) => void;
  onError: (error: unknown) => void;
}

/** Anybody may ask by GET: rows kept for one (workflow, handshake, outcome) in a minute. */
const ROWS_PER_MINUTE = 20;
/** Rows that wait while the database is away; beyond that they are dropped, and the line in the log has to do. */
const MAX_WAITING = 1_000;
const RETRY_MS = 1_000;

/** Writes handshakes down after their answer. */
export class HandshakeLog {
  readonly #ports: HandshakeLogPorts;
  #rows: LoggedHandshake[] = [];
  /** How many of a minute became rows. Starts over with each minute, which keeps it small. */
  readonly #seen = new Map<string, number>();
  #minute = 0;
  #running: Promise<void> | null = null;
  readonly #stopping = new AbortController();

  constructor(ports: HandshakeLogPorts) {
    this.#ports = ports;
  }

  record(record: HandshakeRecord): void {
    const now = Date.now();
    const minute = Math.floor(now / 60_000);
    if (minute !== this.#minute) this.#seen.clear();
    this.#minute = minute;
    const key = `${record.request.policy.workflow.id} ${record.event} ${record.failure}`;
    const seen = this.#seen.get(key) ?? 0;
    this.#seen.set(key, seen + 1);
    if (seen >= ROWS_PER_MINUTE) return;
    const row = toRow(record, now);
    this.#ports.onLogged(row);
    if (this.#rows.length >= MAX_WAITING) return;
    this.#rows.push(row);
    this.#running ??= this.#run();
  }

  /** Writes what is left; gives up after one more try when the database does not take it. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#rows.length > 0) {
      const rows = this.#rows.slice(0, 100);
      try {
        await this.#write(rows);
        this.#rows.splice(0, rows.length);
      } catch (error) {
        this.#ports.onError(error);
        if (this.#stopping.signal.aborted) break;
        await sleep(RETRY_MS, this.#stopping.signal);
      }
    }
    this.#running = null;
  }

  /** One by one when the database refuses them as data, so that the one at fault is left out alone. */
  async #write(rows: LoggedHandshake[]): Promise<void> {
    try {
      await this.#ports.insert(rows);
    } catch (error) {
      if (!isDataFault(error)) throw error;
      if (rows.length === 1) this.#ports.onError(error);
      else for (const row of rows) await this.#write([row]);
    }
  }
}

function toRow(
  { request, event, statusCode, failure }: HandshakeRecord,
  receivedAtMs: number,
): LoggedHandshake {
  const { policy } = request;
  const { headers, query } = storedHead(policy, request);
  return {
    logId: newId(),
    organizationId: policy.workflow.organizationId,
    workflowId: policy.workflow.id,
    receivedAtMs,
    requestId: request.requestId,
    method: request.method,
    query: queryWithoutToken(query),
    headers,
    bodyBytes: request.body.length,
    sourceIp: request.sourceIp,
    statusCode,
    errorCode: failure,
    handshake: event,
  };
}
