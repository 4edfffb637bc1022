import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../../domain/problem.ts';
import type { ConcurrencyBudget } from '../../runtime/concurrency-budget.ts';

export interface EventStreamLimits {
  /** How many may be open at once. */
  maxStreams: number;
  /** Milliseconds between two comments that keep proxies from taking a quiet stream for a dead one. */
  heartbeatMs: number;
  /** What may wait for a client that does not read, in bytes. */
  maxWaitingBytes: number;
}

export const EVENT_STREAM_LIMITS: EventStreamLimits = {
  maxStreams: 1_000,
  heartbeatMs: 15_000,
  maxWaitingBytes: 262_144,
};

/** How often it is looked at whose key has expired, which nobody announces. */
const EXPIRY_MS = 500;
/** Keys that change one after the other are asked about together. */
const RECHECK_MS = 100;
/** At this many heartbeats in a row a client that took nothing in between is given up: a minute. */
const MAX_MISSED_BEATS = 4;
/** A process that stops is replaced at once by another, or soon by itself. */
const RECONNECT_MS = 1_000;

const RETRY = { 'retry-after': '5' };
const TOO_MANY =
  'Your organization has as many event streams open as it may. Close one, or have the limit event_streams raised: GET /api/usage shows it.';

const HEADERS = {
  'content-type': 'text/event-stream',
  // Compressing would hold events back until a block of them is full.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

export interface StreamOptions {
  request: FastifyRequest;
  reply: FastifyReply;
  /** Throws a Problem when the caller may not listen any more. Asked when a key changes, and at each heartbeat. */
  authorize: (request: FastifyRequest) => Promise<void>;
}

/**
 * One answer of server-sent events. Written to the socket itself, with no stream in between: what waits for a
 * client is then in one place that can be measured, and an event that a thousand clients get is one buffer.
 * (@fastify/sse waits for `drain` alone after a full buffer, so a client that is cut then leaves its sender
 * waiting for ever; and nothing bounds what waits.)
 */
export class EventStream {
  readonly #options: StreamOptions;
  readonly #maxWaitingBytes: number;
  readonly #closers: (() => void)[] = [];
  #isChecking = false;
  /** Something changed since it was asked. */
  #isToCheckAgain = false;
  #missedBeats = 0;
  #closed = false;

  constructor(options: StreamOptions, maxWaitingBytes: number) {
    const { reply } = options;
    this.#options = options;
    this.#maxWaitingBytes = maxWaitingBytes;
    reply.hijack();
    const { raw } = reply;
    raw.on('close', () => this.#close());
    // A client that goes away while it is written to. `close` follows.
    raw.on('error', (err) => options.request.log.debug({ err }, 'events.client_lost'));
    if (raw.destroyed) this.#close();
    raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...HEADERS });
    this.send(`retry: ${RECONNECT_MS}\n\n`);
  }

  /** Whether all that was sent is on its way, so that more would not wait here. */
  get isDrained(): boolean {
    return this.#options.reply.raw.writableLength === 0;
  }

  /** Calls it when the stream is over, whoever ended it; at once when it is over already. */
  onClose(closer: () => void): void {
    if (this.#closed) closer();
    else this.#closers.push(closer);
  }

  /** Cuts the stream when too much of what was sent before still waits. */
  send(frames: Buffer | string): void {
    const { raw } = this.#options.reply;
    if (!this.#isOpen) return;
    if (raw.writableLength > this.#maxWaitingBytes) raw.destroy();
    else raw.write(frames);
  }

  end(): void {
    if (this.#isOpen) this.#options.reply.raw.end();
  }

  /** Ends it without waiting for a client that does not read. */
  cut(): void {
    if (this.isDrained) this.end();
    else this.#options.reply.raw.destroy();
  }

  /** Shows that it lives, and finds out whether it still should. */
  beat(): void {
    this.#missedBeats = this.isDrained ? 0 : this.#missedBeats + 1;
    if (this.#missedBeats >= MAX_MISSED_BEATS) this.#options.reply.raw.destroy();
    else if (this.isDrained) this.send(':\n\n');
    this.check();
  }

  /** Finds out whether its caller may still listen. */
  check(): void {
    if (this.#isChecking) this.#isToCheckAgain = true;
    else void this.#check();
  }

  get hasExpired(): boolean {
    const { expiresAt } = this.#options.request.caller;
    return expiresAt !== null && expiresAt.getTime() <= Date.now();
  }

  get #isOpen(): boolean {
    const { raw } = this.#options.reply;
    return !this.#closed && !raw.destroyed && !raw.writableEnded;
  }

  async #check(): Promise<void> {
    const { request, authorize } = this.#options;
    this.#isChecking = true;
    try {
      await authorize(request);
    } catch (err) {
      if (err instanceof Problem) this.cut();
      // Nobody knows while the database is away, and until it is back there is nothing to hear.
      else request.log.debug({ err }, 'events.authorization_unknown');
    } finally {
      this.#isChecking = false;
    }
    if (!this.#isToCheckAgain) return;
    this.#isToCheckAgain = false;
    if (this.#isOpen) this.check();
  }

  #close(): void {
    this.#closed = true;
    for (const closer of this.#closers.splice(0)) closer();
  }
}

/** All streams of events that this process has open. */
export class EventStreams {
  readonly #budget: Pick<ConcurrencyBudget, 'take'>;
  readonly #limits: EventStreamLimits;
  readonly #streams = new Set<EventStream>();
  #heart: NodeJS.Timeout | undefined;
  #clock: NodeJS.Timeout | undefined;
  #recheck: NodeJS.Timeout | undefined;
  #stopped = false;

  /** @param budget how many each organization may have open. */
  constructor(budget: Pick<ConcurrencyBudget, 'take'>, limits: EventStreamLimits = EVENT_STREAM_LIMITS) {
    this.#budget = budget;
    this.#limits = limits;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** @throws Problem budget_exceeded, too_many_streams, shutting_down. */
  open(options: StreamOptions): EventStream {
    const { maxStreams, maxWaitingBytes, heartbeatMs } = this.#limits;
    if (this.#stopped) {
      throw new Problem('shutting_down', { headers: { 'retry-after': '1', connection: 'close' } });
    }
    if (this.#streams.size >= maxStreams) {
      throw new Problem('too_many_streams', { headers: RETRY });
    }
    const release = this.#budget.take(options.request.caller.organizationId);
    if (release === null) {
      throw new Problem('budget_exceeded', { detail: TOO_MANY, headers: RETRY });
    }
    const stream = new EventStream(options, maxWaitingBytes);
    this.#streams.add(stream);
    this.#heart ??= setInterval(() => this.#beat(), heartbeatMs);
    this.#clock ??= setInterval(() => this.#expire(), EXPIRY_MS);
    stream.onClose(() => {
      release();
      this.#forget(stream);
    });
    return stream;
  }

  /** Some key changed, or may have: who must not listen any more hears no more within a second. */
  recheck(): void {
    if (this.#streams.size === 0) return;
    this.#recheck ??= setTimeout(() => {
      this.#recheck = undefined;
      for (const stream of this.#streams) stream.check();
    }, RECHECK_MS);
  }

  /** Ends all of them and lets in no more. Clients that come back go on elsewhere, with Last-Event-ID. */
  stop(): void {
    this.#stopped = true;
    for (const stream of this.#streams) stream.cut();
  }

  #beat(): void {
    for (const stream of this.#streams) stream.beat();
  }

  #expire(): void {
    for (const stream of this.#streams) if (stream.hasExpired) stream.cut();
  }

  #forget(stream: EventStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    clearInterval(this.#heart);
    clearInterval(this.#clock);
    clearTimeout(this.#recheck);
    this.#heart = undefined;
    this.#clock = undefined;
    this.#recheck = undefined;
  }
}
