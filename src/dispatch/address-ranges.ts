import { BlockList } from 'node:net';

type Range = readonly [network: string, prefix: number];

const NOT_PUBLIC_V4: readonly Range[] = [
  ['0.0.0.0', 8], // "this network"; 0.0.0.0 reaches the local machine
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carrier-grade NAT; Alibaba Cloud's metadata service
  ['127.0.0.0', 8], // loopback
  ['168.63.129.16', 32], // Azure's host agent, on an address that is otherwise public
  ['169.254.0.0', 16], // link-local; most clouds' metadata service
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments; Oracle Cloud's metadata service
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays, deprecated
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
];

// Everything outside is loopback, unspecified, link-local, site-local, unique local, multicast or unassigned.
const GLOBAL_UNICAST_V6: readonly Range[] = [['2000::', 3]];

const NOT_PUBLIC_V6: readonly Range[] = [
  ['2001::', 23], // protocol assignments: Teredo, benchmarks, ORCHID
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4, deprecated: carries any IPv4 address, private ones too
  ['3fff::', 20], // documentation
];

// The low 32 bits of these are an IPv4 address, and that is where the packets end up.
const CARRIES_IPV4: readonly Range[] = [
  ['::ffff:0:0', 96], // IPv4-mapped
  ['64:ff9b::', 96], // NAT64
];

// One list for each family: in a shared one, ::/0 also matches IPv4 addresses.
const notPublicV4 = toBlockList(NOT_PUBLIC_V4, 'ipv4');
const globalUnicastV6 = toBlockList(GLOBAL_UNICAST_V6, 'ipv6');
const notPublicV6 = toBlockList(NOT_PUBLIC_V6, 'ipv6');
const carriesIpv4 = toBlockList(CARRIES_IPV4, 'ipv6');

export const isPublicIpv4 = (address: string): boolean => !notPublicV4.check(address, 'ipv4');

export const isPublicIpv6 = (address: string): boolean =>
  globalUnicastV6.check(address, 'ipv6') && !notPublicV6.check(address, 'ipv6');

/** The IPv4 address an IPv4-mapped or NAT64 address stands for, or null for any other IPv6 address. */
export function embeddedIpv4(address: string): string | null {
  if (!carriesIpv4.check(address, 'ipv6')) return null;
  // The URL parser writes the dotted form as hexadecimal groups, so there is one form left to read.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail = ''] = canonical.split('::');
  const right = tail.split(':').filter(Boolean);
  const groups = canonical.includes('::') ? ['0', '0', ...right] : head.split(':');
  return groups
    .slice(-2)
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
}

function toBlockList(ranges: readonly Range[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family);
  return list;
}
