import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { embeddedIpv4, isPublicIpv4, isPublicIpv6, toBlockList } from './address-ranges.ts';

/** An address that must not be connected to. Names the host, never what it resolved to. */
export class AddressNotAllowedError extends Error {
  override name = 'AddressNotAllowedError';
  readonly code = 'ADDRESS_NOT_ALLOWED';

  constructor(hostname: string) {
    super(`${hostname} is or resolves to a private or reserved address.`);
  }
}

type LookupAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface GuardOptions {
  /** Addresses or CIDR ranges that may be reached although they are private. */
  allowCidrs: readonly string[];
  /** `host:port`, or `host` for every port of it: reached wherever the name leads. */
  allowHosts: readonly string[];
  lookup?: LookupAll;
}

export interface AddressGuard {
  allowsAddress(address: string): boolean;
  /** `hostname` as in a URL, an IPv6 address with or without its brackets. */
  allowsHost(hostname: string, port: number): boolean;
  /** A DNS lookup that answers only addresses that may be connected to. */
  lookup: LookupFunction;
}

/** The entry for `allowHosts` that allows exactly what this URL points to, its port included. */
export function allowedHostOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}

/** @throws when an entry of `allowCidrs` is not an address or a CIDR range. */
export function createAddressGuard(options: GuardOptions): AddressGuard {
  const { allow4, allow6 } = parseCidrs(options.allowCidrs);
  const hosts = new Set(options.allowHosts.map(normalizeHost));

  const allowsAddress = (address: string): boolean => {
    const [bare = ''] = address.split('%'); // a link-local address may carry its interface
    const family = isIP(bare);
    if (family === 0) return false;
    if (family === 4) return allow4.check(bare, 'ipv4') || isPublicIpv4(bare);
    if (allow6.check(bare, 'ipv6')) return true;
    const embedded = embeddedIpv4(bare);
    return embedded === null ? isPublicIpv6(bare) : allowsAddress(embedded);
  };

  return {
    allowsAddress,
    allowsHost: (hostname, port) => {
      const host = normalizeHost(hostname);
      return hosts.has(host) || hosts.has(`${host}:${port}`);
    },
    lookup: guardLookup(options.lookup ?? systemLookup, allowsAddress),
  };
}

/**
 * Filters the very answer that is connected to. Checking a name first and connecting to it later would
 * let the second DNS answer differ from the first.
 */
function guardLookup(lookup: LookupAll, allows: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) {
        callback(error, []);
        return;
      }
      const allowed = found.filter(({ address }) => allows(address));
      const [first] = allowed;
      if (!first) callback(new AddressNotAllowedError(hostname), []);
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

function parseCidrs(cidrs: readonly string[]) {
  const ranges = cidrs.map((cidr) => {
    const [network = '', prefix] = cidr.split('/');
    const family = isIP(network);
    if (family === 0) throw new TypeError(`"${cidr}" is not an address or a CIDR range.`);
    return { family, network, bits: prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix) };
  });
  const of = (family: number) =>
    ranges.filter((range) => range.family === family).map(({ network, bits }) => [network, bits] as const);
  return { allow4: toBlockList(of(4), 'ipv4'), allow6: toBlockList(of(6), 'ipv6') };
}

function normalizeHost(host: string): string {
  return (isIP(host) === 6 ? host : host.replace(/^\[(.*)\]/, '$1')).toLowerCase();
}
