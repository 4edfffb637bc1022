/** Tells whoever sends events, in the same process, that there are some. Others find them by looking. */
export interface EventSignal {
  /** To be called after the commit. Never throws. */
  notify(): void;
  /** One listener: the sender. */
  listen(listener: () => void): void;
}

export function createEventSignal(): EventSignal {
  let heard: () => void = () => undefined;
  return {
    notify: () => heard(),
    listen(listener) {
      heard = listener;
    },
  };
}
