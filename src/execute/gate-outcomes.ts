import type { CircuitBreaker } from '../domain/circuit-breaker.ts';
import type { OutcomeTally } from '../store/gate-rules.ts';
import type { CircuitMove } from '../store/gates.ts';

export interface GateOutcomesPorts {
  count: (tallies: OutcomeTally[]) => Promise<CircuitMove[]>;
  onMove: (move: CircuitMove) => void;
  /** Outcomes were not counted, and will not be: the circuit opens a little later than it could. */
  onError: (error: unknown) => void;
}

export interface EndpointOutcome {
  endpointId: string;
  breaker: CircuitBreaker;
  /** When the attempt began. */
  startedMs: number;
  health: 'healthy' | 'failing' | 'unknown';
  /** Set: the delivery that tries whether the endpoint is back. */
  probeDeliveryId: string | null;
}

/** `failures`: how many of its outcomes, which may be thousands. */
interface Gathered {
  tally: OutcomeTally;
  failures: number;
}

/** Between two statements: each costs a row per endpoint that was called meanwhile. Good news can wait longer. */
const FAILURES_MS = 1_000;
const SUCCESSES_MS = 5_000;
/** A statement's worth. */
const ENDPOINTS = 500;

/** Gathers how attempts went, and tells the circuits of all processes once a second, or as soon as it may matter. */
export class GateOutcomes {
  readonly #ports: GateOutcomesPorts;
  readonly #gathered = new Map<string, Gathered>();
  #timer: NodeJS.Timeout | null = null;
  #flushAtMs = 0;
  #flushing: Promise<void> = Promise.resolve();

  constructor(ports: GateOutcomesPorts) {
    this.#ports = ports;
  }

  /** Never rejects. Of the probe's outcome it ends when that is known to all, before its record says it has ended. */
  async attempted(outcome: EndpointOutcome): Promise<void> {
    const { endpointId, breaker, startedMs, health, probeDeliveryId } = outcome;
    if (!breaker.enabled || (health === 'unknown' && probeDeliveryId === null)) return;
    const before = this.#gathered.get(endpointId);
    const outcomes = before?.tally.outcomes ?? [];
    const probe = before?.tally.probe ?? null;
    if (health !== 'unknown') outcomes.push({ startedMs, failed: health === 'failing' });
    const failures = (before?.failures ?? 0) + (health === 'failing' ? 1 : 0);
    const tally: OutcomeTally = {
      endpointId,
      breaker,
      outcomes,
      probe: probeDeliveryId === null ? probe : { deliveryId: probeDeliveryId, health },
    };
    this.#gathered.set(endpointId, { tally, failures });
    if (probeDeliveryId !== null) return this.flush();
    // An endpoint that fails fast would use up the attempts of thousands within the second.
    if (health === 'failing' && failures === breaker.minimumAttempts) void this.flush();
    else this.#flushWithin(failures > 0 ? FAILURES_MS : SUCCESSES_MS);
  }

  #flushWithin(ms: number): void {
    if (this.#timer && this.#flushAtMs <= performance.now() + ms) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#flushAtMs = performance.now() + ms;
    this.#timer = setTimeout(() => void this.flush(), ms);
  }

  /** Tells now what was gathered. One statement at a time: what is gathered meanwhile goes with the next. */
  flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#flushing = this.#flushing.then(() => this.#tell());
    return this.#flushing;
  }

  async #tell(): Promise<void> {
    const tallies = [...this.#gathered.values()].map(({ tally }) => tally);
    this.#gathered.clear();
    for (let start = 0; start < tallies.length; start += ENDPOINTS) {
      try {
        const moves = await this.#ports.count(tallies.slice(start, start + ENDPOINTS));
        for (const move of moves) this.#ports.onMove(move);
      } catch (error) {
        this.#ports.onError(error);
      }
    }
  }
}
