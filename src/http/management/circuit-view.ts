import type { Tx } from '../../store/database.ts';
import type { StoredEndpoint } from '../../store/endpoints.ts';
import { circuitsOf, type Circuit as StoredCircuit } from '../../store/gates.ts';
import type { ShownEndpoint } from '../schemas/endpoints.ts';
import type { Circuit } from '../schemas/n8n-status.ts';
import { endpointTag, endpointView } from './endpoint-view.ts';
import { entityTag } from './etag.ts';

export const circuitView = ({ state, openUntil }: StoredCircuit): Circuit => ({
  state,
  openUntil: openUntil?.toISOString() ?? null,
});

/** Endpoints as they are shown by themselves: with their circuits. */
export async function shownEndpoints(trx: Tx, endpoints: StoredEndpoint[]): Promise<ShownEndpoint[]> {
  const circuits = await circuitsOf(
    trx,
    endpoints.map(({ id }) => id),
  );
  return endpoints.map((endpoint) => ({
    ...endpointView(endpoint),
    circuit: circuitView(circuits.get(endpoint.id) ?? { state: 'closed', openUntil: null }),
  }));
}

/** With a circuit that is closed, the same as of the endpoint alone, which is what those who change it are told. */
export const shownTag = (endpoint: StoredEndpoint, shown: ShownEndpoint): string =>
  shown.circuit.state === 'closed' ? endpointTag(endpoint) : entityTag(endpoint.version, shown);
