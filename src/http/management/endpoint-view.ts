import type { StoredEndpoint } from '../../store/endpoints.ts';
import type { Endpoint } from '../schemas/endpoints.ts';
import { entityTag } from './etag.ts';

/** An endpoint as the API shows it. `secret` only when the present call generated it. */
export function endpointView(
  { version: _version, createdAt, updatedAt, ...endpoint }: StoredEndpoint,
  secret: string | null = null,
): Endpoint {
  return {
    ...endpoint,
    ...(secret !== null && { secret }),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

/** Of the endpoint as everybody sees it: a secret that is shown once is no part of what it is. */
export const endpointTag = (endpoint: StoredEndpoint): string =>
  entityTag(endpoint.version, endpointView(endpoint));
