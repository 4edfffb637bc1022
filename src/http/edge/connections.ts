import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { networkOf } from '../../domain/network.ts';
import { Problem } from '../../domain/problem.ts';
import { type Budgets, EVERYBODY } from '../../runtime/budgets.ts';
import type { Release } from '../../runtime/concurrency-budget.ts';
import { type Connection, CountedRequest } from './counted-request.ts';

/** More than a client sends on one connection before it has an answer. */
const MAX_UNDER_WAY = 100;
/** Refused connections that stay for a moment, so that their clients can read why. Beyond that they are cut off. */
const MAX_LINGERING = 100;
const LINGER_MS = 1_000;
const AGAIN = { 'retry-after': '5', connection: 'close' };

const CONNECTION = Symbol('connection');
type KnownSocket = Socket & { [CONNECTION]?: Connection };

export interface ConnectionsOptions {
  budgets: Budgets;
  /** Whether the address is that of a trusted proxy. */
  isProxy: (address: string) => boolean;
  /** Writes an answer to a connection of which nothing was read. */
  answer: (socket: Socket, problem: Problem) => void;
}

/**
 * The connections of a server, all of them and by client. On those of trusted proxies it is not the connections that
 * are counted, but the requests under way, by the client that the proxy names.
 */
export class Connections {
  readonly #options: ConnectionsOptions;
  #lingering = 0;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  of(socket: KnownSocket): Connection {
    return socket[CONNECTION] ?? this.#meet(socket);
  }

  /** Puts itself before whoever serves the connections of the server. */
  guard(server: Server): void {
    const serve = server.listeners('connection') as ((socket: Socket) => void)[];
    server.removeAllListeners('connection');
    server.on('connection', (socket: Socket) => {
      const problem = this.#admit(socket);
      if (problem === null) for (const one of serve) one.call(server, socket);
      else this.#turnAway(socket, problem);
    });
    const handle = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      if (!isToBeHandled(request)) return;
      for (const one of handle) one.call(server, request, response);
    });
  }

  /** Counts a request, before anything else is done about it. */
  readonly begin = ({ raw, ip }: FastifyRequest): Problem | undefined => {
    // Tests inject requests that have no connection.
    if (!(raw instanceof CountedRequest)) return undefined;
    const { arrivedOn: connection } = raw;
    if (raw.isOneTooMany) return tooMany('Too many requests are under way on this connection.');
    if (connection.client !== null) return undefined;
    raw.client = networkOf(ip ?? '');
    raw.place = this.#options.budgets.concurrent('connections_per_client').take(raw.client);
    if (raw.place === null) return tooMany();
    connection.open.add(raw);
    return undefined;
  };

  #meet(socket: KnownSocket): Connection {
    const address = socket.remoteAddress ?? '';
    const client = this.#options.isProxy(address) ? null : networkOf(address);
    const connection: Connection = { client, underWay: 0, isFull: false, open: new Set() };
    socket[CONNECTION] = connection;
    // Of requests that were pipelined, Node tells only the first that its connection is gone.
    socket.once('close', () => {
      for (const request of connection.open) request.release();
    });
    return connection;
  }

  #admit(socket: Socket): Problem | null {
    const { budgets } = this.#options;
    const { client } = this.of(socket);
    const taken: Release[] = [];
    const take = (release: Release | null): boolean => {
      if (release !== null) taken.push(release);
      return release !== null;
    };
    socket.once('close', () => {
      for (const release of taken) release();
    });
    if (client !== null && !take(budgets.concurrent('connections_per_client').take(client))) return tooMany();
    if (take(budgets.concurrent('connections').take(EVERYBODY))) return null;
    return new Problem('overloaded', { headers: AGAIN, detail: FULL });
  }

  #turnAway(socket: Socket, problem: Problem): void {
    // A client that hangs up first. `close` follows.
    socket.on('error', () => socket.destroy());
    if (this.#lingering >= MAX_LINGERING) {
      socket.destroy();
      return;
    }
    this.#lingering++;
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      this.#lingering--;
    });
    // What it sends is read: closed over unread bytes, a connection is reset, and the answer with it.
    socket.resume();
    this.#options.answer(socket, problem);
  }
}

/**
 * Node hands over at once all requests that it read, thousands of them when they are small and their sender did not
 * wait for answers. The first that is too many is answered, those after it cost nothing more.
 */
function isToBeHandled(request: IncomingMessage): boolean {
  if (!(request instanceof CountedRequest)) return true;
  const { arrivedOn: connection } = request;
  if (connection.isFull) return false;
  request.isUnderWay = true;
  if (++connection.underWay > MAX_UNDER_WAY) {
    connection.isFull = true;
    request.isOneTooMany = true;
    request.socket.pause();
  }
  return true;
}

const FULL = 'This process has as many connections as it may. Try again after Retry-After seconds.';

const tooMany = (detail?: string) =>
  new Problem('too_many_connections', { headers: AGAIN, ...(detail !== undefined && { detail }) });
