import type { StoredEndpoint } from '../../store/endpoints.ts';
import type { Endpoint } from '../schemas/endpoints.ts';
import { entityTag } from './etag.ts';

/** What the present call generated; null: it did not. */
export interface GeneratedEndpointSecrets {
  secret: string | null;
  inboundSecret: string | null;
}

/** An endpoint as the API shows it. Secrets only when the present call generated them. */
export function endpointView(
  { version: _version, createdAt, updatedAt, ...endpoint }: StoredEndpoint,
  { secret, inboundSecret }: GeneratedEndpointSecrets = { secret: null, inboundSecret: null },
): Endpoint {
  return {
    ...endpoint,
    ...(secret !== null && { secret }),
    ...(inboundSecret !== null && { inboundSecret }),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

/** Of the endpoint as everybody sees it: a secret that is shown once is no part of what it is. */
export const endpointTag = (endpoint: StoredEndpoint): string =>
  entityTag(endpoint.version, endpointView(endpoint));
