import { isIP } from 'node:net';
import type { AddressGuard } from './address-guard.ts';
import { allowedHostOf, createAddressGuard } from './address-guard.ts';
import { embeddedIpv4 } from './address-ranges.ts';
import type { OwnPlaces } from './own-places.ts';
import { plainPath } from './plain-path.ts';

export interface ReachOptions {
  allowCidrs: readonly string[];
  /** Both without a slash at the end; null: there is no n8n. */
  n8n: { baseUrl: string; webhookUrl: string } | null;
  own: OwnPlaces;
}

/** Why a URL is not called. `private`: a private or reserved address. */
export type Obstacle = 'private' | 'n8n' | 'own';

/** `isWebhook`: of n8n, whose address does not matter; anything else is reached where its address may be. */
export type Judgement = { ok: true; isWebhook: boolean } | { ok: false; obstacle: Obstacle; detail: string };

/**
 * What tenants' endpoints may be. Names are not looked up here: what they lead to is checked by the connection, since
 * whoever asks must not learn which names exist inside.
 */
export interface Reach {
  allowCidrs: readonly string[];
  /** The entries of `allowHosts` for webhooks of n8n. */
  n8nHosts: readonly string[];
  judge(url: URL): Judgement;
  /** What is wrong with a URL that somebody wants to save; null: nothing that is known yet. */
  objection(url: string): string | null;
  /** Whether a connection leads back to this process. */
  isOwn(address: string, port: number): boolean;
}

const DETAILS: Readonly<Record<Obstacle, string>> = {
  private:
    'is at a private or reserved address, which is not reached unless it is in OUTBOUND_ALLOW_CIDRS, or a webhook below N8N_WEBHOOK_URL',
  n8n: "is on n8n's host, of which nothing is reached but what lies below its webhooks, written plainly",
  own: 'is at the address of this service itself: what is sent there would come back',
};

export function createReach({ allowCidrs, n8n, own }: ReachOptions): Reach {
  const guard = createAddressGuard({ allowCidrs, allowHosts: [] });
  const webhooks = n8n === null ? [] : webhookPlaces(n8n);
  const inside = n8n === null ? [] : n8nPlaces(n8n);
  const judge = (url: URL): Judgement => {
    if (webhooks.some((place) => isPlainlyBelow(url, place))) return { ok: true, isWebhook: true };
    if (inside.some((place) => mayBeBelow(url, place))) return refuse('n8n');
    if (!literalAllowed(url, guard)) return refuse('private');
    if (isOwnUrl(url, own)) return refuse('own');
    return { ok: true, isWebhook: false };
  };
  return {
    allowCidrs,
    n8nHosts: n8n === null ? [] : [allowedHostOf(n8n.baseUrl), allowedHostOf(n8n.webhookUrl)],
    judge,
    objection(url) {
      const judged = judge(new URL(url));
      return judged.ok ? null : judged.detail;
    },
    isOwn: (address, port) => own.isListening(address, port),
  };
}

const refuse = (obstacle: Obstacle): Judgement => ({ ok: false, obstacle, detail: DETAILS[obstacle] });

/** Everything below a path, on a host. */
interface Place {
  url: URL;
  /** With a slash at its end. */
  path: string;
}

const placeOf = (base: string): Place => {
  const url = new URL(base);
  return { url, path: `${url.pathname.replace(/\/+$/, '')}/` };
};

/** `/webhook` and what the editor listens at for a test: beside it, and where the editor itself is. */
function webhookPlaces({ baseUrl, webhookUrl }: { baseUrl: string; webhookUrl: string }): Place[] {
  const [base, hook] = [placeOf(baseUrl), placeOf(webhookUrl)];
  const isAll =
    hook.path === '/' || (hostOf(base.url) === hostOf(hook.url) && base.path.startsWith(hook.path));
  // Its webhooks are not all of n8n: then they are where n8n has them by itself.
  const parent = isAll ? hook.path : parentOf(hook.path);
  return [
    isAll ? { ...hook, path: `${hook.path}webhook/` } : hook,
    { ...hook, path: `${parent}webhook-test/` },
    { ...base, path: `${base.path}webhook-test/` },
  ];
}

/** What belongs to n8n: its pages, its API, and what lies beside its webhooks. */
function n8nPlaces({ baseUrl, webhookUrl }: { baseUrl: string; webhookUrl: string }): Place[] {
  const [base, hook] = [placeOf(baseUrl), placeOf(webhookUrl)];
  // A host for webhooks alone has nothing beside them.
  return hook.path === '/' ? [base] : [base, { ...hook, path: parentOf(hook.path) }];
}

const parentOf = (path: string): string => path.replace(/[^/]*\/$/, '') || '/';

/** In every reading of the URL. What another server could read otherwise is not plain. */
function isPlainlyBelow(url: URL, place: Place): boolean {
  if (url.protocol !== place.url.protocol || url.host !== place.url.host) return false;
  const path = plainPath(url.pathname);
  return path !== null && isInside(url.pathname, place.path) && isInside(path, place.path);
}

/** In one reading of the URL at least. */
function mayBeBelow(url: URL, place: Place): boolean {
  if (hostOf(url) !== hostOf(place.url)) return false;
  const path = plainPath(url.pathname);
  return path === null || `${path}/`.toLowerCase().startsWith(place.path.toLowerCase());
}

const isInside = (path: string, place: string): boolean =>
  path.startsWith(place) && path.length > place.length;

/** The host with its port, in one spelling for all that lead to the same. */
function hostOf(url: URL): string {
  const address = literalOf(url);
  const host = address === null ? bareName(url) : isLoopback(address) ? 'localhost' : address;
  return `${host}:${portOf(url)}`;
}

const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === 'https:' ? 443 : 80);

const bareName = ({ hostname }: URL): string => hostname.replace(/\.+$/, '');

const isLoopback = (address: string): boolean => /^(127\.|0\.0\.0\.0$|::1?$)/.test(address);

/** The address that a host is by its text alone, as `localhost` is; null: it is a name. */
function literalOf(url: URL): string | null {
  const bare = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) === 6) return embeddedIpv4(bare) ?? bare;
  if (isIP(bare) === 4) return bare;
  return /(^|\.)localhost$/.test(bareName(url)) ? '127.0.0.1' : null;
}

function literalAllowed(url: URL, guard: AddressGuard): boolean {
  const address = literalOf(url);
  if (address === null || guard.allowsAddress(address)) return true;
  return isIP(url.hostname) === 0 && !url.hostname.startsWith('[') && guard.allowsAddress('::1');
}

function isOwnUrl(url: URL, own: OwnPlaces): boolean {
  const address = literalOf(url);
  if (address !== null && own.isListening(address, portOf(url))) return true;
  const publicUrl = own.publicUrl();
  return publicUrl !== null && mayBeBelow(url, placeOf(publicUrl));
}
