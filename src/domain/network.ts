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

/** The IPv4 address that an IPv6 one of the mapped form (`::ffff:192.0.2.1`) stands for; null: it is not of that form. */
export function mappedIPv4(address: string): string | null {
  const written = MAPPED.exec(address)?.[1];
  if (written !== undefined) return written;
  const groups = groupsOf(address);
  return isMapped(groups) ? embeddedIPv4(groups) : null;
}

/** The eight groups of an IPv6 address, which may carry its interface. */
export function groupsOf(address: string): number[] {
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
  const isTranslated = a === 0x64 && b === 0xff9b && [c, d, e, f].every((group) => group === 0);
  if (!isTranslated && !isMapped(groups)) return null;
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

const isMapped = (groups: readonly number[]): boolean =>
  groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);

const hex = (group: number): string => group.toString(16);
