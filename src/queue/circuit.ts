export interface Circuit {
  /**
   * Whether a call may be made. While the circuit is open one call in `retryMs` may, to find out; every call
   * that was let in must report how it ended.
   */
  enter(): boolean;
  closed(): boolean;
  succeeded(): void;
  failed(error: unknown): void;
  /** The fault that opened it. */
  reason(): unknown;
}

/** Makes calls to something that does not answer fail at once, except for one probe every `retryMs`. */
export function createCircuit(retryMs: number): Circuit {
  let fault: { error: unknown; retryAt: number } | null = null;
  let probing = false;
  return {
    enter() {
      if (fault === null) return true;
      if (probing || performance.now() < fault.retryAt) return false;
      probing = true;
      return true;
    },
    closed: () => fault === null,
    succeeded() {
      fault = null;
      probing = false;
    },
    failed(error) {
      fault = { error, retryAt: performance.now() + retryMs };
      probing = false;
    },
    reason: () => fault?.error,
  };
}
