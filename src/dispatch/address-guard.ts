import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { addressSet } from '../domain/address-set.ts';
import { isAddressRange } from '../domain/cidr.ts';
import { embeddedIpv4, isPublicIpv4, isPublicIpv6 } from './address-ranges.ts';

/** A literal address that must not be connected to. */
export class AddressNotAllowedError extends Error {
  override name = 'AddressNotAllowedError';
  readonly code = 'ADDRESS_NOT_ALLOWED';

  constructor(hostname: string) {
    super(`${hostname} is a private or reserved address.`);
  }
}

/**
 * A name that leads to nothing that may be connected to: it does not exist, its servers do not answer, or it leads to
 * private addresses. Which of them is not told: whoever chose the name could learn from it which names exist inside.
 */
export class NameNotUsableError extends Error {
  override name = 'NameNotUsableError';
  readonly code = 'NAME_NOT_USABLE';

  constructor(hostname: string) {
    super(`${hostname} leads to no address that may be connected to.`);
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
  for (const cidr of options.allowCidrs) {
    if (!isAddressRange(cidr)) throw new TypeError(`"${cidr}" is not an address or a CIDR range.`);
  }
  const allowed = addressSet(options.allowCidrs);
  const hosts = new Set(options.allowHosts.map(normalizeHost));

  const allowsAddress = (address: string): boolean => {
    const [bare = ''] = address.split('%'); // a link-local address may carry its interface
    const family = isIP(bare);
    if (family === 0) return false;
    if (allowed.has(bare)) return true;
    if (family === 4) return isPublicIpv4(bare);
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
      const allowed = error ? [] : found.filter(({ address }) => allows(address));
      const [first] = allowed;
      if (!first) callback(new NameNotUsableError(hostname), []);
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

function normalizeHost(host: string): string {
  return (isIP(host) === 6 ? host : host.replace(/^\[(.*)\]/, '$1')).toLowerCase();
}
