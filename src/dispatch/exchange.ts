import type { Dispatcher } from 'undici';
import type { HeaderList } from './send-result.ts';

/** The deadline of the call passed. */
class DeadlineError extends Error {
  override name = 'DeadlineError';
  readonly code = 'DEADLINE';
}

class OverLimitError extends Error {
  override name = 'OverLimitError';
}

export interface Answer {
  statusCode: number;
  headers: HeaderList;
  body: Buffer;
  truncated: boolean;
  bodyIncomplete: boolean;
}

/** How one exchange ended. `started`: bytes of the request may have left this machine. */
export type Ending = { answer: Answer } | { started: boolean; error: Error };

export interface ExchangeLimits {
  timeoutMs: number;
  maxBodyBytes: number;
}

/** Runs one request on the dispatcher. Never rejects for anything the peer or the network does. */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  limits: ExchangeLimits,
): Promise<Ending> {
  return new Promise((resolve) => {
    dispatcher.dispatch(request, new ExchangeHandler(limits, resolve));
  });
}

class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #maxBodyBytes: number;
  readonly #resolve: (ending: Ending) => void;
  readonly #deadline: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | null = null;
  #head: { statusCode: number; headers: HeaderList } | null = null;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #ended = false;

  constructor(limits: ExchangeLimits, resolve: (ending: Ending) => void) {
    this.#maxBodyBytes = limits.maxBodyBytes;
    this.#resolve = resolve;
    this.#deadline = setTimeout(
      () => this.#stop(new DeadlineError('The deadline passed.')),
      limits.timeoutMs,
    );
  }

  /** undici calls this right before it writes to the socket: until then no byte has left. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    // The deadline passed while the request waited for a socket. Throwing here takes it out of the queue
    // and leaves the socket to the next one; aborting it would destroy a good connection.
    if (this.#ended) throw new DeadlineError('The deadline passed before a connection was free.');
    this.#controller = controller;
  }

  onResponseStart(controller: Dispatcher.DispatchController, statusCode: number): void {
    if (statusCode < 200) return; // informational: the answer is still to come
    this.#head = { statusCode, headers: headerList(controller.rawHeaders) };
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = this.#maxBodyBytes - this.#bytes;
    this.#chunks.push(chunk.subarray(0, room));
    this.#bytes += Math.min(chunk.length, room);
    if (chunk.length > room) controller.abort(new OverLimitError('The body is over the limit.'));
  }

  onResponseEnd(): void {
    this.#end(null);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end(error);
  }

  #stop(error: Error): void {
    this.#controller?.abort(error);
    this.#end(error);
  }

  #end(error: Error | null): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#deadline);
    if (this.#head) {
      const truncated = error instanceof OverLimitError;
      const body = Buffer.concat(this.#chunks);
      this.#resolve({
        answer: { ...this.#head, body, truncated, bodyIncomplete: error !== null && !truncated },
      });
    } else {
      const started = this.#controller !== null;
      this.#resolve({ started, error: error ?? new Error('The answer ended before it began.') });
    }
    this.#chunks = [];
  }
}

function headerList(raw: Dispatcher.DispatchController['rawHeaders']): HeaderList {
  const list: HeaderList = [];
  if (!Array.isArray(raw)) return list;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    list.push([text(raw[index]), text(raw[index + 1])]);
  }
  return list;
}

const text = (value: Buffer | string | undefined): string =>
  typeof value === 'string' ? value : (value?.toString('latin1') ?? '');
