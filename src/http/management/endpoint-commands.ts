import { type Fault, Problem } from '../../domain/problem.ts';
import { asTenant, type Database, type Tx } from '../../store/database.ts';
import { deleteEndpoint, lockEndpointNames } from '../../store/endpoint-locks.ts';
import {
  type EndpointSettings,
  findEndpoint,
  findEndpointId,
  replaceEndpoint,
  type StoredEndpoint,
  updateEndpoint,
} from '../../store/endpoints.ts';
import type { SecretBox } from '../../store/secret-box.ts';
import type {
  EndpointInput,
  EndpointRegistration,
  WebhookEndpointChanges,
  WebhookEndpointInput,
} from '../schemas/endpoints.ts';
import {
  endpointFaults,
  endpointSecretFaults,
  generateEndpointSecret,
  ONE_ADDRESS,
  readAddress,
  refuseTaken,
  storeEndpoint,
} from './endpoint-input.ts';
import { changeEndpointLocked, type EndpointTarget, tryChange } from './endpoint-locked.ts';
import type { GeneratedEndpointSecrets } from './endpoint-view.ts';
import {
  inboundSecretFaults,
  mixedSecretFaults,
  replaceInboundSecret,
  storeInboundSecret,
} from './inbound-secret.ts';
import type { N8nAccess } from './n8n-access.ts';
import { urlReachFaults } from './reach-faults.ts';
import { type ReachingStores, refuseFaults } from './workflow-commands.ts';

export interface EndpointPorts extends ReachingStores {
  /** What `path` is below, without a slash at its end; null: there is no n8n. */
  n8nWebhookUrl: string | null;
  /** Who may be given that URL. */
  n8nAccess: Pick<N8nAccess, 'shared'>;
}

export interface Written extends GeneratedEndpointSecrets {
  endpoint: StoredEndpoint;
}

const AT = '/body';

/** @throws Problem name_taken, invalid_configuration */
export function createEndpoint(
  ports: EndpointPorts,
  organizationId: string,
  input: WebhookEndpointInput,
): Promise<Written> {
  const { db, box } = ports;
  const { settings, inboundSecret } = complete(ports, input);
  return asTenant(db, organizationId, async (trx) => {
    await lockEndpointNames(trx, organizationId);
    return store(trx, box, { organizationId, settings, inboundSecret });
  });
}

interface NewOne {
  organizationId: string;
  settings: EndpointInput;
  /** undefined: generate one. */
  inboundSecret: string | undefined;
}

/** @throws Problem name_taken */
async function store(
  trx: Tx,
  box: SecretBox,
  { organizationId, settings, inboundSecret: brought }: NewOne,
): Promise<Written> {
  const { id, generated: secret } = await storeEndpoint(trx, box, { organizationId, input: settings });
  const inboundSecret = await storeInboundSecret(trx, box, { organizationId, endpointId: id, brought });
  return { endpoint: await written(trx, id), secret, inboundSecret };
}

/** @throws Problem endpoint_not_found, precondition_failed, name_taken, invalid_configuration */
export function changeEndpoint(
  ports: EndpointPorts,
  target: EndpointTarget,
  changes: WebhookEndpointChanges,
): Promise<StoredEndpoint> {
  const { db, box } = ports;
  return changeEndpointLocked(db, target, async (trx, { endpoint: before }) => {
    const { id } = before;
    const { settings, faults } = read(ports, changes);
    const given = { id, secret: settings.secret, inboundSecret: undefined };
    const mixed = await mixedSecretFaults(trx, box, { given, at: AT });
    refuseFaults([...faults, ...followingFaults(before, settings), ...mixed]);
    const { name } = settings;
    if (name !== undefined && name !== before.name) await lockEndpointNames(trx, target.organizationId);
    await refuseTaken(name, () => updateEndpoint(trx, box, { ...settings, id }));
    return written(trx, id);
  });
}

/** Configured headers hold credentials, which nobody is shown: so whoever changes the URL must not have them sent there. */
function followingFaults(
  { url: before, headerNames }: StoredEndpoint,
  { url, headers }: Partial<EndpointSettings>,
): Fault[] {
  if (url === undefined || headers !== undefined || headerNames.length === 0) return [];
  if (new URL(url).origin === new URL(before).origin) return [];
  return [{ pointer: `${AT}/headers`, detail: 'must be given again, because the URL leads elsewhere' }];
}

/**
 * Gives an endpoint another secret, from its next delivery on.
 * @throws Problem endpoint_not_found, precondition_failed, invalid_configuration
 */
