import { randomBytes } from 'node:crypto';
import { isReservedHeader } from '../../dispatch/request-headers.ts';
import { checkEndpointUrl } from '../../domain/endpoint-url.ts';
import { newId } from '../../domain/ids.ts';
import { type Fault, Problem } from '../../domain/problem.ts';
import { DEFAULT_RETRY_POLICY } from '../../domain/retry-policy.ts';
import type { Tx } from '../../store/database.ts';
import { insertEndpoint, type NewEndpoint } from '../../store/endpoints.ts';
import { uniqueViolation } from '../../store/faults.ts';
import type { SecretBox } from '../../store/secret-box.ts';
import type { EndpointInput, WebhookEndpointChanges } from '../schemas/endpoints.ts';

const STANDARD_PREFIX = 'whsec_';
const SECRET_BYTES = 32;
const MIN_SECRET_BYTES = 16;

type Settings = Omit<WebhookEndpointChanges, 'url' | 'path'>;

/** Where an endpoint is. undefined: it is not said, or not said well. */
export interface Address {
  url: string | undefined;
  faults: Fault[];
}

export const ONE_ADDRESS = 'must have either url or path';

/** Reads `url`, or `path`, which is below `n8nWebhookUrl`; null: there is no such URL. */
export function readAddress(
  { url, path }: { url: string | undefined; path: string | undefined },
  n8nWebhookUrl: string | null,
  at: string,
): Address {
  const refused = (pointer: string, detail: string) => ({ url: undefined, faults: [{ pointer, detail }] });
  if (url !== undefined && path !== undefined) return refused(at, ONE_ADDRESS);
  if (path !== undefined && n8nWebhookUrl === null) {
    return refused(
      `${at}/path`,
      "is below n8n's webhooks, but N8N_BASE_URL is not set here: give the url instead",
    );
  }
  const below = path !== undefined && n8nWebhookUrl !== null;
  const meant = below ? webhookUrlOf(path, n8nWebhookUrl) : url;
  if (meant === undefined) return { url: undefined, faults: [] };
  const pointer = `${at}/${below ? 'path' : 'url'}`;
  const checked = checkEndpointUrl(meant);
  if (!checked.ok) return refused(pointer, checked.detail);
  if (below && !isBelow(meant, n8nWebhookUrl))
    return refused(pointer, 'must lead to a URL below that of n8n’s webhooks');
  return { url: meant, faults: [] };
}

/** The path as n8n shows it, of a webhook node or of the production URL. */
function webhookUrlOf(path: string, n8nWebhookUrl: string): string {
  const written = path.replace(/^\/+/, '');
  const isWhole = n8nWebhookUrl.endsWith('/webhook');
  return `${n8nWebhookUrl}/${isWhole ? written.replace(/^webhook\/+/, '') : written}`;
}

/** As it will be called: ".." in it can lead anywhere on the host. */
function isBelow(url: string, base: string): boolean {
  const [called, start] = [new URL(url), `${new URL(base).pathname.replace(/\/$/, '')}/`];
  return called.pathname.startsWith(start) && called.pathname.length > start.length;
}

/** What the schema cannot say about an endpoint, apart from where it is; pointers begin with `at`. */
export function endpointFaults({ secret, headers = {}, retryPolicy }: Settings, at: string): Fault[] {
  const faults = secret === undefined ? [] : endpointSecretFaults(secret, `${at}/secret`);
  for (const name of reservedHeaders(headers)) {
    faults.push({ pointer: headerAt(at, name), detail: 'is set by Hookgate or by HTTP itself' });
  }
  for (const name of repeatedHeaders(headers)) {
    faults.push({ pointer: headerAt(at, name), detail: 'is there in another spelling already' });
  }
  const { baseMs, capMs } = { ...DEFAULT_RETRY_POLICY, ...retryPolicy };
  if (capMs < baseMs) faults.push({ pointer: `${at}/retryPolicy/capMs`, detail: 'must not be below baseMs' });
  return faults;
}

/** What is wrong with a secret that somebody brings along; `at` points at it. */
export function endpointSecretFaults(secret: string, at: string): Fault[] {
  if (!secret.startsWith(STANDARD_PREFIX) || isStandardSecret(secret)) return [];
  const detail = `must be base64 of at least ${MIN_SECRET_BYTES} bytes after ${STANDARD_PREFIX}`;
  return [{ pointer: at, detail }];
}

const headerAt = (at: string, name: string): string => `${at}/headers/${name.replaceAll('~', '~0')}`;

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

export const generateEndpointSecret = (): string =>
  STANDARD_PREFIX + randomBytes(SECRET_BYTES).toString('base64');

/**
 * Stores a new endpoint; the caller holds the lock on names. `generated` is its secret, unless that was brought along.
 * @throws Problem name_taken
 */
export async function storeEndpoint(
  trx: Tx,
  box: SecretBox,
  { organizationId, input }: { organizationId: string; input: EndpointInput },
): Promise<{ id: string; generated: string | null }> {
  const id = newId();
  const generated = input.secret === undefined ? generateEndpointSecret() : null;
  const endpoint: NewEndpoint = {
    ...input,
    id,
    organizationId,
    name: input.name ?? defaultName(input.url, id),
    secret: generated ?? input.secret ?? '',
  };
  await refuseTaken(endpoint.name, () => insertEndpoint(trx, box, endpoint));
  return { id, generated };
}

/** Says where it leads. The end of the id makes it unique: two workflows may well share a URL. */
function defaultName(url: string, id: string): string {
  const { host, pathname } = new URL(url);
  return `${`${host}${pathname}`.slice(0, 180)} ${id.slice(-8)}`;
}

/** @throws Problem name_taken when another endpoint has the name that `write` gives. */
export async function refuseTaken(name: string | undefined, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (uniqueViolation(error) !== 'webhook_endpoints_organization_id_name_key') throw error;
    throw new Problem('name_taken', { detail: `There is an endpoint named "${name}" already.` });
  }
}
