import type { IncomingHttpHeaders } from 'node:http';
import { newId } from '../domain/ids.ts';
import { sleep } from '../queue/within.ts';
import { isDataFault } from '../store/faults.ts';
import type { Refusal, RefusalCount } from '../store/refusals.ts';
import { MAX_DIAGNOSED_BYTES } from '../verify/diagnose.ts';
import type { Diagnosis, Evidence } from './diagnosing.ts';
import { storedHead } from './header-log.ts';
import { queryWithoutToken, redactionOf } from './redact-secrets.ts';
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
  /** What explains why it could not be authenticated; left out: it was refused for something else. */
  evidence?: { headers: IncomingHttpHeaders; body: Buffer; publicUrl: string };
}

export interface RefusalLogPorts {
  /** Never rejects. */
  diagnose: (evidence: Evidence) => Promise<Diagnosis>;
  insert: (refusals: Refusal[]) => Promise<void>;
  addCounts: (counts: RefusalCount[]) => Promise<void>;
  onError: (error: unknown) => void;
}

/** Rows kept for one (workflow, reason, minute); whatever comes beyond is only counted. */
const ROWS_PER_MINUTE = 20;
const MAX_ROWS_A_BATCH = 200;
/** Rows that wait while the database is away; beyond that, refusals are only counted. */
const MAX_WAITING_ROWS = 5_000;
/** Bodies that are held until it is known why they were refused. */
const MAX_HELD_BYTES = 16 * 1_048_576;
const MAX_WAITING_COUNTS = 50_000;
const RETRY_MS = 1_000;
/** What the column of the size holds. A sender may announce any Content-Length. */
const MAX_BYTES = 2_147_483_647;

/** Writes refusals down after the answer, outside the commits that accepted webhooks wait for. */
export class RefusalLog {
  readonly #ports: RefusalLogPorts;
  #rows: Waiting[] = [];
  #heldBytes = 0;
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
    if (seen < ROWS_PER_MINUTE && this.#rows.length < MAX_WAITING_ROWS) {
      this.#rows.push({ refusal: toRefusal(request, now), evidence: this.#hold(request, now) });
    } else this.#count(request, minuteMs);
    this.#running ??= this.#run();
  }

  /** Writes what is left; gives up after one more try when the database does not take it. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  #count({ policy: { workflow }, errorCode }: RefusedRequest, minuteMs: number): void {
    const { organizationId, id: workflowId } = workflow;
    this.#add({ organizationId, workflowId, minuteMs, errorCode, count: 1 });
  }

  #add(more: RefusalCount): void {
    const key = keyOf(more);
    const known = this.#counts.get(key);
    if (known) known.count += more.count;
    else if (this.#counts.size < MAX_WAITING_COUNTS) this.#counts.set(key, more);
  }

  async #run(): Promise<void> {
    // What is refused in the same turn of the event loop shares one statement.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#rows.length > 0 || this.#counts.size > 0) {
      try {
        await this.#writeRows();
        await this.#writeCounts();
      } catch (error) {
        this.#ports.onError(error);
        if (this.#stopping.signal.aborted) break;
        await sleep(RETRY_MS, this.#stopping.signal);
      }
    }
    this.#running = null;
  }

  async #writeRows(): Promise<void> {
    const waiting = this.#rows.slice(0, MAX_ROWS_A_BATCH);
    for (const row of waiting) await this.#diagnose(row);
    const rows = waiting.map(({ refusal }) => refusal);
    // Rows that were written before a failure keep their ids, so writing them again changes nothing.
    await this.#write(rows, (part) => this.#ports.insert(part));
    this.#rows.splice(0, rows.length);
  }

  #hold(
    { policy, errorCode: reason, method, url, evidence }: RefusedRequest,
    nowMs: number,
  ): Evidence | null {
    if (evidence === undefined) return null;
    const { headers, body, publicUrl } = evidence;
    const isHeld = body.length <= MAX_DIAGNOSED_BYTES && this.#heldBytes + body.length <= MAX_HELD_BYTES;
    if (isHeld) this.#heldBytes += body.length;
    return { policy, reason, method, url: publicUrl + url, headers, body: isHeld ? body : null, nowMs };
  }

  /** Once: a row that is written again keeps what was found, and its body is let go. */
  async #diagnose(waiting: Waiting): Promise<void> {
    const { refusal, evidence } = waiting;
    if (evidence === null) return;
    const { findings, secrets } = await this.#ports.diagnose(evidence);
    waiting.evidence = null;
    this.#heldBytes -= evidence.body?.length ?? 0;
    refusal.diagnosis = findings;
    const redaction = redactionOf(secrets);
    refusal.headers = redaction.headers(refusal.headers);
    refusal.query = redaction.query(refusal.query);
  }

  async #writeCounts(): Promise<void> {
    const unwritten = this.#counts;
    this.#counts = new Map();
    try {
      await this.#write([...unwritten.values()], async (part) => {
        await this.#ports.addCounts(part);
        for (const count of part) unwritten.delete(keyOf(count));
      });
    } catch (error) {
      for (const count of unwritten.values()) this.#add(count);
      throw error;
    }
  }

  /**
   * All at once; or one by one when the database refuses them as data (their workflow is gone), so that one at
   * fault is left out and neither takes others along nor stands in the way for ever.
   */
  async #write<T>(items: T[], write: (part: T[]) => Promise<void>): Promise<void> {
    if (items.length === 0) return;
    try {
      await write(items);
    } catch (error) {
      if (!isDataFault(error)) throw error;
      if (items.length === 1) this.#ports.onError(error);
      else for (const item of items) await this.#write([item], write);
    }
  }
}

/** A row that is not written yet. */
interface Waiting {
  refusal: Refusal;
  /** null: there is nothing to be found out, or it is known. */
  evidence: Evidence | null;
}

const keyOf = ({ workflowId, errorCode, minuteMs }: RefusalCount): string =>
  `${workflowId} ${errorCode} ${minuteMs}`;

function toRefusal(request: RefusedRequest, receivedAtMs: number): Refusal {
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
    bodyBytes: Math.min(request.bodyBytes, MAX_BYTES),
    sourceIp: request.sourceIp,
    statusCode: request.statusCode,
    errorCode: request.errorCode,
    diagnosis: null,
  };
}
