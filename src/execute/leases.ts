/** How long a lease lasts: after a crash, others wait this long before they take the work over. */
export const LEASE_MS = 15_000;
const RENEW_MS = 5_000;

export interface LeaseKeeperPorts {
  renew: (tokens: string[], leaseMs: number) => Promise<void>;
  onError: (error: unknown) => void;
}

/** Renews the leases of attempts that take longer than a renewal interval, all in one statement. */
export class LeaseKeeper {
  readonly #ports: LeaseKeeperPorts;
  readonly #held = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(ports: LeaseKeeperPorts) {
    this.#ports = ports;
  }

  hold(token: string): void {
    this.#held.add(token);
    this.#timer ??= setInterval(() => void this.#renew(), RENEW_MS);
  }

  release(token: string): void {
    this.#held.delete(token);
    if (this.#held.size > 0 || !this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  async #renew(): Promise<void> {
    try {
      await this.#ports.renew([...this.#held], LEASE_MS);
    } catch (error) {
      // A lease that runs out is taken over by another worker, and what we record for it is then refused.
      this.#ports.onError(error);
    }
  }
}
