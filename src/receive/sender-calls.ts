import { LRUCache } from 'lru-cache';
import type { OutboundRequest, SendResult } from '../dispatch/send-result.ts';
import { SNS_HOST } from '../verify/handshakes/aws-sns.ts';
import type { FetchCertificate } from './webhook-policy.ts';

export interface SenderCallPorts {
  /** Through the guard of addresses; redirects are not followed. */
  send: (request: OutboundRequest) => Promise<SendResult>;
  onFailed: (failure: { url: string; detail: string }) => void;
}

/** What a request that nobody has verified yet may have fetched: nothing else of the host. */
function isCertificateUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return (
    url !== null &&
    SNS_HOST.test(url.hostname) &&
    url.href === text &&
    url.href === `https://${url.hostname}${url.pathname}` &&
    CERTIFICATE_PATH.test(url.pathname)
  );
}

const CERTIFICATE_PATH = /^\/SimpleNotificationService-[\w-]{1,100}\.pem$/;

const PEM = /^-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/;

const TIMEOUT_MS = 4_000;
const MAX_CERTIFICATES = 50;
const KEEP_MS = 86_400_000;
/** Strangers can name as many as they like. More than these at once is none of a sender's doing. */
const MAX_AT_ONCE = 4;

/**
 * Fetches the certificates by which AWS signs, once a day at the most, one call for all that wait for the same.
 * Rejects for what is not one, and for what cannot be had now; that is not kept, because AWS sends again.
 */
export function createCertificates({ send, onFailed }: SenderCallPorts): FetchCertificate {
  const kept = new LRUCache<string, string>({ max: MAX_CERTIFICATES, ttl: KEEP_MS });
  const underWay = new Map<string, Promise<string>>();
  const fetch = async (url: string): Promise<string> => {
    const got = await get(send, url);
    const pem = got.ok ? got.body : '';
    if (!got.ok || !PEM.test(pem)) {
      const detail = got.ok ? 'It answered something that is no certificate.' : got.detail;
      onFailed({ url, detail });
      throw new Error(detail);
    }
    kept.set(url, pem);
    return pem;
  };
  return (url) => {
    if (!isCertificateUrl(url)) return Promise.reject(new Error('not the URL of a certificate of AWS'));
    const known = kept.get(url);
    if (known !== undefined) return Promise.resolve(known);
    const running = underWay.get(url);
    if (running) return running;
    if (underWay.size >= MAX_AT_ONCE) {
      return Promise.reject(new Error('too many certificates are being fetched'));
    }
    const fetching = fetch(url).finally(() => underWay.delete(url));
    underWay.set(url, fetching);
    return fetching;
  };
}

/** Calls the address by which a subscription is confirmed. One call for all that ask for the same meanwhile. */
export function createConfirmation({ send, onFailed }: SenderCallPorts): (url: string) => Promise<boolean> {
  const underWay = new Map<string, Promise<boolean>>();
  const confirm = async (url: string): Promise<boolean> => {
    const got = await get(send, url);
    // Without its query, which holds the token that confirms.
    if (!got.ok) onFailed({ url: url.split('?', 1)[0] ?? '', detail: got.detail });
    return got.ok;
  };
  return (url) => {
    const running = underWay.get(url);
    if (running) return running;
    const confirming = confirm(url).finally(() => underWay.delete(url));
    underWay.set(url, confirming);
    return confirming;
  };
}

type Got = { ok: true; body: string } | { ok: false; detail: string };

async function get(send: SenderCallPorts['send'], url: string): Promise<Got> {
  const sent = await send({ url, method: 'GET', headers: [], body: null, timeoutMs: TIMEOUT_MS });
  if (sent.status !== 'response') return { ok: false, detail: `The call failed: ${sent.reason}.` };
  const { statusCode, truncated, bodyIncomplete } = sent;
  if (statusCode !== 200) return { ok: false, detail: `It answered ${statusCode}.` };
  if (truncated || bodyIncomplete) return { ok: false, detail: 'Its answer is too long, or broke off.' };
  return { ok: true, body: sent.body.toString('latin1') };
}
