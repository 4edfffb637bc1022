import { isIP } from 'node:net';
import { type TrustedProxies, type Trusts, trusts } from '../../domain/trusted-proxies.ts';
import type { App } from '../app.ts';

/** Fastify's option for our setting. Fastify is given no list: it takes an IPv4 address for one of `::/1`. */
export const trustedProxies = (setting: TrustedProxies | false): false | Trusts =>
  setting === false ? false : trusts(setting);

/**
 * Takes everything out of x-forwarded-for that is not an address, so that `request.ip` always is one: what
 * a sender writes there would otherwise reach allowlists and the database as it is. Read from the right,
 * where the proxies are; left of the first word that is not an address nothing is believed.
 */
export function cleanForwardedFor(app: App): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const header = request.raw.headers['x-forwarded-for'];
    if (header !== undefined) {
      const addresses = addressesOf(String(header));
      if (addresses.length === 0) delete request.raw.headers['x-forwarded-for'];
      else request.raw.headers['x-forwarded-for'] = addresses.join(', ');
    }
    done();
  });
}

function addressesOf(header: string): string[] {
  const addresses: string[] = [];
  for (const entry of header.split(',').reverse()) {
    const address = withoutPort(entry.trim());
    if (isIP(address) === 0) break;
    addresses.unshift(address);
  }
  return addresses;
}

/** Some proxies write `203.0.113.7:50123` and `[2001:db8::1]:50123`. */
const withoutPort = (entry: string): string =>
  /^\[(.+)\](?::\d+)?$/.exec(entry)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(entry)?.[1] ?? entry;
