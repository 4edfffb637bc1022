import { type AddressInfo, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { mappedIPv4 } from '../domain/network.ts';

/** Where this service is reached: what is sent there comes back to it. */
export interface OwnPlaces {
  /** null: it is not known before it listens. */
  publicUrl(): string | null;
  /** Whether a connection to this address and port is one to this process. */
  isListening(address: string, port: number): boolean;
  /** Tells where it listens now. */
  listen(addresses: readonly Pick<AddressInfo, 'address' | 'port'>[]): void;
}

const EVERY_ADDRESS = ['0.0.0.0', '::'];

export function createOwnPlaces(publicUrl: string | null): OwnPlaces {
  let listening: readonly Pick<AddressInfo, 'address' | 'port'>[] = [];
  return {
    publicUrl: () => publicUrl,
    isListening(address, port) {
      const connected = plainAddress(address);
      return listening.some((own) => {
        if (own.port !== port) return false;
        if (plainAddress(own.address) === connected) return true;
        return EVERY_ADDRESS.includes(own.address) && isLocal(connected);
      });
    },
    listen(addresses) {
      listening = addresses;
    },
  };
}

/** An IPv4 address written as an IPv6 one is the IPv4 address. */
function plainAddress(address: string): string {
  const [bare = ''] = address.split('%');
  return (isIP(bare) === 6 ? mappedIPv4(bare) : null) ?? bare;
}

/** Of this machine. Asked anew each time: interfaces come and go. */
function isLocal(address: string): boolean {
  if (/^127\./.test(address) || address === '::1' || EVERY_ADDRESS.includes(address)) return true;
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.some((own) => own.address.split('%')[0] === address);
}
