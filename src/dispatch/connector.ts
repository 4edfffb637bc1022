import { isIP, Socket } from 'node:net';
import { buildConnector, errors } from 'undici';
import { type AddressGuard, AddressNotAllowedError } from './address-guard.ts';

export interface Connector {
  connect: buildConnector.connector;
  /** Ends every socket, also those that are still connecting. */
  destroySockets(): void;
}

/** A connection to this process itself: whatever is sent there comes back. */
class OwnAddressError extends Error {
  override name = 'OwnAddressError';
  readonly code = 'OWN_ADDRESS';

  constructor(hostname: string) {
    super(`${hostname} leads back to this service.`);
  }
}

export interface ConnectorOptions {
  guard: AddressGuard;
  timeoutMs: number;
  isOwn: (address: string, port: number) => boolean;
}

/** Opens the sockets of the HTTP client, to addresses the guard allows and to no others. */
export function createConnector({ guard, timeoutMs: timeout, isOwn }: ConnectorOptions): Connector {
  const guarded = buildConnector({ timeout, lookup: guard.lookup });
  const unguarded = buildConnector({ timeout });
  const sockets = new Set<Socket>();

  const connect: buildConnector.connector = (target, callback) => {
    const { hostname, protocol } = target;
    const port = Number(target.port) || (protocol === 'https:' ? 443 : 80);
    const hostAllowed = guard.allowsHost(hostname, port);
    // A literal address is connected to without a lookup, so nothing else would check it.
    if (!hostAllowed && isIP(hostname) !== 0 && !guard.allowsAddress(hostname)) {
      queueMicrotask(() => callback(new AddressNotAllowedError(hostname), null));
      return;
    }
    const socket: unknown = (hostAllowed ? unguarded : guarded)(target, (...outcome) => {
      const [error, connected] = outcome;
      if (error !== null) callback(plainWhenNameMismatch(error), null);
      // Only the connection tells where a name led.
      else if (isOwn(connected.remoteAddress ?? '', connected.remotePort ?? 0)) {
        connected.destroy();
        callback(new OwnAddressError(hostname), null);
      } else callback(...outcome);
    });
    if (!(socket instanceof Socket)) return;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };

  return {
    connect,
    destroySockets: () => {
      // With an error: a connecting socket that is destroyed without one never calls back.
      for (const socket of sockets) socket.destroy(new errors.ClientDestroyedError('The client was closed.'));
    },
  };
}

/**
 * undici 7 treats this one code apart and then counts the failed request as running for ever, so that the
 * requests behind it in a bounded pool wait for their deadlines. Without the code it fails them all at once.
 */
function plainWhenNameMismatch(error: NodeJS.ErrnoException): Error {
  const mismatch = error.code === 'ERR_TLS_CERT_ALTNAME_INVALID';
  return mismatch ? new Error(error.message, { cause: error }) : error;
}
