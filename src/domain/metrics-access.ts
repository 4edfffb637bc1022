import { isIP } from 'node:net';
import { addressSet } from './address-set.ts';

/**
 * Who may read `/metrics` where it is asked for. `elsewhere`: there is no such route, because the listener for
 * operators has it. `closed`: a token is wanted, and there is none.
 */
export type MetricsAccess = 'open' | 'closed' | 'elsewhere' | { token: string };

interface MetricsSettings {
  host: string;
  metricsToken: string | null;
  operations: object | null;
}

const LOOPBACK = addressSet(['127.0.0.0/8', '::1']);

/** Of the listener for everybody: without a token its metrics are for whoever is on the machine. */
export function metricsAccess({ host, metricsToken, operations }: MetricsSettings): MetricsAccess {
  if (operations !== null) return 'elsewhere';
  if (metricsToken !== null) return { token: metricsToken };
  return isLoopback(host) ? 'open' : 'closed';
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || (isIP(host) !== 0 && LOOPBACK.has(host));
