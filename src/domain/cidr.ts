import { isIP } from 'node:net';

const RANGE = /^([0-9a-f.:]+)(?:\/(0|[1-9]\d{0,2}))?$/i;

/** Whether a text is an address or a CIDR range, v4 or v6. A zone (`fe80::1%eth0`) means nothing off this host. */
export function isAddressRange(text: string): boolean {
  const [, address = '', prefix] = RANGE.exec(text) ?? [];
  const family = isIP(address);
  if (family === 0) return false;
  return prefix === undefined || Number(prefix) <= (family === 4 ? 32 : 128);
}
