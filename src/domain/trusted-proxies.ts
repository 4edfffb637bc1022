import { addressSet } from './address-set.ts';

/** Whose word about a client's address is taken. */
export interface TrustedProxies {
  /** Addresses and CIDR ranges of proxies. */
  addresses: string[];
  /**
   * How many proxies stand one behind the other, where only the last of them is in `addresses`: those in front of it
   * are believed whatever their addresses are. null: only those in `addresses` are.
   */
  hops: number | null;
}

/** Whether the one `hop` proxies away (0: the one that is connected to us) may say who came before it. */
export type Trusts = (address: string, hop: number) => boolean;

/**
 * Asked from the nearest on, and not beyond the first that is not trusted. A number of hops alone would believe
 * whoever connects, also past the proxy: the nearest has to be one of the addresses in any case.
 */
export function trusts({ addresses, hops }: TrustedProxies): Trusts {
  const known = addressSet(addresses);
  return (address, hop) => known.has(address) || (hop > 0 && hops !== null && hop < hops);
}
