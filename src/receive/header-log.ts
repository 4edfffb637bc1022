import { REDACTED } from '../domain/redacted.ts';
import type { Redaction } from './redact-secrets.ts';

/** Headers whose value is itself a credential, whatever the webhook's auth type. */
const CREDENTIAL_HEADERS = ['authorization', 'proxy-authorization', 'cookie', 'x-api-key'];

export const credentialHeaders = (more: readonly string[]): ReadonlySet<string> =>
  new Set([...CREDENTIAL_HEADERS, ...more]);

/**
 * Node's flat rawHeaders as the JSON `[[name, value], ...]` in the order and spelling they came, without
 * credentials. Signatures stay: they are evidence, not secrets.
 */
export function headersAsJson(rawHeaders: readonly string[], credentials: ReadonlySet<string>): string {
  let json = '[';
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    const value = credentials.has(name.toLowerCase()) ? REDACTED : (rawHeaders[i + 1] as string);
    json += `${i === 0 ? '' : ','}[${JSON.stringify(name)},${JSON.stringify(value)}]`;
  }
  return `${json}]`;
}

/** What is stored of how a request came: its headers as JSON and its query string, without what only its sender may know. */
export function storedHead(
  { credentials, redaction }: { credentials: ReadonlySet<string>; redaction: Redaction },
  { rawHeaders, url }: { rawHeaders: readonly string[]; url: string },
): { headers: string; query: string } {
  const mark = url.indexOf('?');
  return {
    headers: redaction.headers(headersAsJson(rawHeaders, credentials)),
    query: mark === -1 ? '' : redaction.query(url.slice(mark + 1)),
  };
}