export function changeEndpointSecret(
  { db, box }: EndpointPorts,
  target: EndpointTarget,
  brought: string | undefined,
): Promise<{ endpointId: string; secret: string }> {
  return changeEndpointLocked(db, target, async (trx, { endpoint: { id } }) => {
    const given = { id, secret: brought, inboundSecret: undefined };
    const faults = brought === undefined ? [] : endpointSecretFaults(brought, `${AT}/secret`);
    refuseFaults([...faults, ...(await mixedSecretFaults(trx, box, { given, at: AT }))]);
    const secret = brought ?? generateEndpointSecret();
    await updateEndpoint(trx, box, { id, secret });
    return { endpointId: id, secret };
  });
}

/** @throws Problem endpoint_not_found, precondition_failed, endpoint_in_use */
export function removeEndpoint(db: Database, target: EndpointTarget): Promise<void> {
  return changeEndpointLocked(db, target, async (trx, { endpoint, workflowIds }) => {
    if (workflowIds.length > 0) throw inUse(workflowIds);
    await deleteEndpoint(trx, endpoint.id);
  });
}

/** An organization can have thousands, and an answer is read by people. */
const MAX_NAMED = 20;

function inUse(workflowIds: string[]): Problem {
  const named = workflowIds.slice(0, MAX_NAMED).join(', ');
  const more = workflowIds.length > MAX_NAMED ? ` and ${workflowIds.length - MAX_NAMED} more` : '';
  const detail = `Triggers of these workflows lead to this endpoint, or have it among their fallback actions: ${named}${more}. GET /api/workflow-triggers?endpointId= lists the triggers: delete them, or take it out of their fallback, first.`;
  return new Problem('endpoint_in_use', { detail });
}

export interface Registration {
  organizationId: string;
  ifMatch: string | undefined;
  input: EndpointRegistration;
}

/**
 * Makes an endpoint of this name, or makes the one there is anew: what is left out is as by default, but the
 * secrets stay.
 * @throws Problem precondition_failed, invalid_configuration
 */
export async function registerEndpoint(
  ports: EndpointPorts,
  { organizationId, ifMatch, input }: Registration,
): Promise<Written & { status: 'created' | 'replaced' }> {
  const { db, box } = ports;
  const { inboundSecret, settings: read } = complete(ports, input);
  const settings = { ...read, name: input.name };
  for (;;) {
    const result = await asTenant(db, organizationId, async (trx) => {
      await lockEndpointNames(trx, organizationId);
      const taken = await findEndpointId(trx, input.name);
      if (taken !== null) return { status: 'taken' as const, id: taken };
      // There is nothing that the tag could be of.
      if (ifMatch !== undefined) throw new Problem('precondition_failed');
      const stored = await store(trx, box, { organizationId, settings, inboundSecret });
      return { status: 'created' as const, ...stored };
    });
    if (result.status === 'created') return result;
    const target = { organizationId, endpointId: result.id, name: input.name, ifMatch };
    const replaced = await tryChange(db, target, async (trx, { endpoint: { id } }) => {
      const given = { id, secret: settings.secret, inboundSecret };
      refuseFaults(await mixedSecretFaults(trx, box, { given, at: AT }));
      await replaceEndpoint(trx, box, { ...settings, id });
      if (inboundSecret !== undefined) {
        await replaceInboundSecret(trx, box, { organizationId, endpointId: id, secret: inboundSecret });
      }
      return written(trx, id);
    });
    if (replaced !== null) {
      return { status: 'replaced', endpoint: replaced.result, secret: null, inboundSecret: null };
    }
    // Renamed or deleted meanwhile: the name may be free now.
  }
}

async function written(trx: Tx, id: string): Promise<StoredEndpoint> {
  const endpoint = await findEndpoint(trx, id);
  if (endpoint === null) throw new Error(`endpoint ${id} is not there in the transaction that wrote it`);
  return endpoint;
}

function read(
  { n8nWebhookUrl, reach }: EndpointPorts,
  { url: given, path, ...rest }: WebhookEndpointChanges,
): { settings: Partial<EndpointSettings>; faults: Fault[] } {
  const { url, faults } = readAddress({ url: given, path }, n8nWebhookUrl, AT);
  const settings = { ...rest, ...(url !== undefined && { url }) };
  const away =
    url === undefined ? [] : urlReachFaults(reach, url, `${AT}/${path === undefined ? 'url' : 'path'}`);
  return { settings, faults: [...faults, ...away, ...endpointFaults(rest, AT)] };
}

/** @throws Problem invalid_configuration, also when it is not said where the endpoint is */
function complete(ports: EndpointPorts, { inboundSecret, ...input }: WebhookEndpointInput) {
  const { settings, faults } = read(ports, input);
  if (inboundSecret !== undefined) {
    faults.push(...inboundSecretFaults(inboundSecret, settings.secret, `${AT}/inboundSecret`));
  }
  const { url } = settings;
  if (input.url === undefined && input.path === undefined) faults.push({ pointer: AT, detail: ONE_ADDRESS });
  if (url === undefined || faults.length > 0) {
    throw new Problem('invalid_configuration', { errors: faults });
  }
  return { settings: { ...settings, url }, inboundSecret };
}
