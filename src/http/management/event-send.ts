import type { FastifyRequest } from 'fastify';
import { eventBodyOfJson } from '../../domain/event-body.ts';
import type { EventSignal } from '../../domain/event-signal.ts';
import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { asTenant, type Database, type Tx } from '../../store/database.ts';
import { findEndpoint, findEndpointId, type StoredEndpoint } from '../../store/endpoints.ts';
import { insertOutboundEvents } from '../../store/events.ts';
import { findEndpointByUrl } from '../../store/registered-endpoints.ts';
import type { EventInput } from '../schemas/webhook-events.ts';
import { readAddress } from './endpoint-input.ts';
import { memberSource } from './json-input.ts';
import { type N8nAccess, requirePathAllowed } from './n8n-access.ts';
import { refuseFaults } from './workflow-commands.ts';

export interface EventSendPorts {
  db: Database;
  /** What `path` is below; null: there is no n8n. */
  n8nWebhookUrl: string | null;
  n8nAccess: Pick<N8nAccess, 'shared'>;
  eventSignal: Pick<EventSignal, 'notify'>;
}

export interface SentEvent {
  id: string;
  endpointId: string;
  at: Date;
}

const ONE_ENDPOINT = 'must have just one of endpoint, endpointId and path';

/**
 * Puts an event into the outbox. `source`: the body as it came, of which `data` is sent.
 * @throws Problem validation_failed, invalid_configuration, n8n_not_shared, endpoint_not_found, endpoint_inactive,
 * event_not_subscribed
 */
export async function sendEvent(
  ports: EventSendPorts,
  { caller, body }: Pick<FastifyRequest, 'caller'> & { body: EventInput },
  source: Buffer,
): Promise<SentEvent> {
  const url = readUrl(ports, { caller, body });
  const { organizationId } = caller;
  const { event } = body;
  const [id, at] = [newId(), new Date()];
  const data = memberSource(source, 'data') ?? Buffer.from('null');
  const endpointId = await asTenant(ports.db, organizationId, async (trx) => {
    const endpoint = await target(trx, body, url);
    requireWanted(endpoint, event);
    const document = eventBodyOfJson({ id, event, at }, data);
    await insertOutboundEvents(trx, [{ id, organizationId, endpointId: endpoint.id, event, body: document }]);
    return endpoint.id;
  });
  ports.eventSignal.notify();
  return { id, endpointId, at };
}

/** The URL that `path` stands for; undefined: the endpoint is named in another way. */
function readUrl(
  ports: EventSendPorts,
  { caller, body }: Pick<FastifyRequest, 'caller'> & { body: EventInput },
): string | undefined {
  const { endpoint, endpointId, path } = body;
  if ([endpoint, endpointId, path].filter((way) => way !== undefined).length !== 1) {
    throw new Problem('validation_failed', { errors: [{ pointer: '/body', detail: ONE_ENDPOINT }] });
  }
  if (path === undefined || /^https?:\/\//i.test(path)) return path;
  requirePathAllowed(ports, { caller, body: { path } });
  const { url, faults } = readAddress({ url: undefined, path }, ports.n8nWebhookUrl, '/body');
  refuseFaults(faults);
  return url;
}

/** @throws Problem endpoint_not_found */
async function target(
  trx: Tx,
  { endpoint: name, endpointId }: EventInput,
  url: string | undefined,
): Promise<StoredEndpoint> {
  const found =
    url === undefined
      ? await byId(trx, endpointId ?? (name === undefined ? null : await findEndpointId(trx, name)))
      : await findEndpointByUrl(trx, { url, name: '' });
  if (found === null) {
    throw new Problem('endpoint_not_found', {
      detail:
        'There is no webhook endpoint of this name, id or address. GET /api/webhook-endpoints lists those of your organization; PUT /api/webhooks/n8n registers one.',
    });
  }
  return found;
}

const byId = (trx: Tx, id: string | null): Promise<StoredEndpoint | null> =>
  id === null ? Promise.resolve(null) : findEndpoint(trx, id);

/** @throws Problem endpoint_inactive, event_not_subscribed */
function requireWanted({ isActive, events }: StoredEndpoint, event: string): void {
  if (!isActive) throw new Problem('endpoint_inactive');
  if (events.length > 0 && !events.includes(event)) throw new Problem('event_not_subscribed');
}
