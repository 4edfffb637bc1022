import type { AddressInfo } from 'node:net';
import type { RunSettings } from '../config.ts';
import { createOwnPlaces } from '../dispatch/own-places.ts';
import { createReach, type Reach } from '../dispatch/reach.ts';

export interface Reaching extends Reach {
  /** Tells where this process listens. */
  listen(addresses: readonly (AddressInfo | string)[]): void;
}

/** Where endpoints may be, as the settings say. */
export function openReach({
  outboundAllowCidrs: allowCidrs,
  n8n,
  publicUrl,
}: Pick<RunSettings, 'outboundAllowCidrs' | 'n8n' | 'publicUrl'>): Reaching {
  const own = createOwnPlaces(publicUrl);
  return {
    ...createReach({ allowCidrs, n8n, own }),
    // A socket in the file system is no address that an endpoint could have.
    listen: (addresses) => own.listen(addresses.filter((address) => typeof address !== 'string')),
  };
}
