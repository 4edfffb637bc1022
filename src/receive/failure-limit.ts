import { LRUCache } from 'lru-cache';
import { networkOf } from '../domain/network.ts';

export interface FailureLimitOptions {
  /** So many failures within the window, and the address has to wait for as long. Default: 30 in 60 s. */
  maxFailures?: number;
  windowMs?: number;
  /** Of addresses that failed, and as many of those that did not. The one not seen for longest is forgotten. */
  maxAddresses?: number;
  /** Milliseconds that only go forward. */
  now?: () => number;
}

/**
 * How an address stands with a workflow. `waiting`: it failed too often. `trusted`: lately a request from there was
 * authentic, so it is not turned away unheard: strangers may share the address of a sender.
 */
export type Standing = { waiting: false } | { waiting: true; retryAfterSeconds: number; trusted: boolean };

/** What an address fails at. */
export interface Door {
  workflowId: string;
  /** Another one when something else has to be proven: who failed before a change of settings begins anew. */
  proof: string;
}

interface Failures {
  count: number;
  /** When the window began; while it waits, when that ends. */
  since: number;
  waitsUntil: number;
}

/** More than anybody mistypes a secret; fewer than it takes to guess one, or to be a burden. */
const MAX_FAILURES = 30;
const WINDOW_MS = 60_000;
const MAX_ADDRESSES = 20_000;
/** Long enough for a sender that has something to say once a week. */
const TRUSTED_MS = 8 * 86_400_000;
const TRUST_RENEWED_MS = 3_600_000;

const FINE: Standing = Object.freeze({ waiting: false });

/**
 * Counts failed authentications by workflow and address, IPv6 by /64, in this process. Nothing that an address does
 * while it waits makes it wait longer, and no success shortens it: it ends by itself.
 */
export class FailureLimit {
  readonly #maxFailures: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #failures: LRUCache<string, Failures>;
  /** When each was last noted as authentic. Apart from the failures, so that strangers cannot push anybody out. */
  readonly #trusted: LRUCache<string, number>;

  constructor(options: FailureLimitOptions = {}) {
    const { maxFailures = MAX_FAILURES, windowMs = WINDOW_MS, maxAddresses = MAX_ADDRESSES } = options;
    this.#maxFailures = maxFailures;
    this.#windowMs = windowMs;
    this.#now = options.now ?? (() => performance.now());
    this.#failures = new LRUCache({ max: maxAddresses });
    this.#trusted = new LRUCache({ max: maxAddresses });
  }

  /** Addresses it remembers. */
  get size(): number {
    return this.#failures.size + this.#trusted.size;
  }

  standing({ workflowId, proof }: Door, address: string): Standing {
    // The rule, on the path of every webhook: nobody failed lately.
    if (this.#failures.size === 0) return FINE;
    const key = keyOf(workflowId, address);
    const failures = this.#failures.get(key + proof);
    if (failures === undefined) return FINE;
    const leftMs = failures.waitsUntil - this.#now();
    if (leftMs <= 0) return FINE;
    const retryAfterSeconds = Math.max(1, Math.ceil(leftMs / 1_000));
    return { waiting: true, retryAfterSeconds, trusted: this.#isTrusted(key) };
  }

  failed({ workflowId, proof }: Door, address: string): void {
    const key = keyOf(workflowId, address) + proof;
    const now = this.#now();
    const known = this.#failures.get(key);
    if (known !== undefined && now < known.waitsUntil) return;
    const isOver = known === undefined || known.waitsUntil > 0 || now - known.since >= this.#windowMs;
    const failures = isOver ? { count: 0, since: now, waitsUntil: 0 } : known;
    failures.count++;
    if (failures.count >= this.#maxFailures) failures.waitsUntil = now + this.#windowMs;
    if (isOver) this.#failures.set(key, failures);
  }

  authenticated({ workflowId }: Door, address: string): void {
    const key = keyOf(workflowId, address);
    const now = this.#now();
    const noted = this.#trusted.get(key);
    if (noted === undefined || now - noted > TRUST_RENEWED_MS) this.#trusted.set(key, now);
  }

  #isTrusted(key: string): boolean {
    const noted = this.#trusted.get(key);
    return noted !== undefined && this.#now() - noted < TRUSTED_MS;
  }
}

const keyOf = (workflowId: string, address: string): string => `${workflowId} ${networkOf(address)} `;
