import { newId } from '../domain/ids.ts';
import { isDataFault } from '../store/faults.ts';
import type { Refusal, RefusalCount } from '../store/refusals.ts';
import { headersAsJson } from './header-log.ts';
import type { WebhookPolicy } from './webhook-policy.ts';

export interface RefusedRequest {
  policy: WebhookPolicy;
  requestId: string;
  method: string;
  url: string;
  rawHeaders: string[];
  bodyBytes: number;
  sourceIp: string;
  statusCode: number;
  /** The stable reason, e.g. `signature_mismatch`. */
  errorCode: string;
}

export interface RefusalLogPorts {
  insert: (refusals: Refusal[]) => Promise<void>;
  addCounts: (counts: RefusalCount[]) => Promise<void>;
  onError: (error: unknown) => void;
}

/** Rows kept for one (workflow, reason, minute); whatever comes beyond is only counted. */
const ROWS_PER_MINUTE = 20;
const MAX_ROWS_A_BATCH = 200;
const RETRY_MS = 1_000;

/** Writes refusals down after the answer, outside the commits that accepted webhooks wait for. */
export class RefusalLog {
  readonly #ports: RefusalLogPorts;
  #rows: Refusal[] = [];
  #counts = new Map<string, RefusalCount>();
  /** How many of a minute became rows. Starts over with each minute, which keeps it small. */
  readonly #seen = new Map<string, number>();
  #minuteMs = 0;
  #running: Promise<void> | null = null;
  readonly #stopping = new AbortController();

  constructor(ports: RefusalLogPorts) {
    this.#ports = ports;
  }

  record(request: RefusedRequest): void {
    const now = Date.now();
    const minuteMs = now - (now % 60_000);
    if (minuteMs !== this.#minuteMs) this.#seen.clear();
    this.#minuteMs = minuteMs;
    const key = `${request.policy.workflow.id} ${request.errorCode}`;
    const seen = this.#seen.get(key) ?? 0;
    this.#seen.set(key, seen + 1);
    if (seen < ROWS_PER_MINUTE) this.#rows.push(toRefusal(request, now));
    else this.#count(`${key} ${minuteMs}`, request, minuteMs);
    this.#running ??= this.#run();
  }

  /** Writes what is left; gives up after one more try when the database does not take it. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  #count(key: string, { policy: { workflow }, errorCode }: RefusedRequest, minuteMs: number): void {
    const known = this.#counts.get(key);
    if (known) known.count++;
    else {
      const { organizationId, id: workflowId } = workflow;
      this.#counts.set(key, { organizationId, workflowId, minuteMs, errorCode, count: 1 });
    }
  }

  async #run(): Promise<void> {
    // What is refused in the same turn of the event loop shares one statement.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#rows.length > 0 || this.#counts.size > 0) {
      try {
        await this.#write();
      } catch (error) {
        this.#ports.onError(error);
        // Rows the database refuses as data (their organization is gone) would stand in the way for ever.
        if (isDataFault(error)) this.#discard();
        else if (this.#stopping.signal.aborted) break;
        else await this.#pause();
      }
    }
    this.#running = null;
  }

  async #write(): Promise<void> {
    const rows = this.#rows.slice(0, MAX_ROWS_A_BATCH);
    if (rows.length > 0) await this.#ports.insert(rows);
    this.#rows.splice(0, rows.length);
    const counts = this.#counts;
    if (counts.size === 0) return;
    this.#counts = new Map();
    try {
      await this.#ports.addCounts([...counts.values()]);
    } catch (error) {
      for (const [key, count] of counts) {
        const newer = this.#counts.get(key);
        if (newer) newer.count += count.count;
        else this.#counts.set(key, count);
      }
      throw error;
    }
  }

  #discard(): void {
    this.#rows.splice(0, MAX_ROWS_A_BATCH);
    this.#counts.clear();
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, RETRY_MS);
      this.#stopping.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function toRefusal(request: RefusedRequest, receivedAtMs: number): Refusal {
  const { policy, url } = request;
  const mark = url.indexOf('?');
  return {
    logId: newId(),
    organizationId: policy.workflow.organizationId,
    workflowId: policy.workflow.id,
    receivedAtMs,
    requestId: request.requestId,
    method: request.method,
    query: mark === -1 ? '' : url.slice(mark + 1),
    headers: headersAsJson(request.rawHeaders, policy.credentials),
    bodyBytes: request.bodyBytes,
    sourceIp: request.sourceIp,
    statusCode: request.statusCode,
    errorCode: request.errorCode,
  };
}
