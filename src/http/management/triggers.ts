import { randomBytes } from 'node:crypto';
import { isReservedHeader } from '../../dispatch/request-headers.ts';
import { checkEndpointUrl } from '../../domain/endpoint-url.ts';
import { newId } from '../../domain/ids.ts';
import { type Fault, Problem } from '../../domain/problem.ts';
import { DEFAULT_RETRY_POLICY } from '../../domain/retry-policy.ts';
import type { Tx } from '../../store/database.ts';
import { findEndpointIds, insertEndpoint, type NewEndpoint } from '../../store/endpoints.ts';
import { uniqueViolation } from '../../store/faults.ts';
import type { SecretBox } from '../../store/secret-box.ts';
import { type NewTrigger, replaceTriggers } from '../../store/triggers.ts';
import type { EndpointInput, TriggerInput } from '../schemas/triggers.ts';

const STANDARD_PREFIX = 'whsec_';
const SECRET_BYTES = 32;
const MIN_SECRET_BYTES = 16;
const DEFAULT_TRIGGER_TYPES: NewTrigger['triggerTypes'] = ['webhook', 'manual'];

/** What the schema cannot say about triggers; pointers begin with `at`. */
export async function triggerFaults(trx: Tx, triggers: TriggerInput[], at: string): Promise<Fault[]> {
  const named = triggers.flatMap(({ endpointId }) => (endpointId === undefined ? [] : [endpointId]));
  const known = await findEndpointIds(trx, named);
  return triggers.flatMap(({ endpoint, endpointId }, i) => {
    if ((endpoint === undefined) === (endpointId === undefined)) {
      return [{ pointer: `${at}/${i}`, detail: 'must have either endpoint or endpointId' }];
    }
    if (endpoint !== undefined) return endpointFaults(endpoint, `${at}/${i}/endpoint`);
    if (endpointId !== undefined && known.has(endpointId.toLowerCase())) return [];
    return [{ pointer: `${at}/${i}/endpointId`, detail: 'is not the id of an endpoint' }];
  });
}

function endpointFaults({ url, secret, headers = {}, retryPolicy }: EndpointInput, at: string): Fault[] {
  const faults: Fault[] = [];
  const checked = checkEndpointUrl(url);
  if (!checked.ok) faults.push({ pointer: `${at}/url`, detail: checked.detail });
  if (secret?.startsWith(STANDARD_PREFIX) && !isStandardSecret(secret)) {
    const detail = `must be base64 of at least ${MIN_SECRET_BYTES} bytes after ${STANDARD_PREFIX}`;
    faults.push({ pointer: `${at}/secret`, detail });
  }
  for (const name of reservedHeaders(headers)) {
    faults.push({ pointer: `${at}/headers/${name}`, detail: 'is set by Hookgate or by HTTP itself' });
  }
  for (const name of repeatedHeaders(headers)) {
    faults.push({ pointer: `${at}/headers/${name}`, detail: 'is there in another spelling already' });
  }
  const { baseMs, capMs } = { ...DEFAULT_RETRY_POLICY, ...retryPolicy };
  if (capMs < baseMs) faults.push({ pointer: `${at}/retryPolicy/capMs`, detail: 'must not be below baseMs' });
  return faults;
}

const reservedHeaders = (headers: Record<string, string>): string[] =>
  Object.keys(headers).filter((name) => isReservedHeader(name.toLowerCase()));

function repeatedHeaders(headers: Record<string, string>): string[] {
  const names = Object.keys(headers);
  const lower = names.map((name) => name.toLowerCase());
  return names.filter((_, i) => lower.indexOf(lower[i] as string) !== i);
}

function isStandardSecret(secret: string): boolean {
  const text = secret.slice(STANDARD_PREFIX.length).replace(/=+$/, '');
  const bytes = Buffer.from(text, 'base64');
  return bytes.length >= MIN_SECRET_BYTES && bytes.toString('base64').replace(/=+$/, '') === text;
}

/**
 * Makes these the triggers of a workflow, and the endpoints that are new. Returns the secrets that were
 * generated, by endpoint id.
 * @throws Problem name_taken
 */
export async function storeTriggers(
  trx: Tx,
  box: SecretBox,
  { triggers, ...owner }: { organizationId: string; workflowId: string; triggers: TriggerInput[] },
): Promise<Map<string, string>> {
  const generated = new Map<string, string>();
  const stored: NewTrigger[] = [];
  for (const { endpoint, endpointId, triggerTypes, forward, filter, transform } of triggers) {
    let id = endpointId?.toLowerCase() ?? '';
    if (endpoint !== undefined) {
      const made = newEndpoint(endpoint, owner.organizationId);
      id = made.id;
      if (endpoint.secret === undefined) generated.set(id, made.secret);
      await insertNamed(trx, box, made);
    }
    stored.push({
      endpointId: id,
      triggerTypes: triggerTypes ?? DEFAULT_TRIGGER_TYPES,
      forward: forward ?? 'request',
      filter: filter ?? null,
      transform: transform ?? null,
    });
  }
  await replaceTriggers(trx, owner, stored);
  return generated;
}

function newEndpoint({ name, secret, ...input }: EndpointInput, organizationId: string): NewEndpoint {
  const id = newId();
  return {
    ...input,
    id,
    organizationId,
    name: name ?? defaultName(input.url, id),
    secret: secret ?? STANDARD_PREFIX + randomBytes(SECRET_BYTES).toString('base64'),
  };
}

/** Says where it leads. The end of the id makes it unique: two workflows may well share a URL. */
function defaultName(url: string, id: string): string {
  const { host, pathname } = new URL(url);
  return `${`${host}${pathname}`.slice(0, 180)} ${id.slice(-8)}`;
}

async function insertNamed(trx: Tx, box: SecretBox, endpoint: NewEndpoint): Promise<void> {
  try {
    await insertEndpoint(trx, box, endpoint);
  } catch (error) {
    if (uniqueViolation(error) !== 'webhook_endpoints_organization_id_name_key') throw error;
    throw new Problem('name_taken', { detail: `There is an endpoint named "${endpoint.name}" already.` });
  }
}
