const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * Whoever has one address of a network usually has all of it: an IPv4 address stands for itself, an IPv6 address for
 * its /64. IPv4 addresses written as IPv6 ones are IPv4 addresses.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const groups = groupsOf(address);
  return embeddedIPv4(groups) ?? `${groups.slice(0, 4).map(hex).join(':')}::/64`;
}

/** The eight groups of an IPv6 address, which may carry its interface. */
function groupsOf(address: string): number[] {
  const [bare = ''] = address.split('%');
  const [head = '', tail] = withoutDots(bare).split('::');
  const first = numbers(head);
  if (tail === undefined) return first;
  const last = numbers(tail);
  return [...first, ...Array<number>(Math.max(0, 8 - first.length - last.length)).fill(0), ...last];
}

const numbers = (groups: string): number[] =>
  groups === '' ? [] : groups.split(':').map((group) => Number.parseInt(group, 16));

/** The last two groups may be written as an IPv4 address. */
const withoutDots = (address: string): string =>
  address.replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_, a, b, c, d) => `${hex(Number(a) * 256 + Number(b))}:${hex(Number(c) * 256 + Number(d))}`,
  );

/** What `::ffff:0:0/96` and the translators of `64:ff9b::/96` wrap: there a /64 would be all of IPv4. */
function embeddedIPv4(groups: readonly number[]): string | null {
  const [a, b, c, d, e, f, high = 0, low = 0] = groups;
  if (c !== 0 || d !== 0 || e !== 0) return null;
  const isMapped = a === 0 && b === 0 && f === 0xffff;
  const isTranslated = a === 0x64 && b === 0xff9b && f === 0;
  return isMapped || isTranslated ? [high >> 8, high & 255, low >> 8, low & 255].join('.') : null;
}

const hex = (group: number): string => group.toString(16);
