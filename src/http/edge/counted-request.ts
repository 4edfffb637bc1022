import { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Problem } from '../../domain/problem.ts';
import type { Release } from '../../runtime/concurrency-budget.ts';

/** What a connection is known by. */
export interface Connection {
  /** null: a trusted proxy, on whose connections are the requests of many clients. */
  client: string | null;
  /** Requests that are not answered yet. */
  underWay: number;
  /** It had too many of them, and no more are looked at. */
  isFull: boolean;
  /** Those that have something to give back. They do it when their answer is out, or when the connection closes. */
  readonly open: Set<CountedRequest>;
}

/** Who is told what arrives of bodies. */
export interface BodyWatcher {
  /** Whether these bytes may be kept. If not, `refuse` was called for their request. */
  arrived(request: CountedRequest, bytes: number): boolean;
  /** All of it is here. */
  ended(request: CountedRequest): void;
  /** Nobody needs it any more. */
  released(request: CountedRequest): void;
}

interface Watched {
  connectionOf: (socket: Socket) => Connection;
  bodies: BodyWatcher;
}

/**
 * A request that counts what arrives of its body, whoever reads it, and also while nobody does yet. Counted where
 * Node hands over what it read, because each way to read a body has a reader of its own.
 */
export class CountedRequest extends IncomingMessage {
  readonly arrivedOn: Connection;
  /** Whom it is charged to, once that is known. */
  client: string | null;
  /** Of its body. */
  heldBytes = 0;
  /** Gives back its place among the requests of its client. */
  place: Release | null = null;
  /** Whether it counts among those of its connection. */
  isUnderWay = false;
  /** The one that is told that they are too many. */
  isOneTooMany = false;
  readonly #bodies: BodyWatcher;
  #isOver = false;
  #refusal: Problem | null = null;
  #hasFailed = false;

  constructor(socket: Socket, { connectionOf, bodies }: Watched) {
    super(socket);
    this.#bodies = bodies;
    this.arrivedOn = connectionOf(socket);
    this.client = this.arrivedOn.client;
  }

  get isRefused(): boolean {
    return this.#refusal !== null;
  }

  /** From here on, what arrives is thrown away: it is read all the same, so that its sender lives to read the answer. */
  refuse(problem: Problem): void {
    this.#refusal ??= problem;
  }

  /** Tells whoever reads it that it was refused, however much of it is still to come. */
  fail(): void {
    if (this.#refusal === null || this.#hasFailed) return;
    this.#hasFailed = true;
    if (this.listenerCount('error') > 0) this.#tell(this.#refusal);
  }

  /** Nobody needs its body any more, though its answer is not out yet. */
  dropBody(): void {
    this.#bodies.released(this);
  }

  /** Its answer is out, or nobody waits for it any more: gives back all that it has. */
  release(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.arrivedOn.open.delete(this);
    if (this.isUnderWay) this.arrivedOn.underWay--;
    this.place?.();
    this.#bodies.released(this);
  }

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    // What comes after the answer is read and thrown away by Node.
    if (this.#isOver) return super.push(chunk, encoding);
    if (chunk === null) {
      this.#bodies.ended(this);
      // Not its end: whoever began to read would take what came so far for the whole.
      if (this.#refusal === null) return super.push(null);
      this.fail();
      return false;
    }
    if (this.#refusal !== null || !this.#bodies.arrived(this, chunk.length)) return true;
    return super.push(chunk, encoding);
  }

  /** It may have failed while nobody listened. */
  override _read(size: number): void {
    const refusal = this.#refusal;
    if (this.#hasFailed && refusal !== null) process.nextTick(() => this.#tell(refusal));
    super._read(size);
  }

  #tell(refusal: Problem): void {
    this.emit('error', refusal);
    super.push(null);
  }
}

/** For `IncomingMessage` of a server. */
export const countedRequests = (watched: Watched): typeof IncomingMessage =>
  class extends CountedRequest {
    constructor(socket: Socket) {
      super(socket, watched);
    }
  };
