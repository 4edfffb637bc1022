import { BlockList, isIPv6 } from 'node:net';
import { groupsOf, mappedIPv4 } from './network.ts';

/** Addresses and CIDR ranges as somebody configured them. */
export interface AddressSet {
  /** A link-local address may carry its interface. A connection that broke off has no address any more: it is in none. */
  has(address: string | undefined): boolean;
}

type Family = 'ipv4' | 'ipv6';

interface Range {
  family: Family;
  network: string;
  prefix: number;
}

const BITS = { ipv4: 32, ipv6: 128 } as const;
/** Of `::ffff:0:0/96`, where IPv4 addresses are written as IPv6 ones. */
const MAPPED_PREFIX = 96;

/**
 * The two families are kept apart: in one list, or one that knows IPv4 addresses by their IPv6 form, `::/0` means
 * everybody. An address or a range in the mapped form (`::ffff:192.0.2.0/120`) is the IPv4 one that it writes.
 * @param ranges valid by `isAddressRange`.
 */
export function addressSet(ranges: readonly string[]): AddressSet {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const { family, network, prefix } of ranges.map(parse)) {
    lists[family].addSubnet(network, prefix, family);
  }
  return {
    has(address) {
      if (address === undefined) return false;
      const { family, network } = familyOf(address);
      return lists[family].check(network, family);
    },
  };
}

/** Whether these ranges, alone or together, are all addresses of a family: the same as no list at all. */
export function isEverybody(ranges: readonly string[]): boolean {
  const parsed = ranges.map(parse);
  return (['ipv4', 'ipv6'] as const).some((family) =>
    coversAll(
      parsed.filter((range) => range.family === family),
      BITS[family],
    ),
  );
}

function parse(range: string): Range {
  const [address = '', length] = range.split('/');
  const { family, network } = familyOf(address);
  if (length === undefined) return { family, network, prefix: BITS[family] };
  const prefix = Number(length);
  const isMapped = family === 'ipv4' && isIPv6(address);
  if (!isMapped) return { family, network, prefix };
  // A wider one than the mapped addresses is a range of IPv6.
  if (prefix < MAPPED_PREFIX) return { family: 'ipv6', network: address, prefix };
  return { family, network, prefix: prefix - MAPPED_PREFIX };
}

function familyOf(address: string): { family: Family; network: string } {
  if (!address.includes(':')) return { family: 'ipv4', network: address };
  const mapped = mappedIPv4(address);
  if (mapped !== null) return { family: 'ipv4', network: mapped };
  const [bare = ''] = address.split('%');
  return { family: 'ipv6', network: bare };
}

/** Halves what is asked about until each half is in one of the ranges, or none of them is in it. */
function coversAll(ranges: readonly Range[], bits: number): boolean {
  const blocks = ranges.map(({ network, prefix }) => bitsOf(network, bits).slice(0, prefix));
  const isCovered = (block: string): boolean => {
    if (blocks.some((known) => block.startsWith(known))) return true;
    const inside = blocks.some((known) => known.startsWith(block));
    return inside && isCovered(`${block}0`) && isCovered(`${block}1`);
  };
  return isCovered('');
}

function bitsOf(network: string, bits: number): string {
  const parts = bits === BITS.ipv4 ? network.split('.').map(Number) : groupsOf(network);
  return parts.map((part) => part.toString(2).padStart(bits / parts.length, '0')).join('');
}
